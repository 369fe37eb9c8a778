import { groundOf } from "../kernel/avatars";
import { initials } from "../kernel/initials";
import styles from "./person.module.css";

interface Props {
  id: string;
  name: string;
  /** Staff carry a small bell. */
  staff?: boolean;
  size?: number;
  /** What they do on this ticket now: a ring, with a pencil for writing. */
  activity?: "viewing" | "typing" | undefined;
}

/** A person as initials on a ground of their own. The name is next to it. */
export function PersonMark({ id, name, staff = false, size = 28, activity }: Props) {
  return (
    <span
      className={styles.person}
      data-ground={groundOf(id)}
      data-activity={activity}
      style={{ inlineSize: size, blockSize: size, fontSize: Math.round(size * 0.4) }}
      aria-hidden
    >
      {initials(name)}
      {staff ? <span className={styles.bell} /> : null}
    </span>
  );
}
