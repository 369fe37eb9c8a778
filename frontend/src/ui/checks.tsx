import { type InputHTMLAttributes, type ReactNode, useId } from "react";

import styles from "./checks.module.css";

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "className"> {
  label: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
}

/** A box to be ticked, or with `type="radio"` one of several choices, with what it means below its label. */
export function Checkbox({ label, description, error, type = "checkbox", ...rest }: CheckProps) {
  const id = useId();
  const help = isShown(description) ? `${id}-help` : undefined;
  const wrong = isShown(error) ? `${id}-error` : undefined;
  const described = [help, wrong].filter((each) => each !== undefined).join(" ");
  return (
    <div className={styles.check}>
      <input
        {...rest}
        id={id}
        type={type}
        className={styles.box}
        aria-invalid={wrong === undefined ? undefined : true}
        aria-describedby={described === "" ? undefined : described}
      />
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {help === undefined ? null : (
        <div id={help} className={styles.help}>
          {description}
        </div>
      )}
      {wrong === undefined ? null : (
        <div id={wrong} className={styles.error}>
          {error}
        </div>
      )}
    </div>
  );
}

interface GroupProps {
  role: "group" | "radiogroup";
  label: string;
  description?: ReactNode;
  error?: ReactNode;
  children: ReactNode;
}

/** Boxes or choices that belong together, under one name. */
export function CheckGroup({ role, label, description, error, children }: GroupProps) {
  const id = useId();
  const help = isShown(description) ? `${id}-help` : undefined;
  return (
    <div role={role} aria-labelledby={id} aria-describedby={help}>
      <div id={id} className={styles.name}>
        {label}
      </div>
      {help === undefined ? null : (
        <div id={help} className={styles.help}>
          {description}
        </div>
      )}
      <div className={styles.stack}>{children}</div>
      {isShown(error) ? (
        <div className={styles.error} role="alert">
          {error}
        </div>
      ) : null}
    </div>
  );
}

function isShown(words: ReactNode): boolean {
  return words !== undefined && words !== null && words !== "";
}
