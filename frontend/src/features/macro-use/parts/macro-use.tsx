import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { goesOut, isDone } from "../../../kernel/macro-previews";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { ErrorState, LoadingState } from "../../../ui/state";
import { apply, previewsOf, unreachable } from "./applying";
import styles from "./macro-use.module.css";
import { ManyTickets } from "./many-tickets";
import { OneTicket } from "./one-ticket";
import { type Wanted, want } from "./wanted";

/** Applies a macro that only sets fields of one ticket or adds a note; any other is shown first. */
export function MacroUse({ wanted }: { wanted: Wanted }) {
  const cache = useQueryClient();
  const { macro, ids } = wanted;
  const asks = ids.length > 1 || goesOut(macro);
  useEffect(() => {
    if (asks) return;
    want(null);
    void apply(cache, wanted);
  }, [asks, cache, wanted]);
  return asks ? <Preview wanted={wanted} /> : null;
}

/** What a macro will do, and the question whether it should. */
function Preview({ wanted }: { wanted: Wanted }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const { macro, ids } = wanted;
  const looked = useQuery({
    queryKey: ["macro preview", macro.id, macro.version, ids],
    gcTime: 0,
    queryFn: async () => {
      const found = await previewsOf(wanted);
      if ("code" in found) throw new Error(found.message || unreachable());
      return found;
    },
  });
  const previews = looked.data ?? [];
  const [first] = previews;
  const count = previews.filter(isDone).length;
  const close = () => want(null);
  const button = useRef<HTMLButtonElement>(null);
  // `Enter` applies nothing before the preview is shown.
  useEffect(() => {
    if (looked.isSuccess) button.current?.focus();
  }, [looked.isSuccess]);
  const { title } = macro;

  async function use(): Promise<void> {
    setBusy(true);
    await apply(cache, wanted, close);
  }

  return (
    <Dialog opened onClose={close} size="lg" title={t`Macro: ${title}`} closeButtonProps={{ "aria-label": t`Close` }}>
      <div className={styles.preview}>
        {looked.isError ? <ErrorState message={looked.error.message} retry={() => void looked.refetch()} /> : null}
        {looked.isPending ? <LoadingState lines={4} /> : null}
        {first === undefined ? null : (
          <section aria-label={t`What it will do`}>
            {ids.length === 1 ? (
              <OneTicket macro={macro} preview={first} />
            ) : (
              <ManyTickets macro={macro} previews={previews} />
            )}
          </section>
        )}
        <div className={styles.acts}>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button ref={button} loading={busy} disabled={count === 0} onClick={() => void use()}>
            {ids.length === 1 ? (
              <Trans>Apply</Trans>
            ) : (
              <Plural value={count} one="Apply to # ticket" other="Apply to # tickets" />
            )}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
