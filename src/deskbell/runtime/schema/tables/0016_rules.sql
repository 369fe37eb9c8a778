-- Rules.

create table rules (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  place integer not null,          -- rules fire in this order
  name text not null,
  enabled boolean not null,
  occasions text[] not null,
  condition jsonb not null,        -- as written under `when`: a text, a group, or null for always
  actions jsonb not null,          -- as written
  names jsonb not null,            -- the object that each name in condition and actions means
  stop boolean not null,
  version integer not null,
  switched_off text check (switched_off in ('reference_gone', 'failing', 'stopped')), -- by Deskbell, or by "stop now"
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,          -- it can be brought back for 30 days
  primary key (organization_id, id)
);
create index rules_in_order on rules (organization_id, place, id) where deleted_at is null;
create index rules_deleted on rules (deleted_at) where deleted_at is not null;
alter table rules enable row level security;

-- Each save of a rule. Firings name the version.
create table rule_versions (
  organization_id uuid not null,
  rule_id uuid not null,
  version integer not null,
  definition jsonb not null,       -- as written
  saved_at timestamptz not null,
  saved_by uuid,                   -- null: Deskbell itself
  primary key (organization_id, rule_id, version),
  foreign key (organization_id, rule_id) references rules (organization_id, id) on delete cascade
);
alter table rule_versions enable row level security;

-- One row per organization with rules: its lock orders changes of the list, workers compare its version.
create table rule_lists (
  organization_id uuid primary key references organizations (id) on delete cascade,
  version bigint not null
);
alter table rule_lists enable row level security;
