import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";

import type { Me } from "../api";
import { AccountMenu } from "../features/account";
import { goToAdmin } from "../features/admin-frame/commands";
import { goToContacts } from "../features/contacts/commands";
import { goToDashboard } from "../features/dashboard/commands";
import { goToInbox, newTicket } from "../features/inbox";
import { goToKnowledge } from "../features/knowledge/commands";
import { goToNotices } from "../features/notifications/commands";
import { goToReports } from "../features/reports/commands";
import type { Command, Words } from "../kernel/commands";
import { useUnreadNotices } from "../live/notices";
import { useMember } from "../live/session";
import { useCommand, useCommandPage } from "../ui/commands";
import {
  ContactsIcon,
  DashboardIcon,
  InboxIcon,
  KnowledgeIcon,
  NewTicketIcon,
  NoticesIcon,
  ReportsIcon,
  SearchIcon,
  SettingsIcon,
} from "../ui/icons";
import { openPalette } from "./shell-commands";
import styles from "./shell.module.css";

interface Place {
  readonly to: string;
  /** Below this path the place is the present one. */
  readonly below: string;
  readonly words: Words;
  readonly icon: typeof InboxIcon;
  readonly command: Command;
  readonly permission?: Me["permissions"][number];
  /** On a phone it is in the account's menu: the bar has room for six. */
  readonly wideOnly?: boolean;
}

const INBOX: Place = {
  to: "/inbox/mine",
  below: "/inbox",
  words: msg`Inbox`,
  icon: InboxIcon,
  command: goToInbox,
};
const NEW: Place = {
  to: "/new",
  below: "/new",
  words: msg`New ticket`,
  icon: NewTicketIcon,
  command: newTicket,
  permission: "tickets:create",
};
const OTHERS: readonly Place[] = [
  {
    to: "/contacts",
    below: "/contacts",
    words: msg`Contacts`,
    icon: ContactsIcon,
    command: goToContacts,
    permission: "contacts:read",
  },
  {
    to: "/knowledge",
    below: "/knowledge",
    words: msg`Knowledge base`,
    icon: KnowledgeIcon,
    command: goToKnowledge,
    wideOnly: true,
  },
  {
    to: "/dashboard",
    below: "/dashboard",
    words: msg`Dashboard`,
    icon: DashboardIcon,
    command: goToDashboard,
    permission: "dashboard:read",
    wideOnly: true,
  },
  {
    to: "/reports/tickets",
    below: "/reports",
    words: msg`Reports`,
    icon: ReportsIcon,
    command: goToReports,
    permission: "reports:read",
    wideOnly: true,
  },
  {
    to: "/admin",
    below: "/admin",
    words: msg`Administration`,
    icon: SettingsIcon,
    command: goToAdmin,
    wideOnly: true,
  },
];
const NOTICES: Place = {
  to: "/notifications",
  below: "/notifications",
  words: msg`Notifications`,
  icon: NoticesIcon,
  command: goToNotices,
  permission: "notifications:read",
};

/** The rail of places next to every page; on a phone a bar below it. */
export function Rail() {
  const { t, i18n } = useLingui();
  const { permissions } = useMember();
  const may = ({ permission }: Place) => permission === undefined || permissions.includes(permission);
  const others = OTHERS.filter(may);
  const inMenu = others
    .filter(({ wideOnly }) => wideOnly === true)
    .map(({ to, words }) => ({ to, label: i18n._(words) }));
  return (
    <nav className={styles.rail} aria-label={t`Places`} data-pane tabIndex={-1}>
      <PlaceIcon place={INBOX} />
      <Find />
      {may(NEW) ? <PlaceIcon place={NEW} /> : null}
      {others.map((place) => (
        <PlaceIcon key={place.to} place={place} />
      ))}
      <div className={styles.spring} />
      {may(NOTICES) ? <Notices /> : null}
      <AccountMenu places={inMenu} />
    </nav>
  );
}

function PlaceIcon({ place, count = 0 }: { place: Place; count?: number }) {
  const { i18n, t } = useLingui();
  const navigate = useNavigate();
  const { to, below, words, icon: Icon, command, wideOnly } = place;
  const isHere = useLocation({
    select: ({ pathname }) => `${pathname.replace(/^\/desk/, "")}/`.startsWith(`${below}/`),
  });
  useCommand(command, () => void navigate({ to: to as never }));
  const name = i18n._(words);
  return (
    <Link
      to={to as never}
      className={styles.place}
      data-wide-only={wideOnly === true || undefined}
      aria-current={isHere ? "page" : undefined}
      aria-label={count === 0 ? name : t`${name}: ${count} unread`}
      title={name}
    >
      <Icon size={20} stroke={1.6} aria-hidden />
      {count === 0 ? null : (
        <span className={styles.badge} aria-hidden>
          {count > 99 ? "99+" : count}
        </span>
      )}
    </Link>
  );
}

function Notices() {
  return <PlaceIcon place={NOTICES} count={useUnreadNotices()} />;
}

/** The palette for those without a keyboard. */
function Find() {
  const { i18n } = useLingui();
  const { ask } = useCommandPage();
  const words = i18n._(openPalette.words);
  return (
    <button type="button" className={styles.place} aria-label={words} title={words} onClick={() => ask(openPalette.id)}>
      <SearchIcon size={20} stroke={1.6} aria-hidden />
    </button>
  );
}
