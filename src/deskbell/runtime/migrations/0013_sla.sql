-- A ticket's service level stands in its own row: it changes with the ticket's status, in the same write.
-- depends: 0012_notifications

alter table tickets
  add column first_response_target integer,       -- seconds of running time; null: no target
  add column resolution_target integer,
  add column clock_used interval,                 -- null: not computed yet (imported, or from before this migration)
  add column clock_running_since timestamptz,
  add column first_response_used interval,        -- where the clock stood at the first response
  add column first_response_due_at timestamptz,
  add column resolution_due_at timestamptz,
  add column first_response_warned_at timestamptz,
  add column resolution_warned_at timestamptz,
  add column first_response_breached_at timestamptz,
  add column resolution_breached_at timestamptz,
  add column clock_next_at timestamptz;           -- when the next warning or breach is due, if nothing changes before

-- Across organizations: the one who watches the clocks asks for the next moments of all of them.
create index tickets_clock_next on tickets (clock_next_at) where clock_next_at is not null and deleted_at is null;
create index tickets_clock_unknown on tickets (organization_id, id) where clock_used is null;
create index tickets_overdue on tickets (organization_id)
  where deleted_at is null and status in ('new', 'open', 'pending', 'hold')
    and (resolution_breached_at is not null or (first_response_breached_at is not null and first_response_at is null));

-- The next moments of all organizations, soonest first, whether they have come or not.
create function deskbell_clock_moments(how_many integer)
returns table (organization_id uuid, ticket_id uuid, moment timestamptz)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id, t.clock_next_at from tickets t
   where t.clock_next_at is not null and t.deleted_at is null
   order by t.clock_next_at limit how_many
$$;

-- Some tickets of one organization whose clocks are still to be computed from their history.
create function deskbell_clocks_unknown(how_many integer) returns table (organization_id uuid, ticket_id uuid)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id from tickets t where t.clock_used is null
   order by t.organization_id, t.id limit how_many
$$;
