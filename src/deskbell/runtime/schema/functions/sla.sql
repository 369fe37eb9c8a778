-- Due moments of service levels, across organizations.

-- The next moments of all organizations, soonest first, in the past or in the future.
create or replace function deskbell_clock_moments(batch_size integer)
returns table (organization_id uuid, ticket_id uuid, moment timestamptz)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id, t.clock_next_at from tickets t
   where t.clock_next_at is not null and t.deleted_at is null
   order by t.clock_next_at limit batch_size
$$;

-- Tickets of any organization whose clocks have not been computed from their history.
create or replace function deskbell_clocks_unknown(batch_size integer) returns table (organization_id uuid, ticket_id uuid)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id from tickets t where t.clock_used is null
   order by t.organization_id, t.id limit batch_size
$$;
