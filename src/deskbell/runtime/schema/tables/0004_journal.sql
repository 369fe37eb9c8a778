-- The journal: every change of state, written in the transaction of the change. Readers follow it.

create table events (
  organization_id uuid not null references organizations (id) on delete cascade,
  id bigint generated always as identity,
  type text not null,
  subject_type text not null,
  subject_id uuid not null,
  ticket_id uuid,
  actor_id uuid,
  internal boolean not null,
  at timestamptz not null,
  correlation_id text, -- the request or the job run that it goes back to
  operation_id uuid, -- what the events of one command on many objects have in common
  rule_id uuid, -- the rule whose action it is
  payload jsonb not null,
  -- Ids are assigned before commit: a reader that followed ids alone would skip events of late commits. It reads up to
  -- the oldest open transaction instead; these two columns say where that is, and where it was for this event.
  xact_id xid8 not null default pg_current_xact_id(),
  horizon xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
  imported boolean not null default false, -- history from an import, which triggers nothing
  primary key (organization_id, id)
);
create index events_of_ticket on events (organization_id, ticket_id, id) where ticket_id is not null;
create index events_by_subject on events (organization_id, subject_id, id);
create index events_by_actor on events (organization_id, actor_id, id);
create index events_by_type on events (organization_id, type, id);
create index events_by_rule on events (organization_id, rule_id, id) where rule_id is not null;
-- What one command did, for its undo.
create index events_of_operation on events (organization_id, operation_id, ticket_id, id)
  where operation_id is not null and not imported;
create index events_in_commit_order on events (xact_id, id);
-- One organization's journal in commit order, for sockets and exports that resume.
create index events_of_organization on events (organization_id, xact_id, id);
-- The activity feed by time; imported events have ids of a later time.
create index events_of_tickets_by_time on events (organization_id, at, id)
  where type in ('ticket.created', 'ticket.updated', 'ticket.assigned', 'comment.added');
alter table events enable row level security;

-- The position of each reader of the journal.
create table journal_readers (
  name text primary key,
  xact_id xid8 not null,
  id bigint not null
);
-- The reader that queues reactions begins with the first event.
insert into journal_readers (name, xact_id, id) values ('reactions', '0', 0);
