import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { Status } from "../../../api";
import type { Values } from "../../../kernel/patches";
import { ownStatuses } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import { STATUS_MARKS, STATUS_WORDS } from "../words";

/** A status that a ticket can get: one of the six, or an own one of the organization within it. */
export interface StatusOption {
  readonly key: string;
  readonly status: Status;
  readonly own: { readonly id: string; readonly name: string } | null;
  readonly label: string;
  readonly mark: string;
  readonly retired: boolean;
}

type Stated = Pick<Ticket, "status" | "custom_status">;

/** The six statuses in their order, each with the organization's own ones below it. */
export function useStatuses(): readonly StatusOption[] {
  const { i18n } = useLingui();
  const own = useQuery(ownStatuses).data ?? [];
  return (Object.keys(STATUS_WORDS) as Status[]).flatMap((status) => {
    const mark = STATUS_MARKS[status];
    const plain = { key: status, status, own: null, label: i18n._(STATUS_WORDS[status]), mark, retired: false };
    const within = own
      .filter(({ category }) => category === status)
      .map(({ id, name, retired }) => ({ key: id, status, own: { id, name }, label: name, mark, retired }));
    return [plain, ...within];
  });
}

/** Those that can be chosen, and the one that a ticket has. */
export function chosenFrom(all: readonly StatusOption[], ticket: Stated | null): StatusOption[] {
  return all.filter(({ key, retired }) => !retired || key === ticket?.custom_status?.id);
}

/** The key of a ticket's status among the options. */
export function statusKey({ status, custom_status: own }: Stated): string {
  return own?.id ?? status;
}

/** What to set for a status, and what shows it meanwhile. A plain status takes an own one away. */
export function statusSets({ status, own }: StatusOption): { sets: Values; shows: Values } {
  return own === null
    ? { sets: { status, custom_status_id: null }, shows: { custom_status: null } }
    : { sets: { custom_status_id: own.id }, shows: { status, custom_status: own } };
}

/** A ticket's status in words: the own one if there is one. */
export function useStatusWords(): (ticket: Stated) => string {
  const { i18n } = useLingui();
  return ({ status, custom_status: own }) => own?.name ?? i18n._(STATUS_WORDS[status]);
}
