-- The journal: every change of state, written with the change itself. Readers follow it, nothing is called inline.
-- depends: 0001_tenancy

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
  request_id text,
  payload jsonb not null,
  -- Ids are handed out before commit: a reader that followed ids alone would skip what commits late. It reads up to
  -- the oldest transaction still under way instead, and these two columns tell it where that is and was.
  xact_id xid8 not null default pg_current_xact_id(),
  horizon xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
  primary key (organization_id, id)
);
create index events_of_ticket on events (organization_id, ticket_id, id) where ticket_id is not null;
create index events_by_subject on events (organization_id, subject_id, id);
create index events_by_actor on events (organization_id, actor_id, id);
create index events_by_type on events (organization_id, type, id);
create index events_in_commit_order on events (xact_id, id);
call deskbell_protect('events');

-- How far each reader of the journal has come.
create table journal_readers (
  name text primary key,
  xact_id xid8 not null,
  id bigint not null
);

-- The next events, of all organizations, that no transaction under way can still precede.
create function deskbell_journal_after(after_xact xid8, after_id bigint, how_many integer)
returns table (organization_id uuid, id bigint, xact_id xid8, type text)
language sql stable security definer set search_path from current as $$
  select e.organization_id, e.id, e.xact_id, e.type
    from events e
   where (e.xact_id, e.id) > (after_xact, after_id) and e.xact_id < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xact_id, e.id
   limit how_many
$$;
