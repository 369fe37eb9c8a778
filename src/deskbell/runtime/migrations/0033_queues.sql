-- Pages of large organizations: the queue of a status by priority, lists by type and channel, people by their names.
-- depends: 0032_totals

-- A status' tickets by time stand in the order of ranks, too; what was missing is their order by priority.
drop index tickets_by_status;
create index tickets_by_rank_and_priority on tickets (organization_id, status_rank, priority_rank, created_at, id)
  where deleted_at is null;

-- As before, with type and channel: where few tickets are of one, finding them reads this index and not the tickets.
drop index tickets_newest;
create index tickets_newest on tickets (organization_id, created_at, id)
  include (requester_id, assignee_id, status, priority, type, channel, reopen_count, first_response_at, solved_at,
           first_response_target, resolution_target, first_response_breached_at, resolution_breached_at)
  where deleted_at is null;

-- The members of the current organization who have one of these names or addresses, all in small letters; for staff and
-- for customers alike, who name themselves. It runs as the owner because row security would keep the planner from the
-- index (lower() is not marked leakproof); the organization is fixed inside instead.
create index memberships_called on memberships (organization_id, lower(name));
create function deskbell_people_called(words text[]) returns setof uuid
language sql stable security definer rows 10 as $$
  select m.user_id from memberships m where m.organization_id = deskbell_organization() and lower(m.name) = any (words)
  union
  select m.user_id from memberships m where m.organization_id = deskbell_organization() and m.email = any (words)
$$;
do $$ begin -- see 0027
  execute format('alter function deskbell_people_called set search_path = %I, pg_temp', current_schema());
end $$;
