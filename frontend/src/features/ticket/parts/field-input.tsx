import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import type { FormField } from "../../../api";
import { type FieldValue, offered, pathLabel, typedOf, valueTyped } from "../../../kernel/field-values";
import { lookedUp } from "../../../live/directory";
import { useCommandPage } from "../../../ui/commands";
import { ButtonProperty, PropertyRow, propertyStyles, SelectProperty } from "../../../ui/property";
import { chooseFor } from "./choosing";
import styles from "./fields.module.css";

interface Props {
  field: FormField;
  value: FieldValue;
  /** Why it must not stay empty. */
  needed?: string | undefined;
  disabled: boolean;
  trouble: ReactNode;
  onSet: (value: FieldValue) => void;
}

/** A field of the organization, entered as its type wants. */
export function FieldInput(props: Props) {
  const { type } = props.field;
  if (type === "dropdown" || type === "nested") return <OneOf {...props} />;
  if (type === "multi_select") return <ManyOf {...props} />;
  if (type === "checkbox") return <YesOrNo {...props} />;
  if (type === "lookup") return <LookUp {...props} />;
  return <Typed {...props} />;
}

function OneOf({ field, value, needed, disabled, trouble, onSet }: Props) {
  const chosen = typeof value === "string" ? value : "";
  const options = offered(field.options, [chosen]).map(({ key, retired }) => ({
    value: key,
    label: pathLabel(field.options, key),
    disabled: retired === true && key !== chosen,
  }));
  return (
    <SelectProperty
      label={field.label}
      name={field.key}
      hint={field.help}
      needed={needed}
      value={chosen}
      options={[{ value: "", label: "–" }, ...options]}
      disabled={disabled}
      trouble={trouble}
      onChoose={(key) => onSet(key === "" ? null : key)}
    />
  );
}

function ManyOf({ field, value, needed, disabled, trouble, onSet }: Props) {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const options = offered(field.options, chosen);
  const labels = options.filter(({ key }) => chosen.includes(key)).map(({ label }) => label);
  return (
    <PropertyRow label={field.label} name={field.key} hint={field.help} needed={needed} trouble={trouble}>
      {({ labelled }) => (
        <details className={styles.choices}>
          <summary>{labels.length === 0 ? "–" : labels.join(", ")}</summary>
          <div role="group" aria-labelledby={labelled}>
            {options.map(({ key, label }) => (
              <label key={key}>
                <input
                  type="checkbox"
                  checked={chosen.includes(key)}
                  disabled={disabled}
                  onChange={(event) =>
                    onSet(event.currentTarget.checked ? [...chosen, key] : chosen.filter((each) => each !== key))
                  }
                />
                {label}
              </label>
            ))}
          </div>
        </details>
      )}
    </PropertyRow>
  );
}

function YesOrNo({ field, value, needed, disabled, trouble, onSet }: Props) {
  return (
    <PropertyRow label={field.label} name={field.key} hint={field.help} needed={needed} trouble={trouble}>
      {({ control, described }) => (
        <input
          type="checkbox"
          id={control}
          className={styles.check}
          checked={value === true}
          disabled={disabled}
          aria-describedby={described}
          onChange={(event) => onSet(event.currentTarget.checked)}
        />
      )}
    </PropertyRow>
  );
}

function LookUp({ field, value, needed, disabled, trouble, onSet }: Props) {
  const { ask } = useCommandPage();
  const kind = field.limits.lookup ?? "contact";
  const id = typeof value === "string" ? value : "";
  const found = useQuery({ ...lookedUp(kind, id), enabled: id !== "" });
  return (
    <ButtonProperty
      label={field.label}
      name={field.key}
      hint={field.help}
      needed={needed}
      value={id === "" ? "–" : (found.data ?? "…")}
      disabled={disabled}
      trouble={trouble}
      onClick={() => ask(chooseFor({ kind, onSet }))}
    />
  );
}

const INPUTS = { date: "date", datetime: "datetime-local", url: "url" } as const;

function Typed({ field, value, needed, disabled, trouble, onSet }: Props) {
  const { t } = useLingui();
  const shown = typedOf(field.type, value);
  const [typed, setTyped] = useState(shown);
  const [wrong, setWrong] = useState(false);
  const { type } = field;

  function settle(): void {
    if (typed === shown) return;
    const read = valueTyped(type, typed);
    setWrong(read === undefined);
    if (read !== undefined) onSet(read);
  }

  const words = wrong ? <span role="alert">{t`This is no number.`}</span> : trouble;
  return (
    <PropertyRow label={field.label} name={field.key} hint={field.help} needed={needed} trouble={words}>
      {({ control, described }) => {
        const common = {
          id: control,
          className: propertyStyles["control"],
          value: typed,
          disabled,
          "aria-describedby": described,
          "aria-invalid": described !== undefined,
          onBlur: settle,
        };
        if (type === "multiline") {
          return <textarea {...common} dir="auto" rows={3} onChange={(event) => setTyped(event.currentTarget.value)} />;
        }
        const isNumber = type === "integer" || type === "decimal";
        return (
          <input
            {...common}
            type={type in INPUTS ? INPUTS[type as keyof typeof INPUTS] : "text"}
            inputMode={isNumber ? "decimal" : undefined}
            dir="auto"
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") settle();
              if (event.key === "Escape") setTyped(shown);
            }}
          />
        );
      }}
    </PropertyRow>
  );
}
