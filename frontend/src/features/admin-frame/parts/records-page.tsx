import type { ReactNode } from "react";

import { NothingChosen, type Query, Recorded } from "../../../ui/manage/recorded";
import { useChosen } from "../../../ui/manage/use-chosen";
import type { Section } from "../sections";
import { AdminPage } from "./admin-page";

interface RecordsPageProps<Value> {
  section: Section;
  list: ReactNode;
  /** Where the chosen record comes from. */
  query: Query;
  /** The chosen record, if it is known. */
  value: Value | undefined;
  /** The form of a record; of a new one for undefined. */
  children: (value: Value | undefined) => ReactNode;
  /** In place of a form while no row is chosen. */
  otherwise?: ReactNode;
}

/** A page of records: the list, and the form of the one that the address names. */
export function RecordsPage<Value>({ section, list, query, value, children, otherwise }: RecordsPageProps<Value>) {
  const id = useChosen();
  return (
    <AdminPage section={section} list={list} open={id !== undefined}>
      {id === undefined ? (
        (otherwise ?? <NothingChosen />)
      ) : id === "new" ? (
        children(undefined)
      ) : (
        <Recorded key={id} query={query} value={value}>
          {children}
        </Recorded>
      )}
    </AdminPage>
  );
}
