import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";

import { useComplaint } from "./bound";
import styles from "./form-color.module.css";
import type { Form } from "./use-form";

interface ColorProps<Name extends string> {
  form: Form<Record<Name, string>>;
  name: Name;
  label: string;
  help?: string;
}

/** A colour as #rrggbb, written or picked; empty for none. */
export function FormColor<Name extends string>({ form, name, label, help }: ColorProps<Name>) {
  const { t } = useLingui();
  const value = form.values[name];
  return (
    <TextInput
      name={name}
      label={label}
      description={help ?? t`As #rrggbb; empty for none`}
      error={useComplaint(form, name)}
      value={value}
      onChange={(event) => form.set(name, event.currentTarget.value)}
      rightSection={
        <input
          type="color"
          className={styles.picker}
          aria-label={t`Pick: ${label}`}
          value={inFull(value)}
          onChange={(event) => form.set(name, event.currentTarget.value)}
        />
      }
    />
  );
}

/** A colour as a picker takes it, with six digits; grey for none. */
function inFull(value: string): string {
  const digits = /^#([\da-f])([\da-f])([\da-f])$/i.exec(value)?.slice(1);
  if (digits !== undefined) return `#${digits.map((digit) => digit + digit).join("")}`;
  return /^#[\da-f]{6}$/i.test(value) ? value : "#808080";
}
