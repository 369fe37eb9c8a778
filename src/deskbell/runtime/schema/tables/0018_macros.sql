-- Macros: changes of tickets, with words, that a person makes by name.

create table macros (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  owner_id uuid,                   -- null: shared
  group_id uuid,                   -- for members of this group alone
  title text not null,
  active boolean not null,
  version integer not null default 1,
  actions jsonb not null,          -- as written
  names jsonb not null,            -- the object that each name in the actions means
  comment jsonb,                   -- public, and the words or the canned response that has them
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "C" not null generated always as (deskbell_name_key(title)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, owner_id) references memberships (organization_id, user_id) on update cascade
);
create index macros_by_title on macros (organization_id, name_key, id);
create index macros_of_owner on macros (organization_id, owner_id);
alter table macros enable row level security;

-- The files of a macro. Each use copies them: a file belongs to one comment, and its content goes with it.
create table macro_files (
  organization_id uuid not null,
  id uuid not null,
  macro_id uuid not null,
  position integer not null,
  filename text not null,
  mime_type text not null,
  size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  primary key (organization_id, id),
  foreign key (organization_id, macro_id) references macros (organization_id, id) on delete cascade
);
create index macro_files_of_macro on macro_files (organization_id, macro_id, position);
alter table macro_files enable row level security;
