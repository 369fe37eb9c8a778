-- Reading the journal across organizations.

-- The next events of all organizations in commit order, up to the oldest transaction that is still open. Imported events
-- are history and trigger nothing.
create or replace function deskbell_journal_batch(after_xact xid8, after_id bigint, batch_size integer)
returns table (organization_id uuid, id bigint, xact_id xid8, type text, imported boolean)
language sql stable security definer set search_path from current as $$
  select e.organization_id, e.id, e.xact_id, e.type, e.imported
    from events e
   where (e.xact_id, e.id) > (after_xact, after_id) and e.xact_id < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xact_id, e.id
   limit batch_size
$$;

-- Age in seconds of the oldest event that has no queued reactions yet; 0 when it is up to date.
create or replace function deskbell_relay_behind() returns double precision
language sql stable security definer set search_path from current as $$
  select coalesce((
    select greatest(extract(epoch from now() - e.at), 0)::float8
      from events e
     where (e.xact_id, e.id) > (select r.xact_id, r.id from journal_readers r where r.name = 'reactions') and not e.imported
     order by e.xact_id, e.id limit 1), 0)
$$;
