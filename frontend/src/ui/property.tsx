import { type ReactNode, useId } from "react";

import styles from "./property.module.css";

interface RowProps {
  label: string;
  /** Marks the row, for those who lead to it. */
  name?: string | undefined;
  /** The key that sets it, shown faintly. */
  hint?: string | undefined;
  /** Why it must not stay empty, in a few words. */
  needed?: string | undefined;
  /** Why it does not have the value that was chosen. */
  trouble?: ReactNode;
  /** Draws the control with the ids of its label and of the words below it. */
  children: (ids: { labelled: string; described: string | undefined; control: string }) => ReactNode;
}

/** A property in its row: its name, and its value to be changed in place. */
export function PropertyRow({ label, name, hint, needed, trouble, children }: RowProps) {
  const id = useId();
  const described = trouble == null ? undefined : `${id}-trouble`;
  return (
    <div className={styles.row} data-name={name}>
      <label className={styles.label} id={`${id}-label`} htmlFor={`${id}-control`} title={hint}>
        {label}
        {needed === undefined ? null : <span className={styles.needed}>{needed}</span>}
      </label>
      <div className={styles.value}>{children({ labelled: `${id}-label`, described, control: `${id}-control` })}</div>
      {trouble == null ? null : (
        <div className={styles.trouble} id={described}>
          {trouble}
        </div>
      )}
    </div>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

interface SelectProps {
  label: string;
  hint?: string | undefined;
  needed?: string | undefined;
  name?: string | undefined;
  value: string;
  options: readonly Option[];
  disabled?: boolean;
  trouble?: ReactNode;
  onChoose: (value: string) => void;
}

/** A property with few possible values. */
export function SelectProperty({
  label,
  name,
  hint,
  needed,
  value,
  options,
  disabled,
  trouble,
  onChoose,
}: SelectProps) {
  return (
    <PropertyRow label={label} name={name} hint={hint} needed={needed} trouble={trouble}>
      {({ described, control }) => (
        <select
          id={control}
          className={styles.control}
          value={value}
          disabled={disabled}
          aria-describedby={described}
          aria-invalid={described !== undefined}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </PropertyRow>
  );
}

interface ButtonProps {
  label: string;
  hint?: string | undefined;
  needed?: string | undefined;
  name?: string | undefined;
  value: ReactNode;
  disabled?: boolean;
  trouble?: ReactNode;
  onClick: () => void;
}

/** A property whose values are found by typing: the button opens them. */
export function ButtonProperty({ label, name, hint, needed, value, disabled, trouble, onClick }: ButtonProps) {
  return (
    <PropertyRow label={label} name={name} hint={hint} needed={needed} trouble={trouble}>
      {({ labelled, described, control }) => (
        <button
          type="button"
          id={control}
          className={styles.control}
          disabled={disabled}
          aria-labelledby={`${labelled} ${control}`}
          aria-describedby={described}
          aria-haspopup="dialog"
          dir="auto"
          onClick={onClick}
        >
          {value}
        </button>
      )}
    </PropertyRow>
  );
}

export { styles as propertyStyles };
