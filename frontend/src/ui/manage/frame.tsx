import type { ReactNode } from "react";

import { PlaceLink } from "../place";
import styles from "./frame.module.css";

export interface FramePlace {
  readonly to: string;
  readonly label: string;
}

export interface FrameGroup {
  /** Above the group's links; empty for the only group. */
  readonly label: string;
  readonly places: readonly FramePlace[];
}

interface FrameProps {
  /** Names the links: "Administration". */
  title: string;
  /** Where the links alone are shown on a narrow screen. */
  home: string;
  /** Without any, the page has no links. */
  groups?: readonly FrameGroup[];
  /** The address of the page that is shown; undefined where the links are the page. */
  current: string | undefined;
  /** The list of the page's records. */
  list?: ReactNode;
  /** The name of that list, for the way back to it on a narrow screen. */
  listName?: string;
  /** The form of the chosen record; on a narrow screen it takes the place of the list. */
  children: ReactNode;
  /** Whether a record is chosen. */
  open: boolean;
}

/** The pattern of settings: links, list, form. On a narrow screen one of them at a time. */
export function Frame({ title, home, groups = [], current, list, listName, children, open }: FrameProps) {
  const alone = groups.length === 0;
  const shows = current === undefined ? "links" : list === undefined || open ? "form" : "list";
  return (
    <div
      className={styles.frame}
      data-shows={shows}
      data-list={list === undefined ? undefined : true}
      data-alone={alone || undefined}
    >
      {alone ? null : <Links title={title} groups={groups} current={current} />}
      {current === undefined || (alone && shows !== "form") ? null : (
        <Back home={home} title={title} list={shows === "form" && list !== undefined ? current : undefined}>
          {listName ?? title}
        </Back>
      )}
      {list === undefined ? null : <div className={styles.list}>{list}</div>}
      <div className={styles.form}>{children}</div>
    </div>
  );
}

/** On a narrow screen: from a record to its list, from there to the links. */
function Back(props: { home: string; title: string; list: string | undefined; children: string }) {
  const { home, title, list, children } = props;
  return (
    <PlaceLink to={list ?? home} className={styles.back} keepSearch={list !== undefined}>
      ‹ {list === undefined ? title : children}
    </PlaceLink>
  );
}

function Links({ title, groups, current }: Required<Pick<FrameProps, "title" | "groups" | "current">>) {
  return (
    <nav className={styles.links} aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      {groups.map((group) => (
        <div key={group.label} className={styles.group}>
          {group.label === "" ? null : <h3 className={styles.label}>{group.label}</h3>}
          {group.places.map(({ to, label }) => (
            <PlaceLink key={to} to={to} className={styles.link} aria-current={to === current ? "page" : undefined}>
              {label}
            </PlaceLink>
          ))}
        </div>
      ))}
    </nav>
  );
}
