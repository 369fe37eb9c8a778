import { groundOf } from "../kernel/avatars";
import { initials } from "../kernel/initials";
import { Bell } from "./bell";
import styles from "./person.module.css";

/** Pictures from elsewhere are not loaded. */
const OWN = "/api/v1/avatars/";

/** The part of the mark that the bell takes. */
const BELL = 0.5;

interface Props {
  id: string;
  name: string;
  /** Staff carry a small bell. */
  staff?: boolean;
  size?: number;
  /** Their own picture, where they have one. */
  picture?: string | null;
  /** What they do on this ticket now: a ring, with a pencil for writing. */
  activity?: "viewing" | "typing" | undefined;
}

/** A person as their picture, else as initials on a ground of their own. The name is next to it. */
export function PersonMark({ id, name, staff = false, size = 28, picture = null, activity }: Props) {
  return (
    <span
      className={styles.person}
      data-ground={groundOf(id)}
      data-activity={activity}
      style={{ inlineSize: size, blockSize: size, fontSize: Math.round(size * 0.4) }}
      aria-hidden
    >
      {picture?.startsWith(OWN) === true ? <img className={styles.picture} src={picture} alt="" /> : initials(name)}
      {staff ? <Bell size={Math.round(size * BELL)} className={styles.bell} /> : null}
    </span>
  );
}
