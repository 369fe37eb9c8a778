import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { askOrThrow, type AuditView, findPeople } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { Button } from "../../../ui/button";
import { SelectField, TextField } from "../../../ui/fields";
import { useAddress } from "../../../ui/manage/use-address";
import { Recorded } from "../../../ui/manage/recorded";
import { AdminPage, SECTIONS } from "../../admin-frame";
import { Changes } from "../parts/changes";
import styles from "../parts/connections.module.css";
import { type AuditFilters, auditQuery } from "../queries";

const NAMES = ["action", "subject_type", "user_id", "after", "before"] as const;
const SUBJECTS = "ticket comment file member organization group category tag view canned_response rule field sla_policy webhook api_key article brand mail".split(" "); // prettier-ignore

/** Every recorded event with its actor and the changed values; filters are in the address. */
export default function AuditPage() {
  const { t } = useLingui();
  return (
    <AdminPage section={SECTIONS.audit}>
      <div className={styles.page}>
        <h1>{t`Audit log`}</h1>
        <Log />
      </div>
    </AdminPage>
  );
}

function Log() {
  const { t } = useLingui();
  const { all, change } = useAddress();
  const filters = Object.fromEntries(
    NAMES.filter((name) => all[name]).map((name) => [name, all[name]]),
  ) as AuditFilters;
  const query = useInfiniteQuery(auditQuery(filters));
  const entries = query.data?.pages.flatMap((page) => page.data);
  return (
    <>
      <Filters filters={filters} change={change} />
      <Recorded query={query} value={entries}>
        {(found) => (
          <>
            <p role="status">
              <Plural
                value={query.data?.pages[0]?.pagination.total ?? 0}
                one="# entry matches"
                other="# entries match"
              />
            </p>
            {/* A wide table scrolls in its own box, which the keyboard must reach. */}
            {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
            <div className={styles.scroll} tabIndex={0} role="region" aria-label={t`Entries`}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">{t`When`}</th>
                    <th scope="col">{t`Who`}</th>
                    <th scope="col">{t`What`}</th>
                    <th scope="col">{t`Changes`}</th>
                    <th scope="col">{t`Request`}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((entry) => (
                    <Entry key={entry.id} entry={entry} />
                  ))}
                </tbody>
              </table>
            </div>
            <Export filters={filters} />
            {query.hasNextPage ? (
              <Button onClick={() => void query.fetchNextPage()}>
                <Trans>Show more</Trans>
              </Button>
            ) : null}
          </>
        )}
      </Recorded>
    </>
  );
}

/** All entries that the filters find, as a file. */
function Export({ filters }: { filters: AuditFilters }) {
  const place = (format: string) =>
    `/api/v1/audit-logs/export?${new URLSearchParams({ format, ...filters }).toString()}`;
  return (
    <p>
      <Trans>
        Export these entries:{" "}
        <a href={place("csv")} download>
          CSV
        </a>
        ,{" "}
        <a href={place("jsonl")} download>
          JSON Lines
        </a>
      </Trans>
    </p>
  );
}

function Entry({ entry }: { entry: AuditView }) {
  const { t, i18n } = useLingui();
  return (
    <tr>
      <td>{exactly(entry.created_at, i18n.locale)}</td>
      <td>{entry.user?.name ?? entry.user?.email ?? t`Deskbell`}</td>
      <td>{entry.action}</td>
      <td>
        <Changes data={entry.data} />
      </td>
      <td className={styles.mono}>{entry.request_id}</td>
    </tr>
  );
}

interface FiltersProps {
  filters: AuditFilters;
  change: (values: Readonly<Record<string, string>>) => void;
}

/** Filters as chips: each can be changed where it is, and taken off. */
function Filters({ filters, change }: FiltersProps) {
  const { t } = useLingui();
  const staff = useQuery({
    queryKey: ["records", "staff", "names"],
    queryFn: ({ signal }) => askOrThrow(findPeople({ query: { kind: "staff", limit: 100 }, signal })),
  }).data;
  return (
    <div className={styles.filters} role="group" aria-label={t`Filters`}>
      <TextField
        label={t`Action`}
        placeholder="ticket.updated"
        defaultValue={filters.action ?? ""}
        onBlur={(event) => change({ action: event.currentTarget.value.trim() })}
        onKeyDown={(event) => {
          if (event.key === "Enter") change({ action: event.currentTarget.value.trim() });
        }}
      />
      <SelectField
        label={t`Object`}
        value={filters.subject_type ?? ""}
        onChange={(event) => change({ subject_type: event.currentTarget.value })}
        data={[{ value: "", label: t`any` }, ...SUBJECTS]}
      />
      <SelectField
        label={t`Who`}
        value={filters.user_id ?? ""}
        onChange={(event) => change({ user_id: event.currentTarget.value })}
        data={[{ value: "", label: t`any` }, ...(staff ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <TextField
        label={t`From`}
        type="date"
        value={filters.after ?? ""}
        onChange={(event) => change({ after: event.currentTarget.value })}
      />
      <TextField
        label={t`Before`}
        type="date"
        value={filters.before ?? ""}
        onChange={(event) => change({ before: event.currentTarget.value })}
      />
      {Object.keys(filters).length === 0 ? null : (
        <Button onClick={() => change({ action: "", subject_type: "", user_id: "", after: "", before: "" })}>
          <Trans>Take all filters off</Trans>
        </Button>
      )}
    </div>
  );
}
