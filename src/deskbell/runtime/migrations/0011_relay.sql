-- The relay: from the journal to the queue.
-- depends: 0010_incoming

-- History that came by import; it sets nothing off.
alter table events add column if not exists imported boolean not null default false;

-- The next events, of all organizations, that no transaction under way can still precede; what was imported is history
-- and sets nothing off.
create function deskbell_relay_batch(after_xact xid8, after_id bigint, how_many integer)
returns table (organization_id uuid, id bigint, xact_id xid8, type text, imported boolean)
language sql stable security definer set search_path from current as $$
  select e.organization_id, e.id, e.xact_id, e.type, e.imported
    from events e
   where (e.xact_id, e.id) > (after_xact, after_id) and e.xact_id < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xact_id, e.id
   limit how_many
$$;

drop function deskbell_journal_after(xid8, bigint, integer);
