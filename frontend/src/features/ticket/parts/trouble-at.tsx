import { useTroubles } from "../../../live/changes";
import { TroubleWords } from "./trouble-words";

/** Says at a field of a ticket why it does not have the value that was chosen. */
export function useTroubleWords(ticketId: string) {
  const troubles = useTroubles(ticketId);
  return (name: string, present: string) =>
    troubles[name] === undefined ? undefined : (
      <TroubleWords ticketId={ticketId} name={name} trouble={troubles[name]} present={present} />
    );
}
