import type { ReactNode, SubmitEvent } from "react";

import { Bell } from "../../../ui/bell";
import styles from "./form-page.module.css";

interface FormPageProps {
  title: string;
  /** A sentence below the title. */
  intro?: ReactNode;
  /** What went wrong; announced immediately. Empty while nothing did. */
  problem: string;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => Promise<void>;
  children: ReactNode;
}

/** A page that is one short form: sign-in and its relatives. */
export function FormPage({ title, intro, problem, onSubmit, children }: FormPageProps) {
  return (
    <main className={styles.page}>
      <form className={styles.form} noValidate onSubmit={(event) => void onSubmit(event)}>
        <Bell size={32} className={styles.bell} />
        <h1>{title}</h1>
        {intro === undefined ? null : <p>{intro}</p>}
        {problem === "" ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        {children}
      </form>
    </main>
  );
}
