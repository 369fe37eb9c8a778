-- Tickets, comments, files and feedback.

-- One row per organization; its lock makes ticket numbers gapless.
create table ticket_numbers (
  organization_id uuid primary key references organizations (id) on delete cascade,
  last integer not null default 0
);
alter table ticket_numbers enable row level security;

create table tickets (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  number integer not null,
  subject text not null,
  description text not null,
  description_html text, -- of a mail, safe to show; null: the description is all
  status text not null default 'new' check (status in ('new', 'open', 'pending', 'hold', 'solved', 'closed')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  type text not null default 'question' check (type in ('question', 'incident', 'problem', 'task')),
  channel text not null default 'web',
  requester_id uuid not null,
  self_filed boolean not null default false, -- by the requester, signed in; others are not shown to an unconfirmed one
  assignee_id uuid,
  group_id uuid,
  category_id uuid,
  brand_id uuid,
  status_id uuid,                     -- the organization's own status within `status`; null: none
  snoozed_until timestamptz,          -- pending until then
  tag_ids uuid[] not null default '{}', -- in the order in which the ticket shows them
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
  -- These order status and priority by meaning.
  status_rank smallint generated always as (
    array_position(array['new', 'open', 'pending', 'hold', 'solved', 'closed'], status)) stored,
  priority_rank smallint generated always as (array_position(array['low', 'normal', 'high', 'urgent'], priority)) stored,
  -- The service level is in the ticket's own row: it changes in the write that changes the status.
  first_response_target integer,      -- seconds of running time; null: no target
  resolution_target integer,          -- likewise
  clock_used interval,                -- null: not computed yet (imported)
  clock_running_since timestamptz,
  first_response_used interval,       -- the clock at the first response
  first_response_due_at timestamptz,
  resolution_due_at timestamptz,
  first_response_warned_at timestamptz,
  resolution_warned_at timestamptz,
  first_response_breached_at timestamptz,
  resolution_breached_at timestamptz,
  clock_next_at timestamptz,          -- the next warning or breach, if nothing changes before
  -- The moments from which automations count.
  status_since timestamptz,
  assigned_since timestamptz,
  customer_wrote_at timestamptz,      -- public words that a person wrote
  staff_wrote_at timestamptz,
  moment_next_at timestamptz,         -- the next moment of any automation, if nothing changes before
  waiting_since timestamptz,          -- since when the customer has waited for words of the staff; null: they do not
  -- The deadline that comes first of those that still run; lists sort by it.
  next_due_at timestamptz generated always as (
    case when status in ('new', 'open', 'pending', 'hold')
         then least(case when first_response_used is null then first_response_due_at end, resolution_due_at) end) stored,
  -- Seconds to the first response. Row security keeps an index on the expression from being used.
  first_response_took integer generated always as (
    case when first_response_at is not null
         then least(extract(epoch from first_response_at - created_at), 2147483647)::integer end) stored,
  primary key (organization_id, id),
  foreign key (organization_id, requester_id) references memberships (organization_id, user_id) on update cascade,
  foreign key (organization_id, assignee_id) references memberships (organization_id, user_id) on update cascade,
  foreign key (organization_id, group_id) references groups (organization_id, id) on delete set null (group_id),
  foreign key (organization_id, category_id) references categories (organization_id, id) on delete set null (category_id),
  foreign key (organization_id, brand_id) references brands (organization_id, id) on delete set null (brand_id)
);
create unique index tickets_number on tickets (organization_id, number);
create unique index tickets_external on tickets (organization_id, external_id) where external_id is not null;
create index tickets_touched on tickets (organization_id, updated_at, id) where deleted_at is null;
create index tickets_by_requester on tickets (organization_id, requester_id, created_at, id) where deleted_at is null;
create index tickets_by_assignee on tickets (organization_id, assignee_id, created_at, id) where deleted_at is null;
create index tickets_by_priority on tickets (organization_id, priority_rank, created_at, id) where deleted_at is null;
create index tickets_by_rank on tickets (organization_id, status_rank, created_at, id) where deleted_at is null;
create index tickets_deleted on tickets (organization_id, deleted_at) where deleted_at is not null;
-- Read across organizations, by the job that marks warnings and breaches.
create index tickets_clock_next on tickets (clock_next_at) where clock_next_at is not null and deleted_at is null;
-- Read across organizations, by the watch that asks automations.
create index tickets_moment_next on tickets (moment_next_at) where moment_next_at is not null and deleted_at is null;
create index tickets_snoozed on tickets (snoozed_until) where snoozed_until is not null and deleted_at is null;
create index tickets_by_own_status on tickets (organization_id, status_id, created_at, id)
  where status_id is not null and deleted_at is null;
create index tickets_clock_unknown on tickets (organization_id, id) where clock_used is null;
create index tickets_overdue on tickets (organization_id)
  where deleted_at is null and status in ('new', 'open', 'pending', 'hold')
    and (resolution_breached_at is not null or (first_response_breached_at is not null and first_response_at is null));
-- Reports read this index and `tickets_newest` alone. Row security needs the requester.
create index tickets_solved on tickets (organization_id, solved_at)
  include (requester_id, assignee_id, created_at, first_response_target, resolution_target,
           first_response_breached_at, resolution_breached_at)
  where solved_at is not null and deleted_at is null;
create index tickets_deleted_anywhere on tickets (deleted_at) where deleted_at is not null;
-- An agent's open tickets, without the closed ones.
create index tickets_by_assignee_and_status on tickets (organization_id, assignee_id, status, created_at, id)
  where deleted_at is null;
create index tickets_by_rank_and_priority on tickets (organization_id, status_rank, priority_rank, created_at, id)
  where deleted_at is null;
create index tickets_newest on tickets (organization_id, created_at, id)
  include (requester_id, assignee_id, status, priority, type, channel, reopen_count, first_response_at, solved_at,
           first_response_target, resolution_target, first_response_breached_at, resolution_breached_at)
  where deleted_at is null;
-- Tickets without such a moment come last. The sentinel is a constant: a keyset page then begins at a place of the index. It is
-- `case`, not `coalesce`, which row security does not let an index compare: the planner takes it for one that may reveal rows.
create index tickets_by_waiting on tickets
  (organization_id, (case when waiting_since is null then timestamptz '9999-01-01 00:00:00+00' else waiting_since end), id)
  where deleted_at is null;
create index tickets_by_deadline on tickets
  (organization_id, (case when next_due_at is null then timestamptz '9999-01-01 00:00:00+00' else next_due_at end), id)
  where deleted_at is null;
-- Searches by the deadline, which compare the column itself.
create index tickets_due on tickets (organization_id, next_due_at) where next_due_at is not null and deleted_at is null;
-- With deleted tickets: without an index on all rows, removing a group would read the whole table for the foreign key.
create index tickets_by_group on tickets (organization_id, group_id, created_at, id);
create index tickets_by_category on tickets (organization_id, category_id);
create index tickets_by_brand on tickets (organization_id, brand_id, created_at, id);
create index tickets_answered_after on tickets (organization_id, first_response_took, id)
  where first_response_took is not null and deleted_at is null;
create index tickets_answered_late on tickets (organization_id, created_at, id)
  where first_response_breached_at is not null and deleted_at is null;
create index tickets_resolved_late on tickets (organization_id, created_at, id)
  where resolution_breached_at is not null and deleted_at is null;
alter table tickets enable row level security;

create table ticket_tags (
  organization_id uuid not null,
  tag_id uuid not null,
  ticket_id uuid not null,
  primary key (organization_id, tag_id, ticket_id),
  foreign key (organization_id, tag_id) references tags (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index ticket_tags_ticket on ticket_tags (organization_id, ticket_id, tag_id);
alter table ticket_tags enable row level security;

-- Exact counts: see functions/counts.
create table ticket_counts (
  organization_id uuid not null references organizations (id) on delete cascade,
  id bigint generated always as identity,
  dimension text not null check (
    dimension in ('all', 'requester', 'assignee', 'group', 'category', 'brand', 'tag', 'kind')),
  key uuid not null,
  status text not null,
  priority text not null,
  n integer not null,
  folded boolean not null default false,
  type text,        -- these four in the dimension 'kind' alone
  channel text,
  assigned boolean,
  tagged boolean,
  primary key (organization_id, id)
);
create index ticket_counts_sum on ticket_counts (organization_id, dimension, key) include (status, priority, n);
create index ticket_counts_loose on ticket_counts (organization_id, dimension, key) where not folded;
alter table ticket_counts enable row level security;

create table ticket_search (
  organization_id uuid not null,
  ticket_id uuid not null,
  for_staff tsvector not null, -- all words of the ticket and its comments
  for_everyone tsvector,       -- without those of notes and hidden fields; null: there are none, all are for everyone
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
-- Each document holds its organization's lexeme, so that the index reads no matches of another organization.
create index ticket_search_words on ticket_search using gin (for_staff);
alter table ticket_search enable row level security;

create table comments (
  organization_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  author_id uuid not null,
  body text not null,
  body_html text,  -- of a mail, safe to show; null: the body is all
  quoted text,     -- what was cut from the body of a mail
  automatic boolean not null default false, -- an automatic reply: shown folded, it changes nothing
  public boolean not null,
  channel text not null default 'web',
  external_id text,
  mentions uuid[] not null default '{}', -- members to notify
  created_at timestamptz not null,
  edited_at timestamptz,
  version integer not null default 1,
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, author_id) references memberships (organization_id, user_id) on update cascade
);
create index comments_of_ticket on comments (organization_id, ticket_id, created_at, id);
create index comments_of_author on comments (organization_id, author_id);
create index comments_mentioning on comments using gin (mentions) where mentions <> '{}';
create unique index comments_external on comments (organization_id, external_id) where external_id is not null;
alter table comments enable row level security;

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
  width integer, -- of a picture, in pixels as it is shown
  height integer,
  hung boolean not null default false, -- whether an attachment refers to it
  primary key (organization_id, id),
  foreign key (organization_id, uploaded_by) references memberships (organization_id, user_id) on update cascade
);
create index files_uploader on files (organization_id, uploaded_by, created_at);
create index files_loose on files (created_at) where not hung;
alter table files enable row level security;

-- An attachment of a ticket or comment: a stored file, or a URL that the author gave.
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
alter table attachments enable row level security;

-- Contents of deleted files. A row is written with the deletion and goes when the storage has deleted the content, so that
-- a crash in between leaves nothing behind.
create table removed_files (
  organization_id uuid not null,
  storage_key text not null,
  removed_at timestamptz not null default now(),
  primary key (organization_id, storage_key)
);
create index removed_files_oldest on removed_files (removed_at);
create index removed_files_key on removed_files (storage_key);
alter table removed_files enable row level security;

-- Up to which event each person has read a ticket. Whatever others said after it is unread.
create table ticket_reads (
  organization_id uuid not null,
  user_id uuid not null,
  ticket_id uuid not null,
  event_id bigint not null,
  primary key (organization_id, user_id, ticket_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade,
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index ticket_reads_ticket on ticket_reads (organization_id, ticket_id);
alter table ticket_reads enable row level security;

-- The requester's latest rating of a ticket.
create table ticket_feedback (
  organization_id uuid not null,
  ticket_id uuid not null,
  user_id uuid not null,
  rating smallint not null check (rating between 1 and 5),
  comment text,
  created_at timestamptz not null,
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade
);
create index ticket_feedback_newest on ticket_feedback (organization_id, created_at);
create index ticket_feedback_rating on ticket_feedback (organization_id, rating, ticket_id);
create index ticket_feedback_user on ticket_feedback (organization_id, user_id);
alter table ticket_feedback enable row level security;
