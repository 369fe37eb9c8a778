import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { isNews } from "../../../kernel/timeline";
import type { Ticket } from "../../../live/entities";
import { type Conversation, markRead } from "../../../live/opening";
import { useMember } from "../../../live/session";
import { tell } from "../../../ui/last-act";

/** A ticket that is only passed on the way to another is not read. */
const REST_MS = 600;

/** Marks a ticket as read while its end is shown, unless it was marked as unread by hand. */
export function useReading(ticket: Ticket, known: Conversation, atEnd: boolean) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const reader = useMember().id;
  const [readBefore] = useState(known.read);
  const [kept, setKept] = useState(false);
  const last = Math.max(0, ...known.entries.map((entry) => entry.event_id ?? 0));
  const isUnread =
    ticket.unread === true ||
    (known.read === null
      ? ticket.requester_id !== reader
      : known.entries.some((entry) => isNews(entry, known.read ?? 0, reader)));
  const id = ticket.id;
  const opened = known.read === readBefore;
  useEffect(() => {
    if (kept || !isUnread || !(atEnd || opened)) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = () => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") return;
      timer = setTimeout(() => void markRead(cache, id, last), REST_MS);
    };
    start();
    document.addEventListener("visibilitychange", start);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", start);
    };
  }, [cache, id, last, isUnread, kept, atEnd, opened]);

  return {
    readBefore,
    /** Makes a message and those after it unread again: the chosen one, else the last of another person. */
    markUnread: (message: string | null) => {
      setKept(true);
      const others = known.entries.filter((entry) => isNews(entry, -1, reader));
      const chosen = known.entries.find((entry) => entry.comment?.id === message) ?? others.at(-1);
      const before = message === "first" ? 0 : Math.max(0, (chosen?.event_id ?? 1) - 1);
      void markRead(cache, id, before).then((problem) => {
        if (problem === null) return;
        const why = problem.message || t`The server cannot be reached.`;
        tell(t`Not marked as unread: ${why}`);
      });
    },
  };
}
