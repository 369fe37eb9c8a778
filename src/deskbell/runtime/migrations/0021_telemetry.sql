-- What /metrics tells about the relay.
-- depends: 0020_articles

-- Seconds since the oldest event that the relay has still to pass on; 0 when it is up to date.
create function deskbell_relay_behind() returns double precision
language sql stable security definer set search_path from current as $$
  select coalesce((
    select greatest(extract(epoch from now() - e.at), 0)::float8
      from events e
     where (e.xact_id, e.id) > (select r.xact_id, r.id from journal_readers r where r.name = 'reactions') and not e.imported
     order by e.xact_id, e.id limit 1), 0)
$$;
