-- Operations: commands on many tickets, the job that carries out a large one, and what its undo needs. A change of one ticket that
-- woke rules is kept once it is undone; until then it is read from the journal.

create table operations (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null, -- `operation_id` of its events
  kind text not null check (kind in ('update', 'delete', 'macro', 'change', 'undo', 'rule')),
  state text not null check (state in ('waiting', 'running', 'done')),
  actor_id uuid not null,
  api_key_id uuid,
  scopes text[], -- of that key: the job may do no more
  changes jsonb, -- what an update sets
  rule jsonb, -- which firings of a rule are taken back
  undoes uuid,
  undone_by uuid,
  total integer not null,
  done integer not null default 0,
  refused integer not null default 0,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, actor_id) references memberships (organization_id, user_id) on update cascade,
  check ((state = 'done') = (finished_at is not null))
);
create index operations_newest on operations (organization_id, created_at, id);
create index operations_of_actor on operations (organization_id, actor_id, created_at, id);
create index operations_oldest on operations (created_at);
alter table operations enable row level security;

create table operation_tickets (
  organization_id uuid not null,
  operation_id uuid not null,
  ticket_id uuid not null,
  state text not null check (state in ('waiting', 'done', 'refused')),
  code text, -- why it was refused
  kept text[] not null default '{}', -- what an undo left as it is
  moments jsonb, -- derived times before and after, which the journal does not keep
  primary key (organization_id, operation_id, ticket_id),
  foreign key (organization_id, operation_id) references operations (organization_id, id) on delete cascade,
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index operation_tickets_waiting on operation_tickets (organization_id, operation_id, ticket_id)
  where state = 'waiting';
create index operation_tickets_of_ticket on operation_tickets (organization_id, ticket_id);
alter table operation_tickets enable row level security;
