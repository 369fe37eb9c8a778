import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { ItemLine } from "../../../kernel/form-items";
import { moved } from "../../../kernel/rules";
import { Button } from "../../../ui/button";
import { SelectField, TextField } from "../../../ui/fields";
import { useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { fieldsQuery } from "../queries";
import styles from "./forms.module.css";

interface Props<Values extends { items: readonly ItemLine[] }> {
  form: Form<Values>;
}

/** The fields of a form, in the order in which they are shown. */
export function ItemLines<Values extends { items: readonly ItemLine[] }>({ form }: Props<Values>) {
  const { t } = useLingui();
  const fields = (useQuery(fieldsQuery).data?.items ?? []).filter(({ target }) => target === "ticket");
  const complaint = useComplaint(form, "items");
  const { items } = form.values;
  const set = (next: readonly ItemLine[]) => form.set("items", next);
  const left = fields.filter(({ key }) => items.every(({ field }) => field !== key));
  return (
    <fieldset className={styles.actions} aria-describedby={complaint == null ? undefined : "items-complaint"}>
      <legend>
        <Trans>Fields</Trans>
      </legend>
      {complaint == null ? null : (
        <p id="items-complaint" className={styles.mistake}>
          {complaint}
        </p>
      )}
      {items.map((item, place) => (
        <Line
          key={item.field}
          item={item}
          label={fields.find(({ key }) => key === item.field)?.label ?? item.field}
          place={place}
          last={place === items.length - 1}
          change={(changes) => set(items.map((each, at) => (at === place ? { ...each, ...changes } : each)))}
          move={(to) => set(moved(items, place, to))}
          remove={() => set(items.filter((_, at) => at !== place))}
        />
      ))}
      {fields.length === 0 ? (
        <p>
          <Trans>There are no fields of your own yet. Add them on the page Fields.</Trans>
        </p>
      ) : null}
      {left.length === 0 ? null : (
        <SelectField
          label={t`Add a field`}
          value=""
          data={[{ value: "", label: "…" }, ...left.map(({ key, label }) => ({ value: key, label }))]}
          onChange={(event) => {
            const field = event.currentTarget.value;
            if (field !== "") set([...items, { field, required: "never", customer: "", show: "" }]);
          }}
        />
      )}
    </fieldset>
  );
}

interface LineProps {
  item: ItemLine;
  label: string;
  place: number;
  last: boolean;
  change: (changes: Partial<ItemLine>) => void;
  move: (to: number) => void;
  remove: () => void;
}

function Line({ item, label, place, last, change, move, remove }: LineProps) {
  const { t } = useLingui();
  return (
    <div className={styles.item} role="group" aria-label={label}>
      <strong className={styles.itemName}>{label}</strong>
      <SelectField
        label={t`Must have a value`}
        value={item.required}
        data={[
          { value: "never", label: t`never` },
          { value: "create", label: t`when it is filed` },
          { value: "solve", label: t`when it is solved` },
        ]}
        onChange={(event) => change({ required: event.currentTarget.value as ItemLine["required"] })}
      />
      <SelectField
        label={t`Customers`}
        value={item.customer}
        data={[
          { value: "", label: t`as the field says` },
          { value: "hidden", label: t`do not see it` },
          { value: "read", label: t`see it` },
          { value: "write", label: t`see it and fill it in` },
        ]}
        onChange={(event) => change({ customer: event.currentTarget.value as ItemLine["customer"] })}
      />
      <TextField
        label={t`Shown if`}
        placeholder={t`always`}
        inputWrapperOrder={["label", "input", "description"]}
        description={t`For instance field.kind:return or type:incident. It may name only fields above.`}
        value={item.show}
        onChange={(event) => change({ show: event.currentTarget.value })}
      />
      <div className={styles.order}>
        <Button disabled={place === 0} aria-label={t`Move ${label} up`} onClick={() => move(place - 1)}>
          ↑
        </Button>
        <Button disabled={last} aria-label={t`Move ${label} down`} onClick={() => move(place + 1)}>
          ↓
        </Button>
        <Button aria-label={t`Remove ${label}`} onClick={remove}>
          <Trans>Remove</Trans>
        </Button>
      </div>
    </div>
  );
}
