-- Mailboxes, received mails, followers and what a conversation is found by.

create table mailboxes (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  is_default boolean not null default false,
  enabled boolean not null default true,
  group_id uuid,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  tags text[] not null default '{}',
  language text,                             -- null: the organization's
  separator text not null default '+' check (separator in ('+', '-', '')),
  follow_up_days integer not null default 7 check (follow_up_days between 0 and 3650),
  automatic_mail text not null default 'ticket' check (automatic_mail in ('ticket', 'ignore', 'quarantine')),
  failed_mail text not null default 'ticket' check (failed_mail in ('ticket', 'quarantine')),
  copies_follow boolean not null default true,
  token_admits boolean not null default false, -- a valid reply token makes its sender a follower
  trusted_servers text[] not null default '{}', -- the authserv-ids whose Authentication-Results are believed
  trusted_sealers text[] not null default '{}', -- the domains of forwarders whose ARC seals are believed
  form_senders text[] not null default '{}', -- senders whose Reply-To is the customer: web forms
  exempt_senders text[] not null default '{}', -- senders without a limit on new tickets
  tickets_per_hour integer not null default 30 check (tickets_per_hour between 1 and 10000), -- of one sender
  report_tickets boolean not null default false, -- a report about a mail that we did not send becomes a ticket
  internal_networks text[] not null default '{}', -- peers whose mail counts as proven
  sender_form text not null default 'person' check (sender_form in ('person', 'mailbox')), -- "Ann at Shop", or "Shop"
  signature text not null default '',
  acknowledge text not null default 'never' check (acknowledge in ('never', 'proven', 'always')), -- new requests by mail
  quote text not null default 'one' check (quote in ('none', 'one', 'all')), -- what a reply quotes
  each_mailbox boolean not null default false, -- a mail to several mailboxes becomes a ticket of this one besides
  subject_tag text not null default 'auto' check (subject_tag in ('auto', 'always', 'never')),
  last_taken_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete set null (group_id)
);
create unique index mailboxes_name on mailboxes (organization_id, lower(name));
create unique index mailboxes_default on mailboxes (organization_id) where is_default;
create index mailboxes_by_name on mailboxes (organization_id, name_key, id);
create index mailboxes_by_group on mailboxes (organization_id, group_id) where group_id is not null;
alter table mailboxes enable row level security;

-- The addresses of mailboxes, in lower case; a whole domain is `@example.com`. `mail_routes` keeps each unique on the server.
create table mailbox_addresses (
  organization_id uuid not null,
  address text not null,
  mailbox_id uuid not null,
  kind text not null check (kind in ('primary', 'alias', 'domain')),
  group_id uuid,
  created_at timestamptz not null,
  primary key (organization_id, address),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete set null (group_id),
  check ((kind = 'domain') = (left(address, 1) = '@'))
);
create unique index mailbox_addresses_primary on mailbox_addresses (organization_id, mailbox_id) where kind = 'primary';
create index mailbox_addresses_of_mailbox on mailbox_addresses (organization_id, mailbox_id);
alter table mailbox_addresses enable row level security;

-- Which organization an address belongs to, for the receivers: before a mail is stored, no organization is entered. Triggers
-- of `mailbox_addresses` write it, and the application's role cannot.
create table mail_routes (
  address text primary key,
  owner_id uuid not null references organizations (id) on delete cascade,
  mailbox_id uuid not null
);
create index mail_routes_owner on mail_routes (owner_id);
revoke all on mail_routes from deskbell_app;

-- Every mail that was acknowledged. `raw` is empty once the content is in the storage.
create table received_mails (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  mailbox_id uuid,
  source text not null check (source in ('smtp', 'lmtp', 'imap', 'command')),
  envelope_from text,                        -- null: not known; empty: a report
  envelope_to text[] not null default '{}',
  peer text,                                 -- the address of the sending host
  raw bytea,
  raw_key text,
  size bigint not null,
  raw_digest bytea not null,
  content_digest bytea,
  duplicate_of uuid,
  message_id text,
  from_name text not null default '',
  from_address text,
  to_addresses text[] not null default '{}',
  cc_addresses text[] not null default '{}',
  subject text not null default '',
  sent_at timestamptz,                       -- as the mail says
  verdict text check (verdict in ('pass', 'fail', 'none')),
  evidence text,
  class text,
  language text,                             -- that its sender writes, as its header or its words show it
  headers jsonb,                             -- those that conditions of rules may ask
  state text not null default 'received' check (
    state in ('received', 'created', 'appended', 'ignored', 'rejected', 'bounce', 'duplicate', 'quarantined')),
  reason text,
  tries smallint not null default 0,
  next_try_at timestamptz,                   -- while `received`: when a worker may take it
  sender_id uuid,
  ticket_id uuid,
  comment_id uuid,
  html text,                                 -- the whole, safe to show
  arrived_at timestamptz not null,
  done_at timestamptz,
  released_by uuid,
  as_ticket boolean not null default false,  -- released to become a ticket of its own, whatever it is
  primary key (organization_id, id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete set null (mailbox_id),
  foreign key (organization_id, sender_id) references memberships (organization_id, user_id) on update cascade,
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  check ((state = 'received') = (next_try_at is not null)),
  check (state <> 'received' or raw is not null or raw_key is not null)
);
create unique index received_mails_raw on received_mails (organization_id, raw_digest) where duplicate_of is null;
create unique index received_mails_content on received_mails (organization_id, content_digest)
  where duplicate_of is null and content_digest is not null;
create index received_mails_due on received_mails (next_try_at) where next_try_at is not null;
create index received_mails_waiting on received_mails (organization_id, arrived_at, id) where next_try_at is not null;
create index received_mails_waiting_by_id on received_mails (organization_id, message_id)
  where next_try_at is not null;
create index received_mails_newest on received_mails (organization_id, arrived_at, id);
create index received_mails_by_state on received_mails (organization_id, state, arrived_at, id);
create index received_mails_of_mailbox on received_mails (organization_id, mailbox_id, arrived_at, id);
create index received_mails_of_ticket on received_mails (organization_id, ticket_id, arrived_at) where ticket_id is not null;
create index received_mails_of_comment on received_mails (organization_id, comment_id) where comment_id is not null;
create index received_mails_of_sender on received_mails (organization_id, sender_id) where sender_id is not null;
create index received_mails_from on received_mails (organization_id, from_address, arrived_at) where state = 'created';
create index received_mails_in_row on received_mails (arrived_at) where raw is not null;
create index received_mails_in_storage on received_mails (arrived_at) where raw_key is not null;
create index received_mails_quarantined on received_mails (arrived_at, id) where state = 'quarantined';
alter table received_mails enable row level security;

-- Message-IDs, and the ticket that each leads to; found by digest, because an id may be long.
create table mail_ids (
  organization_id uuid not null,
  digest bytea not null,                     -- the first 16 bytes of the id's SHA-256
  kind text not null check (kind in ('received', 'sent', 'provider', 'mentioned')),
  mail_id uuid not null,                     -- the received mail, or the outgoing one
  message_id text not null,
  ticket_id uuid not null,
  comment_id uuid,
  created_at timestamptz not null,
  primary key (organization_id, digest, kind, mail_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index mail_ids_of_ticket on mail_ids (organization_id, ticket_id, created_at);
alter table mail_ids enable row level security;

-- A file of a mail, and whether its HTML shows it.
create table mail_parts (
  organization_id uuid not null,
  file_id uuid not null,
  ticket_id uuid not null,
  comment_id uuid,
  mail_id uuid not null,
  content_id text,
  position integer not null,
  inline boolean not null,
  primary key (organization_id, file_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index mail_parts_of_ticket on mail_parts (organization_id, ticket_id, comment_id);
alter table mail_parts enable row level security;

-- People who take part in a ticket besides its requester: they read its public part and may answer by mail.
create table ticket_followers (
  organization_id uuid not null,
  ticket_id uuid not null,
  user_id uuid not null,
  how text not null check (how in ('added', 'copied', 'mail', 'rule', 'merged')),
  added_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, ticket_id, user_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index ticket_followers_of_user on ticket_followers (organization_id, user_id, ticket_id);
alter table ticket_followers enable row level security;

-- Tickets that belong together. `follow_up`: the ticket continues `other_id`, which was closed.
create table ticket_links (
  organization_id uuid not null,
  ticket_id uuid not null,
  other_id uuid not null,
  kind text not null check (kind in ('related', 'follow_up', 'merged')), -- merged: mail about it belongs to the other
  created_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, ticket_id, other_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, other_id) references tickets (organization_id, id) on delete cascade,
  check (ticket_id <> other_id)
);
create index ticket_links_other on ticket_links (organization_id, other_id);
create unique index ticket_links_merged on ticket_links (organization_id, ticket_id) where kind = 'merged';
alter table ticket_links enable row level security;

-- More addresses of a contact. Their own address is in `memberships`.
create table contact_addresses (
  organization_id uuid not null,
  address text not null,
  user_id uuid not null,
  how text not null check (how in ('entered', 'merged')),
  created_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, address),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index contact_addresses_of_user on contact_addresses (organization_id, user_id);
alter table contact_addresses enable row level security;

-- Reply tokens are signed and not stored. Those of a ticket that were made under an earlier revision are no longer good.
create table reply_token_revisions (
  organization_id uuid not null,
  ticket_id uuid not null,
  revision integer not null,
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
alter table reply_token_revisions enable row level security;

-- Keys of Message-IDs and reply tokens, made for an organization's first mail; all stay valid until they are removed.
create table mail_keys (
  organization_id uuid not null references organizations (id) on delete cascade,
  number integer not null,
  key bytea not null,
  created_at timestamptz not null,
  primary key (organization_id, number)
);
alter table mail_keys enable row level security;

-- Senders that staff decided about. A blocked one is refused; mail of a trusted one, which no limit or rule holds back, is filed.
create table mail_senders (
  organization_id uuid not null references organizations (id) on delete cascade,
  address text not null,                     -- an address, or a domain as `@example.com`
  standing text not null check (standing in ('blocked', 'trusted')),
  created_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, address)
);
create index mail_senders_newest on mail_senders (organization_id, created_at, address);
alter table mail_senders enable row level security;
