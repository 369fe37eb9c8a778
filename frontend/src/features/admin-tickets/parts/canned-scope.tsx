import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { CannedView } from "../../../api";
import { groups } from "../../../live/catalogs";
import { FormRadios, FormSelect } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";

/** The scope of a response: the whole team, a group, or its owner alone. */
export function scopeOf(response: CannedView | undefined): "all" | "group" | "own" {
  if (response?.shared === false) return "own";
  return response?.group_id == null ? "all" : "group";
}

/** The scope in words; nothing for a response of the whole team. */
export function useScopeWords(): (response: CannedView) => string[] {
  const { t } = useLingui();
  const known = useQuery(groups).data ?? [];
  return (response) => {
    const scope = scopeOf(response);
    if (scope === "own") return [t`yours alone`];
    const name = known.find(({ id }) => id === response.group_id)?.name;
    return scope === "group" && name !== undefined ? [name] : [];
  };
}

export function CannedScope({ form }: { form: Form<{ scope: string; group: string }> }) {
  const { t } = useLingui();
  const known = useQuery(groups).data ?? [];
  return (
    <>
      <FormRadios
        form={form}
        name="scope"
        label={t`For`}
        choices={[
          { value: "all", label: t`the whole team` },
          { value: "group", label: t`one group`, help: t`Its members use it; leads see it too.` },
          { value: "own", label: t`me alone`, help: t`Rules that name it are switched off.` },
        ]}
      />
      {form.values.scope !== "group" ? null : (
        <FormSelect
          form={form}
          name="group"
          label={t`Group`}
          choices={[{ value: "", label: "–" }, ...known.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
    </>
  );
}
