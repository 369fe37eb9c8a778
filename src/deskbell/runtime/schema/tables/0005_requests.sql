-- Rate limits, idempotency keys, and mail that was not sent.

-- Requests per subject and window. Losing them in a crash costs nothing, so the table is unlogged.
create unlogged table request_counts (
  subject text not null,
  window_ends timestamptz not null,
  used integer not null,
  primary key (subject, window_ends)
) with (fillfactor = 50);
create index request_counts_ends on request_counts (window_ends);

-- Responses to requests with an Idempotency-Key, kept for a day.
create table idempotency_keys (
  organization_id uuid not null references organizations (id) on delete cascade,
  caller uuid not null, -- the user, or the API key
  key text not null,
  fingerprint bytea not null,
  status smallint,
  headers jsonb,
  body bytea,
  created_at timestamptz not null,
  primary key (organization_id, caller, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
alter table idempotency_keys enable row level security;

-- The newest 500 mails of a server without a mail transport.
create table outbox (
  id uuid primary key,
  kept_at timestamptz not null,
  recipient text not null,
  subject text not null,
  headers jsonb not null,
  body_text text not null,
  body_html text
);
