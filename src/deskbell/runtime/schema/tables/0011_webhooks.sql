-- Webhooks, incoming and outgoing.

-- The secret that signs incoming webhooks. It is kept in plain text: a hash of it could not verify a signature.
create table incoming_secrets (
  organization_id uuid primary key references organizations (id) on delete cascade,
  secret text not null,
  created_at timestamptz not null,
  created_by uuid
);
alter table incoming_secrets enable row level security;

-- Received webhooks by the SHA-256 of their body: a repeated body changes nothing.
create table incoming_deliveries (
  organization_id uuid not null references organizations (id) on delete cascade,
  digest bytea not null,
  event text not null,
  subject_id uuid not null,
  received_at timestamptz not null,
  primary key (organization_id, digest)
);
create index incoming_deliveries_oldest on incoming_deliveries (received_at);
alter table incoming_deliveries enable row level security;

create table webhooks (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  url text not null,
  event_types text[] not null default '{}', -- empty: all
  secret text not null,
  created_by uuid,
  created_at timestamptz not null,
  disabled_at timestamptz,
  include_internal boolean not null default false, -- with internal notes
  previous_secret text,       -- signs too, until the time below: secrets are replaced with an overlap
  previous_secret_until timestamptz,
  failing_since timestamptz,  -- no attempt has succeeded since; null: the last one did
  slow boolean not null default false, -- the last attempt failed or took long
  disabled_reason text check (disabled_reason in ('admin', 'gone', 'failing')),
  primary key (organization_id, id),
  check ((disabled_at is null) = (disabled_reason is null))
);
create index webhooks_newest on webhooks (organization_id, created_at, id);
alter table webhooks enable row level security;

-- One event for one webhook. Its id is the `webhook-id` of every attempt; its body never changes.
create table webhook_deliveries (
  organization_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  event_id bigint,                        -- the journal's event; null: a test call
  ticket_id uuid,                         -- deliveries about one ticket keep their order
  type text not null,
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  manual boolean not null default false,  -- requested by a user: it is sent even while the webhook is disabled
  tries smallint not null default 0,      -- attempts since it was made or requested again; sets the delay
  attempts integer not null default 0,    -- attempts in all
  created_at timestamptz not null,
  next_attempt_at timestamptz,            -- null: finished. During an attempt: when it counts as lost
  finished_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, webhook_id) references webhooks (organization_id, id) on delete cascade,
  check ((state = 'pending') = (next_attempt_at is not null))
);
-- One delivery per event and webhook, however often the journal is read.
create unique index webhook_deliveries_once on webhook_deliveries (organization_id, webhook_id, event_id)
  where event_id is not null;
create index webhook_deliveries_due on webhook_deliveries (organization_id, webhook_id, next_attempt_at, event_id)
  where next_attempt_at is not null;
create index webhook_deliveries_in_order on webhook_deliveries (organization_id, webhook_id, ticket_id, event_id)
  where next_attempt_at is not null and ticket_id is not null;
create index webhook_deliveries_newest on webhook_deliveries (organization_id, webhook_id, created_at, id);
create index webhook_deliveries_of_ticket on webhook_deliveries (organization_id, ticket_id) where ticket_id is not null;
create index webhook_deliveries_oldest on webhook_deliveries (created_at);
alter table webhook_deliveries enable row level security;

create table webhook_attempts (
  organization_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  request_headers jsonb not null,
  status smallint,                        -- null: no response
  response_headers jsonb not null,
  response_excerpt text not null,
  error text,                             -- null: delivered
  primary key (organization_id, delivery_id, number),
  foreign key (organization_id, delivery_id) references webhook_deliveries (organization_id, id) on delete cascade
);
alter table webhook_attempts enable row level security;

-- Deliveries begin with the events after this point.
insert into journal_readers (name, xact_id, id) values ('webhooks', pg_snapshot_xmin(pg_current_snapshot()), 0);
