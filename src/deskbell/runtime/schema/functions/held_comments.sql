-- Replies that wait to be sent, read across organizations.

-- The next ones of all organizations, first to be sent first.
create or replace function deskbell_held_due(batch_size integer)
returns table (organization_id uuid, id uuid, author_id uuid, send_at timestamptz)
language sql stable security definer set search_path from current as $$
  select h.organization_id, h.id, h.author_id, h.send_at from held_comments h
   where h.failed is null order by h.send_at limit batch_size
$$;
