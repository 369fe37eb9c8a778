-- The desk: groups, tags, categories, tickets, comments, files.
-- depends: 0002_journal

create table groups (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  description text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index groups_name on groups (organization_id, lower(name));
call deskbell_protect('groups');

create table group_members (
  organization_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  role text not null default 'member' check (role in ('member', 'lead')),
  created_at timestamptz not null,
  primary key (organization_id, group_id, user_id),
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade
);
create index group_members_user on group_members (organization_id, user_id);
call deskbell_protect('group_members');

create table tags (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index tags_name on tags (organization_id, name);
call deskbell_protect('tags');

create table categories (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  description text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index categories_name on categories (organization_id, lower(name));
call deskbell_protect('categories');

-- One row an organization; its lock is what makes ticket numbers gapless.
create table ticket_numbers (
  organization_id uuid primary key references organizations (id) on delete cascade,
  last integer not null default 0
);
call deskbell_protect('ticket_numbers');

create table tickets (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  number integer not null,
  subject text not null,
  description text not null,
  status text not null default 'new' check (status in ('new', 'open', 'pending', 'hold', 'solved', 'closed')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  type text not null default 'question' check (type in ('question', 'incident', 'problem', 'task')),
  channel text not null default 'web',
  requester_id uuid not null,
  assignee_id uuid,
  group_id uuid,
  category_id uuid,
  tags text[] not null default '{}',
  custom_fields jsonb not null default '[]',
  external_id text,
  version integer not null default 1,
  reopen_count integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  first_response_at timestamptz,
  solved_at timestamptz,
  closed_at timestamptz,
  deleted_at timestamptz,
  -- Words are stored as words; these order them by meaning.
  status_rank smallint generated always as (array_position(array['new', 'open', 'pending', 'hold', 'solved', 'closed'], status)) stored,
  priority_rank smallint generated always as (array_position(array['low', 'normal', 'high', 'urgent'], priority)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, requester_id) references memberships (organization_id, user_id),
  foreign key (organization_id, assignee_id) references memberships (organization_id, user_id),
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete set null (group_id),
  foreign key (organization_id, category_id) references categories (organization_id, id) on delete set null (category_id)
);
create unique index tickets_number on tickets (organization_id, number);
create unique index tickets_external on tickets (organization_id, external_id) where external_id is not null;
create index tickets_newest on tickets (organization_id, created_at, id) where deleted_at is null;
create index tickets_touched on tickets (organization_id, updated_at, id) where deleted_at is null;
create index tickets_by_status on tickets (organization_id, status, created_at, id) where deleted_at is null;
create index tickets_by_requester on tickets (organization_id, requester_id, created_at, id) where deleted_at is null;
create index tickets_by_assignee on tickets (organization_id, assignee_id, created_at, id) where deleted_at is null;
create index tickets_by_group on tickets (organization_id, group_id, created_at, id) where deleted_at is null;
create index tickets_by_category on tickets (organization_id, category_id) where deleted_at is null;
create index tickets_by_priority on tickets (organization_id, priority_rank, created_at, id) where deleted_at is null;
create index tickets_by_rank on tickets (organization_id, status_rank, created_at, id) where deleted_at is null;
create index tickets_solved on tickets (organization_id, solved_at) where solved_at is not null and deleted_at is null;
create index tickets_deleted on tickets (organization_id, deleted_at) where deleted_at is not null;
call deskbell_protect('tickets');
-- A second wall behind the application's own filter: a customer reaches no ticket but theirs.
create policy own_tickets on tickets as restrictive
  using (not (select deskbell_is_customer()) or requester_id = (select deskbell_user()));

create table ticket_tags (
  organization_id uuid not null,
  tag text not null,
  ticket_id uuid not null,
  primary key (organization_id, tag, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index ticket_tags_ticket on ticket_tags (organization_id, ticket_id);
call deskbell_protect('ticket_tags');

create table comments (
  organization_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  author_id uuid not null,
  body text not null,
  public boolean not null,
  channel text not null default 'web',
  external_id text,
  created_at timestamptz not null,
  edited_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, author_id) references memberships (organization_id, user_id)
);
create index comments_of_ticket on comments (organization_id, ticket_id, created_at, id);
create index comments_of_author on comments (organization_id, author_id);
create unique index comments_external on comments (organization_id, external_id) where external_id is not null;
call deskbell_protect('comments');
-- A second wall: internal notes never leave the staff.
create policy public_comments on comments as restrictive
  using (public or not (select deskbell_is_customer()));

create table files (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  filename text not null,
  mime_type text not null,
  size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  uploaded_by uuid not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, uploaded_by) references memberships (organization_id, user_id)
);
create index files_uploader on files (organization_id, uploaded_by, created_at);
call deskbell_protect('files');

-- What hangs on a comment: a file of ours, or an address elsewhere that the author gave.
create table attachments (
  organization_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  comment_id uuid,
  file_id uuid,
  filename text not null,
  url text,
  mime_type text not null,
  size bigint not null,
  position integer not null default 0,
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, comment_id) references comments (organization_id, id) on delete cascade,
  foreign key (organization_id, file_id) references files (organization_id, id),
  check ((file_id is null) <> (url is null))
);
create index attachments_of_comment on attachments (organization_id, comment_id);
create index attachments_of_ticket on attachments (organization_id, ticket_id);
create unique index attachments_of_file on attachments (organization_id, file_id) where file_id is not null;
call deskbell_protect('attachments');
