import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";

import { ask, confirmDeletion, declineDeletion, listDeletionRequests, type ListedRequest } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { pagedList } from "../../../live/records";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";

const section = SECTIONS.deletions;
const requestsQuery = pagedList("deletions", { state: "open" as const }, (query, signal) =>
  listDeletionRequests({ query, signal }),
);

/** Customers who ask for the deletion of their data. */
export default function DeletionRequestsPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const query = useInfiniteQuery(requestsQuery);
  const items = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Deletion requests`}
      rows={items.map(({ user_id, name, requested_at }) => ({
        id: user_id,
        name,
        to: `${section.to}/${user_id}`,
        detail: exactly(requested_at, i18n.locale),
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No customer waits for the deletion of their data.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find(({ user_id }) => user_id === id)}>
      {(request) => (request === undefined ? null : <Request request={request} />)}
    </RecordsPage>
  );
}

function Request({ request }: { request: ListedRequest }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "deletions", "contacts");
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const { user_id, email } = request;
  const path = { user_id };
  const asked = exactly(request.requested_at, i18n.locale);
  return (
    <FormPane
      form={form}
      title={request.name}
      intro={t`${email}, asked ${asked}`}
      foot={
        <DangerZone>
          <DangerAct
            label={t`Decline`}
            effect={<Trans>The data stays. The customer gets a mail and may ask again.</Trans>}
            act={async () => after.deleted(await ask(declineDeletion({ path })))}
          />
          <DangerAct
            label={t`Delete for good`}
            effect={
              <Trans>
                Access ends now. Name, addresses, mails and files are deleted everywhere; tickets stay without them.
                This cannot be undone.
              </Trans>
            }
            act={async () => after.deleted(await ask(confirmDeletion({ path })))}
          />
        </DangerZone>
      }
    >
      <p>
        <Plural
          value={request.tickets_count}
          one="One ticket stays, with an anonymous requester."
          other="# tickets stay, with an anonymous requester."
        />
      </p>
    </FormPane>
  );
}
