import { useLingui } from "@lingui/react/macro";
import { Suspense, useEffect, useState } from "react";

import { type Ticket } from "../../../live/entities";
import { type Conversation as Kept } from "../../../live/opening";
import { look } from "../../../live/presence";
import { usePermission } from "../../../live/session";
import { CommandsToCome, useCommand } from "../../../ui/commands";
import { later } from "../../../ui/later";
import { Composer } from "../../composer";
import { useMacros } from "../../macro-use";
import { details as detailsCommand, link, macro, snooze, solve, wide } from "../commands";
import { Conversation } from "./conversation";
import { Head } from "./head";
import styles from "./ticket-pane.module.css";
import { useActCommands } from "./use-act-commands";
import { useDetails } from "./use-details";
import { useNeeded } from "./use-needed";
import { usePropertyCommands } from "./use-property-commands";
import { useSet } from "./use-set";

// On its way with the page, which does not wait for it.
const load = () => import("./details");
load().catch(() => undefined);
const Details = later(async () => (await load()).default);
const FurtherCommands = later(async () => (await load()).FurtherCommands);

const TO_COME = [link, snooze];

/** A ticket that is there. */
export function OpenTicket({ ticket, conversation }: { ticket: Ticket; conversation: Kept }) {
  const { t } = useLingui();
  const mayChange = usePermission("tickets:update");
  const macros = useMacros([ticket.id], ticket.requester.name);
  const details = useDetails();
  const [isWide, setWide] = useState(false);
  const [problem, setProblem] = useState("");
  const { id, number } = ticket;
  const set = useSet(id);
  const acts = useActCommands(ticket, setProblem);
  const done = ticket.status === "solved" || ticket.status === "closed";
  const turn = () => set({ status: done ? "open" : "solved" });
  useEffect(() => look(id), [id]);
  useNeeded(id, details);

  usePropertyCommands(ticket, mayChange, set);
  useCommand(solve, mayChange ? turn : undefined);
  useCommand(macro, mayChange ? macros : undefined);
  useCommand(detailsCommand, details.toggle);
  useCommand(wide, () => setWide(!isWide));
  return (
    <article
      className={styles.ticket}
      aria-label={t`Ticket #${number}`}
      data-details={details.shown || undefined}
      data-wide={isWide || undefined}
    >
      <Head
        ticket={ticket}
        mayChange={mayChange}
        turn={turn}
        details={details}
        copy={acts.copy}
        remove={acts.remove}
        widen={() => setWide(!isWide)}
        isWide={isWide}
      />
      {problem === "" ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <Conversation ticket={ticket} known={conversation} />
      <Composer ticket={ticket} />
      <Suspense fallback={mayChange ? <CommandsToCome commands={TO_COME} /> : null}>
        <FurtherCommands ticket={ticket} mayChange={mayChange} fail={setProblem} />
      </Suspense>
      {details.shown ? (
        <Suspense fallback={null}>
          <Details ticket={ticket} conversation={conversation} mayChange={mayChange} set={set} close={details.close} />
        </Suspense>
      ) : null}
    </article>
  );
}
