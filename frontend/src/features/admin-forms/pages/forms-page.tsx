import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { type FormView } from "../../../api";
import { byText, found } from "../../../kernel/finding";
import { usePermission } from "../../../live/session";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { TicketForm } from "../parts/ticket-form";
import { formQuery, formsQuery } from "../queries";

const section = SECTIONS.forms;

/** The forms: which fields the tickets of a category have, and which must have a value. */
export default function FormsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayManage = usePermission("fields:manage");
  const query = useQuery(formsQuery);
  const one = useQuery({ ...formQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const items = query.data?.items ?? [];

  function rowOf(form: FormView) {
    const fields = form.items.map(({ field }) => field).join(", ");
    return {
      id: form.id,
      name: form.name,
      to: `${section.to}/${form.id}`,
      ...(fields === "" ? {} : { detail: fields }),
      ...(form.default ? { mark: t`default` } : {}),
    };
  }

  const list = (
    <ListPane
      title={t`Forms`}
      rows={found(
        items,
        q,
        ({ name }) => name,
        byText(({ name }) => name),
      ).map(rowOf)}
      total={query.data?.total ?? 0}
      chosen={id}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New form` } } : {})}
      empty={<Trans>No forms yet. Without one, every ticket has all fields and none is required.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(form) => <TicketForm form={form?.value} readOnly={!mayManage} />}
    </RecordsPage>
  );
}
