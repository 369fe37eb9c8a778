import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { useMember } from "../../../live/session";
import { Frame } from "../../../ui/manage/frame";
import { EmptyState } from "../../../ui/state";
import { GROUPS, type Section } from "../sections";

interface AdminPageProps {
  /** The page's place in the list of pages; undefined for that list alone. */
  section: Section | undefined;
  /** The list of its records. */
  list?: ReactNode;
  /** Whether one of them is open. */
  open?: boolean;
  children: ReactNode;
}

/** A page of the administration: pages at the left, then its list, then the form. Says so where one may not see it. */
export function AdminPage({ section, list, open = true, children }: AdminPageProps) {
  const { t, i18n } = useLingui();
  const { permissions } = useMember();
  const groups = GROUPS.map(({ words, sections }) => ({
    label: i18n._(words),
    places: sections
      .filter(({ permission }) => permissions.includes(permission))
      .map(({ to, words: name }) => ({ to, label: i18n._(name) })),
  }));
  const allowed = section === undefined || permissions.includes(section.permission);
  return (
    <Frame
      title={t`Administration`}
      home="/admin"
      groups={groups.filter(({ places }) => places.length > 0)}
      current={section?.to}
      list={allowed ? list : undefined}
      listName={section === undefined ? "" : i18n._(section.words)}
      open={open}
    >
      {allowed ? children : <NotYours permission={section.permission} />}
    </Frame>
  );
}

function NotYours({ permission }: { permission: string }) {
  const { t } = useLingui();
  return (
    <EmptyState title={t`This page is not yours to see`}>
      <Trans>It needs the permission {permission}. An admin of your organization can change your role.</Trans>
    </EmptyState>
  );
}
