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
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create index rules_in_order on rules (organization_id, place, id);
alter table rules enable row level security;

-- One row per organization with rules: its lock orders changes of the list, workers compare its version.
create table rule_lists (
  organization_id uuid primary key references organizations (id) on delete cascade,
  version bigint not null
);
alter table rule_lists enable row level security;
