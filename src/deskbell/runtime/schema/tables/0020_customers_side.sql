-- The customers' side: links of guests, the widget on other sites, and chats.

-- Links are signed and not stored. Those of a ticket that were made up to this moment are no longer good.
create table guest_revocations (
  organization_id uuid not null,
  ticket_id uuid not null,
  revoked_at timestamptz not null,
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
alter table guest_revocations enable row level security;

-- The form and chat on other sites. Without a row they are off.
create table widgets (
  organization_id uuid primary key references organizations (id),
  enabled boolean not null,
  origins text[] not null, -- of the sites that may show it, as browsers send them
  chat_enabled boolean not null,
  chat_wait_seconds integer not null check (chat_wait_seconds between 10 and 3600),
  updated_at timestamptz not null
);
alter table widgets enable row level security;

-- A ticket that began as a chat. While it goes on, replies are not mailed: the guest reads them there.
create table chats (
  organization_id uuid not null,
  ticket_id uuid not null,
  guest_name text not null, -- as typed: the contact with this address may be called otherwise
  language text not null,
  wait_seconds integer not null, -- as the widget's settings had it
  started_at timestamptz not null,
  seen_at timestamptz not null, -- the guest's page last asked
  ended_at timestamptz,
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
-- Read across organizations, by the job that ends them.
create index chats_under_way on chats (seen_at) where ended_at is null;
alter table chats enable row level security;
