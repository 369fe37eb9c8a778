import styles from "./rules.module.css";

interface Change {
  readonly was?: unknown;
  readonly now?: unknown;
}

/** What changed, field by field: "status: open → pending". */
export function ChangeWords({ changes }: { changes: Readonly<Record<string, unknown>> }) {
  const parts = Object.entries(changes) as [string, Change][];
  if (parts.length === 0) return null;
  return (
    <span className={styles.mono}>
      {parts.map(([name, { was, now }]) => `${name}: ${said(was)} → ${said(now)}`).join(", ")}
    </span>
  );
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.map(said).join(" ");
  if (typeof value === "string") return value;
  if (typeof value === "object" && "name" in value && typeof value.name === "string") return value.name;
  return JSON.stringify(value);
}
