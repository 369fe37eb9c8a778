-- Imports and exports that people start, their progress, and where their files are.

create table transfers (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  direction text not null check (direction in ('import', 'export')),
  format text not null check (format in ('jsonl', 'github', 'csv', 'zendesk')),
  state text not null check (state in ('draft', 'waiting', 'running', 'stopping', 'done', 'cancelled', 'failed')),
  actor_id uuid not null,
  filename text not null,
  options jsonb not null,
  size bigint not null, -- of the uploaded or exported file, in bytes
  storage_key text, -- of the uploaded file until its import ends, of the exported one until it expires
  rejects_key text, -- of the refused lines until they expire
  total bigint not null, -- bytes to read, or tickets to write
  done bigint not null,
  counts jsonb,
  refused jsonb not null default '[]', -- the first refused lines
  adjusted jsonb not null default '[]', -- the first adjusted values
  error text,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz, -- of the files
  touched_at timestamptz not null default now(), -- started, or the last progress
  primary key (organization_id, id),
  foreign key (organization_id, actor_id) references memberships (organization_id, user_id) on update cascade,
  check ((state in ('done', 'cancelled', 'failed')) = (finished_at is not null))
);
create index transfers_newest on transfers (organization_id, direction, created_at, id);
create index transfers_of_actor on transfers (organization_id, actor_id);
create index transfers_expiring on transfers (expires_at) where expires_at is not null;
create index transfers_oldest on transfers (created_at);
alter table transfers enable row level security;
