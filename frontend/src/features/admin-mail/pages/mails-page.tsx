import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { LoggedMail } from "../../../api";
import { ago } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { usePermission } from "../../../live/session";
import { SelectField } from "../../../ui/fields";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { Mail } from "../parts/mail";
import { ReviewSeveral } from "../parts/review-several";
import { MailFigures } from "../parts/mail-figures";
import { useMailWords } from "../parts/mail-words";
import { mailQuery, mailsQuery, type MailState } from "../queries";

const section = SECTIONS.mails;

/** Every mail that came, what became of it, and the quarantine, out of which one releases or rejects it. */
export default function MailsPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const { all, change } = useAddress();
  const now = new Date(useNow());
  const { states } = useMailWords();
  const mayReview = usePermission("mail:review");
  const known = Object.keys(states) as NonNullable<MailState>[];
  const state = known.find((each) => each === all["state"] && (each !== "quarantined" || mayReview));
  const query = useInfiniteQuery(mailsQuery(state));
  const one = useQuery({ ...mailQuery(id ?? ""), enabled: id !== undefined });
  const mails = query.data?.pages.flatMap((page) => page.data) ?? [];
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const chosen = mails.filter((mail) => ids.has(mail.id));

  function pick(mailId: string, on: boolean): void {
    setIds(new Set(on ? [...ids, mailId] : [...ids].filter((each) => each !== mailId)));
  }

  function rowOf(mail: LoggedMail) {
    return {
      id: mail.id,
      name: mail.subject === "" ? t`(no subject)` : mail.subject,
      to: `${section.to}/${mail.id}`,
      detail: `${mail.from_name || (mail.from_address ?? t`no sender`)} · ${states[mail.state]}`,
      mark: ago(mail.arrived_at, now, i18n.locale),
    };
  }

  const list = (
    <ListPane
      title={t`Received mail`}
      rows={mails.map(rowOf)}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      picked={state === "quarantined" ? { ids, pick } : undefined}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No such mail. What comes to a mailbox shows here with what became of it.</Trans>}
      loading={query.isPending}
      error={query.error}
    >
      <SelectField
        aria-label={t`What became of it`}
        mx="md"
        mb="sm"
        value={state ?? ""}
        onChange={(event) => change({ state: event.currentTarget.value })}
        data={[
          { value: "", label: t`All mail` },
          ...known
            .filter((each) => each !== "quarantined" || mayReview)
            .map((value) => ({ value, label: states[value] })),
        ]}
      />
      {state === "quarantined" ? (
        <ReviewSeveral
          mails={chosen}
          all={mails.length > chosen.length ? () => setIds(new Set(mails.map((mail) => mail.id))) : undefined}
          none={() => setIds(new Set())}
        />
      ) : null}
    </ListPane>
  );
  return (
    <RecordsPage
      section={section}
      list={list}
      query={one}
      value={one.data}
      otherwise={mayReview ? <MailFigures /> : undefined}
    >
      {(mail) => (mail === undefined ? null : <Mail mail={mail.value} />)}
    </RecordsPage>
  );
}
