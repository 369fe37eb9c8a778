import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";

import { byText, found } from "../../../kernel/finding";
import { usePermission } from "../../../live/session";
import { later } from "../../../ui/later";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { mailboxesQuery, mailboxQuery } from "../queries";

const section = SECTIONS.mailboxes;
const MailboxForm = later(async () => (await import("../parts/mailbox-form")).MailboxForm);

/** The addresses that customers write to, and how their mail is taken and answered. */
export default function MailboxesPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayManage = usePermission("mail:manage");
  const query = useQuery(mailboxesQuery);
  const one = useQuery({ ...mailboxQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Mailboxes`}
      rows={found(
        query.data?.items ?? [],
        q,
        ({ name, addresses }) => `${name} ${addresses.join(" ")}`,
        byText(({ name }) => name),
      ).map((mailbox) => ({
        id: mailbox.id,
        name: mailbox.name,
        to: `${section.to}/${mailbox.id}`,
        detail: mailbox.addresses.join(", "),
        ...(mailbox.enabled ? (mailbox.is_default ? { mark: t`default` } : {}) : { off: true, mark: t`off` }),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New mailbox` } } : {})}
      empty={<Trans>No mailboxes yet.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(mailbox) => (
        <Suspense fallback={<div aria-busy="true" />}>
          <MailboxForm mailbox={mailbox?.value} />
        </Suspense>
      )}
    </RecordsPage>
  );
}
