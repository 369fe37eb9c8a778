import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { UnsentMail } from "../../../api";
import { ago } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { SelectField } from "../../../ui/fields";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { Unsent, useDeliveryWords } from "../parts/unsent";
import { deliveryQuery, unsentQuery, type UnsentState } from "../queries";

const section = SECTIONS.unsent;
const STATES: readonly NonNullable<UnsentState>[] = ["queued", "delayed", "failed", "bounced"];

/** The mail that waits to be sent, is tried again, or could not be delivered. */
export default function UnsentPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const { all, change } = useAddress();
  const now = new Date(useNow());
  const words = useDeliveryWords();
  const state = STATES.find((each) => each === all["state"]);
  const query = useInfiniteQuery(unsentQuery(state));
  const one = useQuery({ ...deliveryQuery(id ?? ""), enabled: id !== undefined });
  const found = query.data?.pages.flatMap((page) => page.data) ?? [];

  function rowOf(mail: UnsentMail) {
    return {
      id: mail.id,
      name: mail.address,
      to: `${section.to}/${mail.id}`,
      detail: `${mail.subject} · ${words[mail.state]}`,
      mark: ago(mail.created_at, now, i18n.locale),
    };
  }

  const list = (
    <ListPane
      title={t`Unsent mail`}
      rows={found.map(rowOf)}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>Every mail was taken by its recipient’s mail server.</Trans>}
      loading={query.isPending}
      error={query.error}
    >
      <SelectField
        aria-label={t`State of the delivery`}
        mx="md"
        mb="sm"
        value={state ?? ""}
        onChange={(event) => change({ state: event.currentTarget.value })}
        data={[{ value: "", label: t`All unsent mail` }, ...STATES.map((value) => ({ value, label: words[value] }))]}
      />
    </ListPane>
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(mail) => (mail === undefined ? null : <Unsent mail={mail.value} />)}
    </RecordsPage>
  );
}
