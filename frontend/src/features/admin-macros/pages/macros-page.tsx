import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { MacroView } from "../../../api";
import { linesOfActions } from "../../../kernel/rules";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { useRuleWords } from "../../admin-rules";
import { MacroForm } from "../parts/macro-form";
import { macroQuery, macrosQuery } from "../queries";

const section = SECTIONS.macros;

/** What agents do by one key: fields, tags, the assignee and words. */
export default function MacrosPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const words = useRuleWords();
  const query = useInfiniteQuery(macrosQuery(q));
  const one = useQuery({ ...macroQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const macros = query.data?.pages.flatMap((page) => page.data) ?? [];

  function rowOf(macro: MacroView) {
    const does = linesOfActions(macro.do).map(words.action);
    const writes = macro.comment === null ? [] : [macro.comment.public ? t`reply` : t`note`];
    return {
      id: macro.id,
      name: macro.title,
      to: `${section.to}/${macro.id}`,
      detail: [...does, ...writes].join(", "),
      ...(macro.active ? { mark: macro.shared ? t`shared` : t`own` } : { off: true, mark: t`off` }),
    };
  }

  const list = (
    <ListPane
      title={t`Macros`}
      rows={macros.map(rowOf)}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      add={{ to: `${section.to}/new`, label: t`New macro` }}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No macros yet. A macro does what you do to many tickets, at one choice.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(macro) => <MacroForm macro={macro?.value} />}
    </RecordsPage>
  );
}
