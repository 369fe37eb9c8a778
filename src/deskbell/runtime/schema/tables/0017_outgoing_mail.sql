-- Mail that goes out, and its way to each recipient.

-- A public reply is one mail to all; each notification is a mail of its own.
create table outgoing_mails (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('reply', 'notice')),
  ticket_id uuid,
  comment_id uuid,                           -- of a reply: the words that it brings; of a notice: what it is about
  notification_id uuid,
  mailbox_id uuid,
  language text not null,
  subject text not null,                     -- without "Re:" and tag
  quote text check (quote in ('none', 'one', 'all')), -- null: as the mailbox says
  automatic boolean not null default false,  -- no person wrote it
  words text,                                -- of a notice; those of a reply are its comment's
  words_html text,                           -- of a notice, safe
  message_id text,                           -- null until the content is made
  content bytea,                             -- the mail as it goes out: made for the first attempt, the same for all
  created_at timestamptz not null,
  reopened_at timestamptz,                   -- when a failure reopened the ticket: once for a mail
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete set null (mailbox_id),
  check ((kind = 'reply') = (words is null)),
  check (kind = 'notice' or (ticket_id is not null and comment_id is not null))
);
-- One mail for a reply and for a notification, however often a reaction runs.
create unique index outgoing_mails_of_reply on outgoing_mails (organization_id, comment_id) where kind = 'reply';
create unique index outgoing_mails_of_notification on outgoing_mails (organization_id, notification_id)
  where notification_id is not null;
create index outgoing_mails_of_ticket on outgoing_mails (organization_id, ticket_id, created_at)
  where ticket_id is not null;
create index outgoing_mails_of_mailbox on outgoing_mails (organization_id, mailbox_id) where mailbox_id is not null;
create index outgoing_mails_with_content on outgoing_mails (created_at) where content is not null;
alter table outgoing_mails enable row level security;

-- Recipients that the author of a reply named, until its mail is made. Null: the requester, or the followers.
create table reply_mails (
  organization_id uuid not null,
  comment_id uuid not null,
  to_addresses text[],
  cc_addresses text[],
  quote text check (quote in ('none', 'one', 'all')),
  primary key (organization_id, comment_id),
  foreign key (organization_id, comment_id) references comments (organization_id, id) on delete cascade
);
alter table reply_mails enable row level security;

-- A mail on its way to one recipient: each answer, attempt and bounce has one owner.
create table mail_deliveries (
  organization_id uuid not null,
  id uuid not null,
  mail_id uuid not null,
  recipient_id uuid,
  name text not null default '',
  address text not null,
  field text not null check (field in ('to', 'cc')),
  state text not null check (state in ('queued', 'delayed', 'sent', 'bounced', 'failed', 'suppressed', 'cancelled')),
  tries smallint not null default 0,
  next_try_at timestamptz,                   -- null: no attempt follows. During an attempt: when it counts as lost
  answer_code smallint,                      -- the mail server's last answer, or a report's
  answer text,
  created_at timestamptz not null,
  first_tried_at timestamptz,
  sent_at timestamptz,
  finished_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, mail_id) references outgoing_mails (organization_id, id) on delete cascade,
  foreign key (organization_id, recipient_id) references memberships (organization_id, user_id) on update cascade
    on delete set null (recipient_id),
  check (next_try_at is null or state in ('queued', 'delayed')),
  check (state <> 'queued' or next_try_at is not null)
);
create unique index mail_deliveries_once on mail_deliveries (organization_id, mail_id, address);
create index mail_deliveries_due on mail_deliveries (organization_id, next_try_at) where next_try_at is not null;
create index mail_deliveries_of_recipient on mail_deliveries (organization_id, recipient_id, created_at)
  where recipient_id is not null;
create index mail_deliveries_unsent on mail_deliveries (organization_id, created_at, id)
  where state in ('queued', 'delayed', 'failed', 'bounced');
create index mail_deliveries_to on mail_deliveries (organization_id, address, created_at);
alter table mail_deliveries enable row level security;

-- Addresses that no mail is sent to. Mail from the address itself ends it.
create table suppressed_addresses (
  organization_id uuid not null references organizations (id) on delete cascade,
  address text not null,
  reason text not null check (reason in ('bounce', 'complaint', 'manual')),
  evidence text not null default '',
  created_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, address)
);
create index suppressed_addresses_newest on suppressed_addresses (organization_id, created_at, address);
alter table suppressed_addresses enable row level security;

-- Templates that admins changed; the shipped ones are no rows.
create table mail_templates (
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null check (kind in ('reply', 'staff_notification', 'customer_notification', 'acknowledgement')),
  language text not null check (language in ('en', 'de')),
  text text not null,
  html text not null,
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (organization_id, kind, language)
);
alter table mail_templates enable row level security;

-- Passwords, tokens and private keys: sealed under a key derived from the server's secret key, with its id in bytes 2 to 5.
create table sealed_secrets (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  purpose text not null check (purpose in ('dkim', 'imap', 'smtp', 'oauth')),
  sealed bytea not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
alter table sealed_secrets enable row level security;

-- The key that signs the mail of a domain, once its record was found.
create table dkim_keys (
  organization_id uuid not null,
  domain text not null,
  selector text not null,
  secret_id uuid not null,
  public_key text not null,
  confirmed_at timestamptz,
  checked_at timestamptz,
  created_at timestamptz not null,
  primary key (organization_id, domain),
  foreign key (organization_id, secret_id) references sealed_secrets (organization_id, id) on delete cascade
);
create index dkim_keys_of_secret on dkim_keys (organization_id, secret_id);
alter table dkim_keys enable row level security;

-- The domains that mail goes out from, as the last look at their DNS records found them. A record is right until a look finds it wrong.
create table mail_domains (
  organization_id uuid not null references organizations (id) on delete cascade,
  domain text not null,
  right_records text[] not null,
  checked_at timestamptz not null,
  primary key (organization_id, domain)
);
alter table mail_domains enable row level security;

-- Mailboxes that are read by IMAP.
create table imap_accounts (
  organization_id uuid not null,
  mailbox_id uuid not null,
  host text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'starttls', 'none')),
  username text not null,
  auth text not null default 'password' check (auth in ('password', 'oauth')),
  secret_id uuid not null,
  folder text not null default 'INBOX',
  more_folders text[] not null default '{}', -- looked into at each look; IDLE waits in `folder` alone
  first_days integer not null default 0 check (first_days between 0 and 3650), -- a folder's first look takes mail so old
  after text not null default 'keep' check (after in ('keep', 'move', 'delete')),
  move_to text not null default '',
  enabled boolean not null default true,
  lease_until timestamptz not null default '-infinity', -- when another worker may look; after a failure: when to look again
  failures integer not null default 0,
  last_looked_at timestamptz,
  failing_since timestamptz,
  alerted_at timestamptz,
  trouble text,
  detail text,
  updated_at timestamptz not null,
  primary key (organization_id, mailbox_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  foreign key (organization_id, secret_id) references sealed_secrets (organization_id, id) on delete cascade
);
create index imap_accounts_of_secret on imap_accounts (organization_id, secret_id);
create index imap_accounts_due on imap_accounts (lease_until) where enabled;
alter table imap_accounts enable row level security;

-- The place in each folder up to which its mails were taken. A folder without a row was not seen yet.
create table imap_folders (
  organization_id uuid not null,
  mailbox_id uuid not null,
  folder text not null,
  uidvalidity bigint not null,
  last_uid bigint not null,
  primary key (organization_id, mailbox_id, folder),
  foreign key (organization_id, mailbox_id) references imap_accounts (organization_id, mailbox_id) on delete cascade
);
alter table imap_folders enable row level security;

-- Mails that the server lists and did not hand out when it was asked for them: they are asked for again for a day.
create table imap_missing (
  organization_id uuid not null,
  mailbox_id uuid not null,
  folder text not null,
  uid bigint not null,
  since timestamptz not null,
  primary key (organization_id, mailbox_id, folder, uid),
  foreign key (organization_id, mailbox_id, folder) references imap_folders (organization_id, mailbox_id, folder)
    on delete cascade
);
alter table imap_missing enable row level security;

-- Mails that are stored here, and that the server refused to move or delete: it is asked again after each look.
create table imap_untidied (
  organization_id uuid not null,
  mailbox_id uuid not null,
  folder text not null,
  uid bigint not null,
  primary key (organization_id, mailbox_id, folder, uid),
  foreign key (organization_id, mailbox_id, folder) references imap_folders (organization_id, mailbox_id, folder)
    on delete cascade
);
alter table imap_untidied enable row level security;

-- Mailboxes whose mail goes out through a server of their own, and their rate: `sent` mails since `window_at`, at most
-- `per_minute` in a minute, halved for each step of `slowed`. Nothing is offered before `paused_until`.
create table smtp_accounts (
  organization_id uuid not null,
  mailbox_id uuid not null,
  host text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'starttls', 'none')),
  username text not null default '',         -- empty: without signing in
  auth text not null default 'password' check (auth in ('password', 'oauth')),
  secret_id uuid not null,
  enabled boolean not null default true,
  connections integer not null default 2 check (connections between 1 and 20),
  per_minute integer not null default 20 check (per_minute between 1 and 10000),
  window_at timestamptz not null default '-infinity',
  sent integer not null default 0,
  put_back integer not null default 0,       -- deliveries that were given a later turn since `window_at`
  slowed smallint not null default 0,
  paused_until timestamptz not null default '-infinity',
  failures integer not null default 0,
  last_sent_at timestamptz,
  failing_since timestamptz,
  alerted_at timestamptz,
  trouble text,
  detail text,
  updated_at timestamptz not null,
  primary key (organization_id, mailbox_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  foreign key (organization_id, secret_id) references sealed_secrets (organization_id, id) on delete cascade
);
create index smtp_accounts_of_secret on smtp_accounts (organization_id, secret_id);
alter table smtp_accounts enable row level security;

-- The last test of a mailbox by a mail to itself, and that mail as it arrived.
create table mailbox_tests (
  organization_id uuid not null,
  mailbox_id uuid not null,
  code text not null,
  started_at timestamptz not null,
  mail_id uuid not null,                     -- of `outgoing_mails`
  plus_mail_id uuid,                         -- to the address with a word
  arrived_at timestamptz,
  plus_arrived_at timestamptz,
  source text,
  message_id text,
  from_address text,
  return_path text,
  servers text[] not null default '{}',
  primary key (organization_id, mailbox_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create unique index mailbox_tests_of_code on mailbox_tests (organization_id, code);
alter table mailbox_tests enable row level security;

-- Sign-ins of mailboxes at a provider (OAuth2). The secret holds the client's secret and the tokens, and the verifier of a sign-in
-- that is under way; `state_digest` finds the latter.
create table mail_sign_ins (
  organization_id uuid not null,
  mailbox_id uuid not null,
  provider text not null check (provider in ('google', 'microsoft', 'other')),
  flow text not null default 'code' check (flow in ('code', 'client')),
  client_id text not null,
  tenant text not null default '',           -- Microsoft's; empty: any
  authorize_url text not null,
  token_url text not null,
  scope text not null,
  secret_id uuid not null,
  state_digest bytea,
  state_until timestamptz,
  begun_by uuid,
  signed_in_at timestamptz,
  expires_at timestamptz,                    -- of the access token; null: there is none
  renew_at timestamptz,                      -- when a worker renews it; while one does: when another may
  failures integer not null default 0,
  alerted_at timestamptz,
  trouble text,
  detail text,
  updated_at timestamptz not null,
  primary key (organization_id, mailbox_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  foreign key (organization_id, secret_id) references sealed_secrets (organization_id, id) on delete cascade
);
create index mail_sign_ins_of_secret on mail_sign_ins (organization_id, secret_id);
create index mail_sign_ins_due on mail_sign_ins (renew_at) where renew_at is not null;
create unique index mail_sign_ins_state on mail_sign_ins (organization_id, state_digest) where state_digest is not null;
alter table mail_sign_ins enable row level security;

-- Alerts that the admins got: mail waits for too long, until it does not any more.
create table mail_alerts (
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null check (kind in ('received', 'outgoing')),
  since timestamptz not null,
  primary key (organization_id, kind)
);
alter table mail_alerts enable row level security;
