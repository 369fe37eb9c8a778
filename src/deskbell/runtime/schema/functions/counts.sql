-- Exact counts of tickets without a hot row: each change adds small rows, a job folds them, a read sums them.
--
-- Triggers run once per statement, so that a bulk change adds one row per combination.

create or replace function deskbell_count_inserted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.type, d.channel, d.assigned, d.tagged, count(*)
    from added t
   cross join lateral (values
     ('all', '00000000-0000-0000-0000-000000000000'::uuid, null, null, null::boolean, null::boolean),
     ('kind', '00000000-0000-0000-0000-000000000000'::uuid, t.type, t.channel, t.assignee_id is not null, t.tags <> '{}'),
     ('requester', t.requester_id, null, null, null, null), ('assignee', t.assignee_id, null, null, null, null),
     ('group', t.group_id, null, null, null, null), ('category', t.category_id, null, null, null, null))
     d (dimension, key, type, channel, assigned, tagged)
   where t.deleted_at is null and d.key is not null
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
  insert into directory_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, 'tag', k.tag, t.status, t.priority, count(*)
    from added t
   cross join lateral (select distinct unnest(t.tags) as tag) k
   where t.deleted_at is null and t.tags <> '{}'
   group by 1, 2, 3, 4, 5;
  return null;
end $$;
create or replace trigger count_inserted after insert on tickets
  referencing new table as added for each statement execute function deskbell_count_inserted();

create or replace function deskbell_count_updated() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.type, d.channel, d.assigned, d.tagged, sum(t.sign)
    from (select organization_id, status, priority, type, channel, requester_id, assignee_id, group_id, category_id, tags, deleted_at,
                 1 as sign from after
          union all
          select organization_id, status, priority, type, channel, requester_id, assignee_id, group_id, category_id, tags, deleted_at,
                 -1 from before) t
   cross join lateral (values
     ('all', '00000000-0000-0000-0000-000000000000'::uuid, null, null, null::boolean, null::boolean),
     ('kind', '00000000-0000-0000-0000-000000000000'::uuid, t.type, t.channel, t.assignee_id is not null, t.tags <> '{}'),
     ('requester', t.requester_id, null, null, null, null), ('assignee', t.assignee_id, null, null, null, null),
     ('group', t.group_id, null, null, null, null), ('category', t.category_id, null, null, null, null))
     d (dimension, key, type, channel, assigned, tagged)
   where t.deleted_at is null and d.key is not null
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9
  having sum(t.sign) <> 0;
  insert into directory_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, 'tag', k.tag, t.status, t.priority, sum(t.sign)
    from (select organization_id, status, priority, tags, deleted_at, 1 as sign from after
          union all
          select organization_id, status, priority, tags, deleted_at, -1 from before) t
   cross join lateral (select distinct unnest(t.tags) as tag) k
   where t.deleted_at is null and t.tags <> '{}'
   group by 1, 2, 3, 4, 5
  having sum(t.sign) <> 0;
  return null;
end $$;
create or replace trigger count_updated after update on tickets
  referencing old table as before new table as after for each statement execute function deskbell_count_updated();

create or replace function deskbell_count_deleted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.type, d.channel, d.assigned, d.tagged, -count(*)
    from gone t
   cross join lateral (values
     ('all', '00000000-0000-0000-0000-000000000000'::uuid, null, null, null::boolean, null::boolean),
     ('kind', '00000000-0000-0000-0000-000000000000'::uuid, t.type, t.channel, t.assignee_id is not null, t.tags <> '{}'),
     ('requester', t.requester_id, null, null, null, null), ('assignee', t.assignee_id, null, null, null, null),
     ('group', t.group_id, null, null, null, null), ('category', t.category_id, null, null, null, null))
     d (dimension, key, type, channel, assigned, tagged)
   where t.deleted_at is null and d.key is not null
     -- when the organization itself goes, its counts go with it
     and exists (select from organizations o where o.id = t.organization_id)
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
  insert into directory_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, 'tag', k.tag, t.status, t.priority, -count(*)
    from gone t
   cross join lateral (select distinct unnest(t.tags) as tag) k
   where t.deleted_at is null and t.tags <> '{}'
     -- when the organization itself goes, its counts go with it
     and exists (select from organizations o where o.id = t.organization_id)
   group by 1, 2, 3, 4, 5;
  return null;
end $$;
create or replace trigger count_deleted after delete on tickets
  referencing old table as gone for each statement execute function deskbell_count_deleted();

-- Folds the loose rows of up to `batch_size` sums of any organization, and returns the number of sums it folded.
create or replace function deskbell_fold_counts(batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  place record;
  done integer := 0;
begin
  for place in
    select organization_id, dimension, key from ticket_counts where not folded
     group by 1, 2, 3 having count(*) > 8 limit batch_size
  loop
    with gone as (
      delete from ticket_counts c
       where c.organization_id = place.organization_id and c.dimension = place.dimension and c.key = place.key
      returning c.status, c.priority, c.type, c.channel, c.assigned, c.tagged, c.n)
    insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n, folded)
    select place.organization_id, place.dimension, place.key, status, priority, type, channel, assigned, tagged, sum(n), true
      from gone group by status, priority, type, channel, assigned, tagged having sum(n) <> 0;
    done := done + 1;
  end loop;
  return done;
end $$;

-- `deskbell_fold_counts` for `directory_counts`.
create or replace function deskbell_fold_directory(batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  place record;
  done integer := 0;
begin
  for place in
    select organization_id, dimension, key from directory_counts where not folded
     group by 1, 2, 3 having count(*) > 8 limit batch_size
  loop
    with gone as (
      delete from directory_counts c
       where c.organization_id = place.organization_id and c.dimension = place.dimension and c.key = place.key
      returning c.status, c.priority, c.n)
    insert into directory_counts (organization_id, dimension, key, status, priority, n, folded)
    select place.organization_id, place.dimension, place.key, status, priority, sum(n), true
      from gone group by status, priority having sum(n) <> 0;
    done := done + 1;
  end loop;
  return done;
end $$;
