-- The second factor of signing in, and saved views.
-- depends: 0017_knowledge

-- A person's second factor (TOTP). The secret itself is not here: it is derived from `seed` and the server's secret key,
-- so that whoever reads the database cannot make codes. Without `enabled_at` it is being set up.
create table second_factors (
  user_id uuid primary key references users (id) on delete cascade,
  seed bytea not null,
  created_at timestamptz not null,
  enabled_at timestamptz,
  last_step bigint not null default 0 -- the span of 30 seconds whose code was used last: none before it holds any more
);

-- One-time codes for the day on which the phone is gone. Only hashes are kept.
create table recovery_codes (
  user_id uuid not null references second_factors (user_id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- Lists of tickets that staff look at again and again: what to look for, in which order, and what to show of it.
create table saved_views (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  name text not null,
  shared boolean not null,
  query text not null,
  narrow jsonb not null,
  sort text not null,
  descending boolean not null,
  columns text[] not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, owner_id) references memberships (organization_id, user_id)
);
create index saved_views_by_name on saved_views (organization_id, lower(name), id);
create index saved_views_of_owner on saved_views (organization_id, owner_id);
call deskbell_protect('saved_views');
-- A second wall: customers have none.
create policy staff_views on saved_views as restrictive using (not (select deskbell_is_customer()));
