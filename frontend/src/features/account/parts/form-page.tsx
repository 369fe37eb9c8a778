import type { ReactNode, SubmitEvent } from "react";

import { Bell } from "../../../ui/bell";
import styles from "./form-page.module.css";

interface FormPageProps {
  title: string;
  /** A sentence below the title. */
  intro?: ReactNode;
  /** The refusal that belongs to no field; announced immediately. Empty without one. */
  problem?: string;
  /** Without it, the page is a message and has no form. */
  onSubmit?: (event: SubmitEvent<HTMLFormElement>) => Promise<void>;
  children: ReactNode;
}

/** A page that is one short form: sign-in and its relatives. */
export function FormPage({ title, intro, problem, onSubmit, children }: FormPageProps) {
  const content = (
    <>
      <Bell size={32} className={styles.bell} />
      <h1>{title}</h1>
      {intro === undefined ? null : <p>{intro}</p>}
      <FormProblem>{problem ?? ""}</FormProblem>
      {children}
    </>
  );
  return (
    <main className={styles.page}>
      {onSubmit === undefined ? (
        <div className={styles.form}>{content}</div>
      ) : (
        <form className={styles.form} noValidate onSubmit={(event) => void onSubmit(event)}>
          {content}
        </form>
      )}
    </main>
  );
}

/** The sentence above a form's fields. */
export function FormProblem({ children }: { children: string }) {
  if (children === "") return null;
  return (
    <p className={styles.problem} role="alert">
      {children}
    </p>
  );
}
