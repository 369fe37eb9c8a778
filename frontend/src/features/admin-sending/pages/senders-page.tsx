import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";

import { ask, clearSender, judgeSender, type KnownSender } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, useAfter } from "../../admin-frame";
import { sendersQuery } from "../queries";

/** It is no entry of the list of pages: "Received mail" leads here. */
const section = { to: "/admin/senders", words: msg`Blocked and trusted senders`, permission: "mail:review" } as const;
type Standing = KnownSender["standing"];

const BLANK: { address: string; standing: Standing } = { address: "", standing: "blocked" };

/** The senders whose mail is refused, and those whose mail nothing holds back. */
export default function SendersPage() {
  const { t } = useLingui();
  const id = useChosen();
  const query = useInfiniteQuery(sendersQuery);
  const items = query.data?.pages.flatMap((page) => page.data) ?? [];
  const words = useStandings();
  const list = (
    <ListPane
      title={t`Blocked and trusted senders`}
      rows={items.map(({ address, standing }) => ({
        id: address,
        name: address,
        to: `${section.to}/${encodeURIComponent(address)}`,
        mark: words[standing],
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      add={{ to: `${section.to}/new`, label: t`Add a sender` }}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>Mail of all senders is treated alike.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find(({ address }) => address === id)}>
      {(item) => (item === undefined ? <NewSender /> : <Sender item={item} />)}
    </RecordsPage>
  );
}

function useStandings(): Readonly<Record<Standing, string>> {
  const { t } = useLingui();
  return { blocked: t`blocked`, trusted: t`trusted` };
}

function NewSender() {
  const { t } = useLingui();
  const after = useAfter(section, "mail-senders");
  const words = useStandings();
  const form = useForm({
    place: "mail-senders.new",
    saved: BLANK,
    save: async ({ address, standing }) =>
      after.deleted(await ask(judgeSender({ path: { address: address.trim() }, body: { standing } }))),
  });
  return (
    <FormPane form={form} title={t`Add a sender`} create={t`Add`}>
      <FormText
        form={form}
        name="address"
        label={t`E-mail address`}
        help={t`A whole domain is written with an @ before it, as in @example.com.`}
      />
      <FormSelect
        form={form}
        name="standing"
        label={t`What becomes of its mail`}
        choices={(["blocked", "trusted"] as const).map((value) => ({ value, label: words[value] }))}
      />
    </FormPane>
  );
}

function Sender({ item }: { item: KnownSender }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "mail-senders");
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const since = exactly(item.created_at, i18n.locale);
  const blocked = item.standing === "blocked";
  return (
    <FormPane
      form={form}
      title={item.address}
      intro={
        blocked
          ? t`Its mail is refused since ${since}.`
          : t`Trusted since ${since}: its mail becomes tickets although it is automatic, comes in great numbers, or fails a check. It still proves nothing.`
      }
      foot={
        <DangerZone>
          <DangerAct
            label={t`Treat it as any other sender`}
            effect={<Trans>Its next mail is checked as all mail is.</Trans>}
            act={async () => after.deleted(await ask(clearSender({ path: { address: item.address } })))}
          />
        </DangerZone>
      }
    >
      {null}
    </FormPane>
  );
}
