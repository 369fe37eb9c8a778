import { msg } from "@lingui/core/macro";

import type { Words } from "../../kernel/commands";

interface NamedPage {
  readonly to: string;
  readonly words: Words;
}

/** The pages of one's own settings. */
export const settingsPages: readonly NamedPage[] = [
  { to: "/settings/profile", words: msg`Profile` },
  { to: "/settings/security", words: msg`Password and sessions` },
  { to: "/settings/notifications", words: msg`Notifications` },
  { to: "/settings/appearance", words: msg`Appearance and habits` },
  { to: "/settings/keyboard", words: msg`Keyboard` },
];

/** The names of both kinds of pages, as the palette shows them behind a page. */
export const ownSettings = msg`own settings`;
export const administration = msg`administration`;

/** Words for what is on a page, by which the palette finds it: of settings and administration, by address. */
export const alsoCalled: Readonly<Record<string, Words>> = {
  "/settings/profile": msg`Own name, picture, phone`,
  "/settings/security": msg`Second factor, two-factor, QR code, recovery codes, signed-in devices`,
  "/settings/notifications": msg`Desktop notices, mails to me, sound, daily summary`,
  "/settings/appearance": msg`Theme, dark, light, density, language, undo seconds, after solving`,
  "/settings/keyboard": msg`Shortcuts, own keys, single letters`,
  "/admin/organization": msg`Name, domain, time zone, language, sign-up, support address, website`,
  "/admin/brands": msg`Logo, colour, help centre, appearance`,
  "/admin/members": msg`Agents, team, users, roles, permissions, second factor, sessions`,
  "/admin/invitations": msg`Invite an agent, new member`,
  "/admin/groups": msg`Teams, queues, leads`,
  "/admin/categories": msg`Kinds of tickets, topics`,
  "/admin/tags": msg`Labels, rename, merge`,
  "/admin/canned-responses": msg`Prepared replies, text blocks, macros with words, shortcuts`,
  "/admin/views": msg`Saved searches, filters, lists`,
  "/admin/service-levels": msg`SLA, service level agreement, deadlines, targets, business hours, response time`,
  "/admin/fields": msg`Custom fields, attributes of tickets and contacts`,
  "/admin/forms": msg`Ticket forms, required fields`,
  "/admin/rules": msg`Automations, triggers, schedules, workflows, assignment`,
  "/admin/macros": msg`Several changes at one choice`,
  "/admin/statuses": msg`States of tickets, workflow`,
  "/admin/mailboxes": msg`E-mail addresses, support address, signature, reply separator, new tickets by mail`,
  "/admin/mail-connections": msg`IMAP, SMTP, DNS, SPF, DKIM, DMARC, sending and receiving, OAuth, Google, Microsoft`,
  "/admin/mail-templates": msg`Texts of mails, notification mails, footer`,
  "/admin/mails": msg`Quarantine, spam, raw mail, incoming mail, delivery log`,
  "/admin/suppressed": msg`Bounces, blocked addresses, complaints`,
  "/admin/widget": msg`Widget, contact form, embed, live chat`,
  "/admin/deletion-requests": msg`Privacy, GDPR, delete a person, own data`,
  "/admin/webhooks": msg`HTTP callbacks, events, integrations`,
  "/admin/api-keys": msg`API tokens, access of programs, scopes`,
  "/admin/imports": msg`Import tickets, CSV, JSON Lines, Zendesk, GitHub, migration`,
  "/admin/exports": msg`Export data, download, CSV, backup`,
  "/admin/audit-log": msg`History, who changed what, log, security`,
};
