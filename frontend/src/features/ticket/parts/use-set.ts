import { useQueryClient } from "@tanstack/react-query";

import type { Values } from "../../../kernel/patches";
import { change } from "../../../live/changes";

/** Sets fields of a ticket; `shows` are other fields that show them, such as the assignee next to `assignee_id`. */
export type SetFields = (sets: Values, shows?: Values) => void;

export function useSet(ticketId: string): SetFields {
  const cache = useQueryClient();
  return (sets, shows) => void change(cache, ticketId, shows === undefined ? { sets } : { sets, shows });
}
