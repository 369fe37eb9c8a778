-- Chats that are over although no user has ended them, read across organizations.

-- Those whose guest has gone, and those that have waited for an agent for longer than promised, first the oldest.
create or replace function deskbell_chats_to_end(now_at timestamptz, gone_before timestamptz, batch_size integer)
returns table (organization_id uuid, ticket_id uuid)
language sql stable security definer set search_path from current as $$
  select c.organization_id, c.ticket_id from chats c
    join tickets t on t.organization_id = c.organization_id and t.id = c.ticket_id
   where c.ended_at is null
     and (c.seen_at < gone_before
          or (t.first_response_at is null and c.started_at + make_interval(secs => c.wait_seconds) < now_at))
   order by c.seen_at limit batch_size
$$;
