import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import type { ReactNode, Ref } from "react";

import { Checkbox, CheckGroup } from "../checks";
import { TextArea } from "../text-area";
import styles from "./bound.module.css";
import type { Form } from "./use-form";

/** The names of a form's fields that hold a `Kind`. */
type NameOf<Values, Kind> = { [Name in keyof Values]: Values[Name] extends Kind ? Name : never }[keyof Values] & string;

interface Bound<Values, Kind> {
  form: Form<Values>;
  name: NameOf<Values, Kind>;
  label: string;
  /** What the field means, below its label. */
  help?: ReactNode;
  disabled?: boolean;
}

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** What this choice means. */
  readonly help?: string;
}

interface TextProps<Values> extends Bound<Values, string> {
  type?: "text" | "email" | "password" | "url" | "date" | "datetime-local" | "tel";
  inputMode?: "numeric" | "decimal";
  autoComplete?: string;
  /** Text of machines, such as keys and conditions. */
  mono?: boolean;
  autoFocus?: boolean;
  placeholder?: string;
}

/** One line of text. */
export function FormText<Values>({ form, name, label, help, mono, ...rest }: TextProps<Values>) {
  return (
    <TextInput
      {...rest}
      name={name}
      label={label}
      description={help}
      error={useComplaint(form, name)}
      value={form.values[name] as string}
      onChange={(event) => form.set(name, event.currentTarget.value as Values[typeof name])}
      classNames={mono === true ? { input: styles.mono } : {}}
    />
  );
}

interface AreaProps<Values> extends Bound<Values, string> {
  rows?: number;
  /** Leads to the field itself, for tools that change its text. */
  area?: Ref<HTMLTextAreaElement>;
  mono?: boolean;
}

/** Several lines of text. */
export function FormArea<Values>({ form, name, label, help, disabled, rows = 3, mono, area }: AreaProps<Values>) {
  return (
    <TextArea
      ref={area}
      name={name}
      label={label}
      description={help}
      disabled={disabled ?? false}
      rows={rows}
      error={useComplaint(form, name)}
      value={form.values[name] as string}
      onChange={(event) => form.set(name, event.currentTarget.value as Values[typeof name])}
      classNames={mono === true ? { input: `${styles.area} ${styles.mono}` } : { input: `${styles.area}` }}
    />
  );
}

interface SelectProps<Values> extends Bound<Values, string> {
  choices: readonly Choice[];
}

/** One of several values. The help of the chosen one is shown below it. */
export function FormSelect<Values>({ form, name, label, help, disabled, choices }: SelectProps<Values>) {
  const value = form.values[name] as string;
  const meaning = choices.find((choice) => choice.value === value)?.help;
  const unlisted = choices.some((choice) => choice.value === value) ? [] : [{ value, label: value }];
  return (
    <NativeSelect
      name={name}
      label={label}
      description={meaning ?? help}
      disabled={disabled ?? false}
      error={useComplaint(form, name)}
      value={value}
      onChange={(event) => form.set(name, event.currentTarget.value as Values[typeof name])}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={[...unlisted, ...choices.map((choice) => ({ value: choice.value, label: choice.label }))]}
    />
  );
}

/** One of a few values, all in sight. */
export function FormRadios<Values>({ form, name, label, help, disabled, choices }: SelectProps<Values>) {
  return (
    <CheckGroup role="radiogroup" label={label} description={help} error={useComplaint(form, name)}>
      {choices.map((choice) => (
        <Checkbox
          key={choice.value}
          type="radio"
          name={name}
          value={choice.value}
          label={choice.label}
          description={choice.help}
          disabled={disabled ?? false}
          checked={form.values[name] === choice.value}
          onChange={() => form.set(name, choice.value as Values[typeof name])}
        />
      ))}
    </CheckGroup>
  );
}

/** Yes or no. */
export function FormCheck<Values>({ form, name, label, help, disabled }: Bound<Values, boolean>) {
  return (
    <Checkbox
      name={name}
      label={label}
      description={help}
      disabled={disabled ?? false}
      error={useComplaint(form, name)}
      checked={form.values[name] as boolean}
      onChange={(event) => form.set(name, event.currentTarget.checked as Values[typeof name])}
    />
  );
}

interface ChecksProps<Values> extends Bound<Values, readonly string[]> {
  choices: readonly Choice[];
}

/** Any number of several values, in the order of the choices. */
export function FormChecks<Values>({ form, name, label, help, disabled, choices }: ChecksProps<Values>) {
  const chosen = form.values[name] as readonly string[];
  const complaint = useComplaint(form, name);
  function toggle(value: string): void {
    const ordered = choices.map((choice) => choice.value);
    const next = ordered.filter((each) => (each === value) !== chosen.includes(each));
    form.set(name, next as Values[typeof name]);
  }
  return (
    <CheckGroup role="group" label={label} description={help} error={complaint}>
      {choices.map((choice) => (
        <Checkbox
          key={choice.value}
          name={name}
          value={choice.value}
          label={choice.label}
          description={choice.help}
          disabled={disabled ?? false}
          checked={chosen.includes(choice.value)}
          onChange={() => toggle(choice.value)}
        />
      ))}
    </CheckGroup>
  );
}

/** The complaint at a field: a conflict with its two ways out, or the server's refusal. */
export function useComplaint<Values>(form: Form<Values>, name: keyof Values & string): ReactNode {
  const { t } = useLingui();
  if (!(name in form.conflicts)) return form.refusal?.fields[name];
  const value: unknown = form.conflicts[name];
  const theirs = typeof value === "boolean" ? (value ? t`yes` : t`no`) : inWords(value);
  return (
    <span className={styles.conflict}>
      {theirs === "" ? (
        <Trans>A colleague emptied this meanwhile.</Trans>
      ) : (
        <Trans>A colleague changed this to “{theirs}” meanwhile.</Trans>
      )}
      <Button onClick={() => form.settle(name, "theirs")}>
        <Trans>Take theirs</Trans>
      </Button>
      <Button onClick={() => form.settle(name, "mine")}>
        <Trans>Keep mine</Trans>
      </Button>
    </span>
  );
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
