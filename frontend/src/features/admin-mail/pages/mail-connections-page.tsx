import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { RefusedError } from "../../../api";
import { byText, found } from "../../../kernel/finding";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { LoadingState } from "../../../ui/state";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { ImapForm } from "../parts/imap-form";
import { imapQuery, mailboxesQuery } from "../queries";

const section = SECTIONS.mailConnections;

/** For each mailbox: how its mail comes in by IMAP, and what its domain must say so that answers arrive. */
export default function MailConnectionsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const query = useQuery(mailboxesQuery);
  const items = query.data?.items ?? [];
  const list = (
    <ListPane
      title={t`Connections and DNS`}
      rows={found(
        items,
        q,
        ({ name, addresses }) => `${name} ${addresses.join(" ")}`,
        byText(({ name }) => name),
      ).map(({ id: mailboxId, name, addresses }) => ({
        id: mailboxId,
        name,
        to: `${section.to}/${mailboxId}`,
        detail: addresses.join(", "),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      empty={<Trans>No mailboxes yet.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find((item) => item.id === id)}>
      {(mailbox) => (mailbox === undefined ? null : <Connection id={mailbox.id} name={mailbox.name} />)}
    </RecordsPage>
  );
}

function Connection({ id, name }: { id: string; name: string }) {
  const query = useQuery(imapQuery(id));
  const none = query.error instanceof RefusedError && query.error.problem.status === 404;
  if (query.data === undefined && !none) return <LoadingState />;
  return <ImapForm key={id} id={id} name={name} account={none ? undefined : query.data?.value} />;
}
