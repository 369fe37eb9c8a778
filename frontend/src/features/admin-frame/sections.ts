import { msg } from "@lingui/core/macro";

import type { Me } from "../../api";
import type { Words } from "../../kernel/commands";

type Permission = Me["permissions"][number];

export interface Section {
  readonly to: string;
  readonly words: Words;
  /** Without it the page is not shown, and its address says so. */
  readonly permission: Permission;
}

interface SectionGroup {
  readonly words: Words;
  readonly sections: readonly Section[];
}

export const SECTIONS = {
  organization: { to: "/admin/organization", words: msg`Organization`, permission: "organization:manage" },
  brands: { to: "/admin/brands", words: msg`Brands`, permission: "brands:read" },
  members: { to: "/admin/members", words: msg`Members`, permission: "agents:read" },
  invitations: { to: "/admin/invitations", words: msg`Invitations`, permission: "members:manage" },
  groups: { to: "/admin/groups", words: msg`Groups`, permission: "groups:read" },
  categories: { to: "/admin/categories", words: msg`Categories`, permission: "categories:manage" },
  tags: { to: "/admin/tags", words: msg`Tags`, permission: "tags:read" },
  canned: { to: "/admin/canned-responses", words: msg`Canned responses`, permission: "canned:read" },
  views: { to: "/admin/views", words: msg`Views`, permission: "views:manage" },
  sla: { to: "/admin/service-levels", words: msg`Service levels`, permission: "sla:read" },
  fields: { to: "/admin/fields", words: msg`Fields`, permission: "fields:manage" },
  forms: { to: "/admin/forms", words: msg`Forms`, permission: "fields:read" },
  rules: { to: "/admin/rules", words: msg`Rules`, permission: "rules:read" },
  macros: { to: "/admin/macros", words: msg`Macros`, permission: "macros:use" },
  statuses: { to: "/admin/statuses", words: msg`Statuses`, permission: "fields:read" },
  mailboxes: { to: "/admin/mailboxes", words: msg`Mailboxes`, permission: "mail:read" },
  mailConnections: { to: "/admin/mail-connections", words: msg`Connections and DNS`, permission: "mail:manage" },
  templates: { to: "/admin/mail-templates", words: msg`Mail templates`, permission: "mail:manage" },
  mails: { to: "/admin/mails", words: msg`Received mail`, permission: "mail:read" },
  unsent: { to: "/admin/unsent", words: msg`Unsent mail`, permission: "mail:review" },
  suppressed: { to: "/admin/suppressed", words: msg`Suppressed addresses`, permission: "mail:review" },
  widget: { to: "/admin/widget", words: msg`Form and chat on your site`, permission: "widget:manage" },
  deletions: { to: "/admin/deletion-requests", words: msg`Deletion requests`, permission: "members:manage" },
  webhooks: { to: "/admin/webhooks", words: msg`Webhooks`, permission: "webhooks:manage" },
  keys: { to: "/admin/api-keys", words: msg`API keys`, permission: "api-keys:manage" },
  imports: { to: "/admin/imports", words: msg`Imports`, permission: "import:manage" },
  exports: { to: "/admin/exports", words: msg`Exports`, permission: "export:read" },
  audit: { to: "/admin/audit-log", words: msg`Audit log`, permission: "audit:read" },
} as const satisfies Record<string, Section>;

const S = SECTIONS;

/** The pages of administration, as the list at the left shows them. */
export const GROUPS: readonly SectionGroup[] = [
  { words: msg`Organization`, sections: [S.organization, S.brands, S.members, S.invitations, S.groups] },
  {
    words: msg`Tickets`,
    sections: [S.categories, S.tags, S.canned, S.macros, S.views, S.sla, S.statuses, S.fields, S.forms, S.rules],
  },
  {
    words: msg`Mail`,
    sections: [S.mailboxes, S.mailConnections, S.templates, S.mails, S.unsent, S.suppressed],
  },
  { words: msg`Customers`, sections: [S.widget, S.deletions] },
  { words: msg`Connections`, sections: [S.webhooks, S.keys, S.imports, S.exports, S.audit] },
];
