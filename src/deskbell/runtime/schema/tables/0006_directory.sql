-- Groups, tags, categories, brands, canned responses and saved views.
--
-- A group, tag, category or brand with `deleted_at` remains until a job has removed it from its tickets. Every read leaves
-- it out, and its name is free.

create table groups (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  description text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id)
);
create unique index groups_name on groups (organization_id, lower(name)) where deleted_at is null;
alter table groups enable row level security;

create table group_members (
  organization_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  role text not null default 'member' check (role in ('member', 'lead')),
  created_at timestamptz not null,
  primary key (organization_id, group_id, user_id),
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index group_members_user on group_members (organization_id, user_id);
alter table group_members enable row level security;

create table tags (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamptz not null,
  deleted_at timestamptz,
  merged_into uuid, -- the tag that its tickets get instead
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id)
);
create unique index tags_name on tags (organization_id, name) where deleted_at is null;
create index tags_by_name on tags (organization_id, name_key);
create index tags_deleted on tags (organization_id, id) where deleted_at is not null;
create index tags_merged on tags (organization_id, merged_into) where merged_into is not null;
alter table tags enable row level security;

create table categories (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  description text not null default '',
  color text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  merged_into uuid, -- the category that its tickets get instead
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id)
);
create unique index categories_name on categories (organization_id, lower(name)) where deleted_at is null;
create index categories_merged on categories (organization_id, merged_into) where merged_into is not null;
alter table categories enable row level security;

create table brands (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  color text,
  address text,
  logo text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id)
);
create unique index brands_name on brands (organization_id, lower(name)) where deleted_at is null;
alter table brands enable row level security;

create table canned_responses (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  title text not null,
  content text not null,
  shortcut text,
  owner_id uuid,                   -- null: shared
  group_id uuid,                   -- for members of this group alone; of one that is deleted, for leads
  version integer not null default 1,
  -- How often an agent put it into a reply or note, and when last. No part of its version.
  used_count integer not null default 0,
  last_used_at timestamptz,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "C" not null generated always as (deskbell_name_key(title)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, owner_id) references memberships (organization_id, user_id) on update cascade
);
create unique index canned_responses_shortcut on canned_responses (organization_id, lower(shortcut)) where owner_id is null;
create unique index canned_responses_own_shortcut on canned_responses (organization_id, owner_id, lower(shortcut))
  where owner_id is not null;
create index canned_responses_of_owner on canned_responses (organization_id, owner_id);
create index canned_responses_of_group on canned_responses (organization_id, group_id);
create index canned_responses_title on canned_responses (organization_id, name_key, id);
alter table canned_responses enable row level security;

-- The files of a canned response. Each use copies them: a file belongs to one comment, and its content goes with it.
create table canned_files (
  organization_id uuid not null,
  id uuid not null,
  response_id uuid not null,
  position integer not null,
  filename text not null,
  mime_type text not null,
  size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  primary key (organization_id, id),
  foreign key (organization_id, response_id) references canned_responses (organization_id, id) on delete cascade
);
create index canned_files_of_response on canned_files (organization_id, response_id, position);
alter table canned_files enable row level security;

-- Named lists of tickets: query, filters, order and columns.
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
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, owner_id) references memberships (organization_id, user_id) on update cascade
);
create index saved_views_by_name on saved_views (organization_id, name_key, id);
create index saved_views_of_owner on saved_views (organization_id, owner_id);
alter table saved_views enable row level security;

-- Exact counts: people by role, tickets by tag. See functions/counts.
create table directory_counts (
  organization_id uuid not null references organizations (id) on delete cascade,
  id bigint generated always as identity,
  dimension text not null check (dimension = 'role'),
  key text not null,
  n integer not null,
  folded boolean not null default false,
  primary key (organization_id, id)
);
create index directory_counts_loose on directory_counts (organization_id, dimension, key) where not folded;
create index directory_counts_sum on directory_counts (organization_id, dimension, key) include (n);
alter table directory_counts enable row level security;
