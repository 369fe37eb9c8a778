import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";

import { allowAddress, ask, suppressAddress, type Suppressed } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { suppressedQuery } from "../queries";

const section = SECTIONS.suppressed;

/** The addresses that get no mail: those that do not exist, those that complained, and those that the staff named. */
export default function SuppressedPage() {
  const { t } = useLingui();
  const id = useChosen();
  const query = useInfiniteQuery(suppressedQuery);
  const items = query.data?.pages.flatMap((page) => page.data) ?? [];
  const reasons = useReasons();
  const list = (
    <ListPane
      title={t`Suppressed addresses`}
      rows={items.map(({ address, reason }) => ({
        id: address,
        name: address,
        to: `${section.to}/${encodeURIComponent(address)}`,
        mark: reasons[reason],
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      add={{ to: `${section.to}/new`, label: t`Suppress an address` }}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>Every address gets mail. One that does not exist is added automatically.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find(({ address }) => address === id)}>
      {(item) => (item === undefined ? <NewAddress /> : <Address item={item} />)}
    </RecordsPage>
  );
}

function useReasons(): Readonly<Record<Suppressed["reason"], string>> {
  const { t } = useLingui();
  return { bounce: t`does not exist`, complaint: t`complained`, manual: t`named by the staff` };
}

function NewAddress() {
  const { t } = useLingui();
  const after = useAfter(section, "suppressed", "mails");
  const form = useForm({
    place: "suppressed.new",
    saved: { address: "" },
    save: async ({ address }) => after.deleted(await ask(suppressAddress({ body: { address: address.trim() } }))),
  });
  return (
    <FormPane form={form} title={t`Suppress an address`} create={t`Suppress`}>
      <FormText form={form} name="address" label={t`E-mail address`} help={t`It gets no mail any more.`} type="email" />
    </FormPane>
  );
}

function Address({ item }: { item: Suppressed }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "suppressed", "mails");
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const since = exactly(item.created_at, i18n.locale);
  const reason = useReasons()[item.reason];
  return (
    <FormPane
      form={form}
      title={item.address}
      intro={t`No mail since ${since}: ${reason}.`}
      foot={
        <DangerZone>
          <DangerAct
            label={t`Send mail to it again`}
            effect={<Trans>The next reply goes out by mail. If the address does not exist, it comes back here.</Trans>}
            act={async () => after.deleted(await ask(allowAddress({ path: { address: item.address } })))}
          />
        </DangerZone>
      }
    >
      {item.evidence === "" ? null : (
        <p>
          <Trans>What the mail server said:</Trans> {item.evidence}
        </p>
      )}
    </FormPane>
  );
}
