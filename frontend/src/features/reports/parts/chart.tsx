import { PlaceLink } from "../../../ui/place";
import { listOf } from "./list-link";
import styles from "./reports.module.css";

export interface Bar {
  readonly value: number;
  /** What it says when it is pointed at. */
  readonly title: string;
  readonly query: string | null;
}

export interface Column {
  readonly label: string;
  readonly bars: readonly Bar[];
}

interface Props {
  columns: readonly Column[];
  /** A line over the columns, one value for each. */
  line?: readonly number[];
  /** The value at the top; by default the greatest. */
  top?: number;
}

/** Bars side by side, each leading to its tickets. For the eye alone: the table below it says the same to everyone. */
export function Chart({ columns, line = [], top = 0 }: Props) {
  const greatest = Math.max(top, 1, ...line, ...columns.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const points = line.map((value, place) => `${place + 0.5},${greatest - value}`).join(" ");
  const [first, last] = [columns[0], columns.at(-1)];
  return (
    <div className={styles.chart} aria-hidden>
      <div className={styles.plot}>
        {columns.map(({ label, bars }) => (
          <div key={label} className={styles.column}>
            {bars.map((bar, place) => (
              <BarOf key={place} bar={bar} share={bar.value / greatest} />
            ))}
          </div>
        ))}
        {points === "" ? null : (
          <svg className={styles.line} viewBox={`0 0 ${columns.length} ${greatest}`} preserveAspectRatio="none">
            <polyline points={points} vectorEffect="non-scaling-stroke" />
          </svg>
        )}
      </div>
      <div className={styles.axis}>
        <span>{first?.label}</span>
        <span>{last === first ? "" : last?.label}</span>
      </div>
    </div>
  );
}

function BarOf({ bar, share }: { bar: Bar; share: number }) {
  const inner = <span title={bar.title} style={{ blockSize: `${share * 100}%` }} />;
  if (bar.query === null || bar.value === 0) return <span className={styles.slot}>{inner}</span>;
  return (
    <PlaceLink to={listOf(bar.query)} className={styles.slot} tabIndex={-1}>
      {inner}
    </PlaceLink>
  );
}
