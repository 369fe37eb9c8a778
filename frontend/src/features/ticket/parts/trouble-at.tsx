import { type Change, useTroubles } from "../../../live/changes";
import { TroubleWords } from "./trouble-words";

/** Says at a field of a ticket why it does not have the value that was chosen, with that value where `say` has words for it. */
export function useTroubleWords(ticketId: string) {
  const troubles = useTroubles(ticketId);
  return (name: string, present: string, say?: (wanted: Change) => string) => {
    const trouble = troubles[name];
    if (trouble === undefined) return undefined;
    const wanted = say?.(trouble.wanted) ?? "";
    return <TroubleWords ticketId={ticketId} name={name} trouble={trouble} present={present} wanted={wanted} />;
  };
}
