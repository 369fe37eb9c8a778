-- Exact counts of tickets without a hot row: each change adds small rows, a job folds them, a read sums them.
--
-- Triggers run once per statement, so that a bulk change adds one row per combination.

-- What one ticket counts for: each dimension with its key. PostgreSQL puts the body in place of a call.
drop function if exists deskbell_counted(text, text, uuid, uuid, uuid, uuid, uuid[]);
create or replace function deskbell_counted(type text, channel text, requester_id uuid, assignee_id uuid, group_id uuid,
                                 category_id uuid, tag_ids uuid[], brand_id uuid)
returns table (dimension text, key uuid, kind_type text, kind_channel text, kind_assigned boolean, kind_tagged boolean)
language sql immutable parallel safe as $$
  select * from (values
    ('all', '00000000-0000-0000-0000-000000000000'::uuid, null::text, null::text, null::boolean, null::boolean),
    ('kind', '00000000-0000-0000-0000-000000000000', $1, $2, $4 is not null, $7 <> '{}'),
    ('requester', $3, null, null, null, null), ('assignee', $4, null, null, null, null),
    ('group', $5, null, null, null, null), ('category', $6, null, null, null, null),
    ('brand', $8, null, null, null, null)) k (dimension, key, a, b, c, d)
   where key is not null
  union all
  select 'tag', tag, null, null, null, null from unnest($7) tag
$$;

create or replace function deskbell_count_inserted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.kind_type, d.kind_channel, d.kind_assigned,
         d.kind_tagged, count(*)
    from added t
   cross join lateral deskbell_counted(t.type, t.channel, t.requester_id, t.assignee_id, t.group_id, t.category_id,
                                       t.tag_ids, t.brand_id) d
   where t.deleted_at is null
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
  return null;
end $$;
create or replace trigger count_inserted after insert on tickets
  referencing new table as added for each statement execute function deskbell_count_inserted();

create or replace function deskbell_count_updated() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.kind_type, d.kind_channel, d.kind_assigned,
         d.kind_tagged, sum(t.sign)
    from (select organization_id, status, priority, type, channel, requester_id, assignee_id, group_id, category_id,
                 tag_ids, brand_id, deleted_at, 1 as sign from after
          union all
          select organization_id, status, priority, type, channel, requester_id, assignee_id, group_id, category_id,
                 tag_ids, brand_id, deleted_at, -1 from before) t
   cross join lateral deskbell_counted(t.type, t.channel, t.requester_id, t.assignee_id, t.group_id, t.category_id,
                                       t.tag_ids, t.brand_id) d
   where t.deleted_at is null
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9
  having sum(t.sign) <> 0;
  return null;
end $$;
create or replace trigger count_updated after update on tickets
  referencing old table as before new table as after for each statement execute function deskbell_count_updated();

create or replace function deskbell_count_deleted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, d.kind_type, d.kind_channel, d.kind_assigned,
         d.kind_tagged, -count(*)
    from gone t
   cross join lateral deskbell_counted(t.type, t.channel, t.requester_id, t.assignee_id, t.group_id, t.category_id,
                                       t.tag_ids, t.brand_id) d
   where t.deleted_at is null
     -- when the organization itself goes, its counts go with it
     and exists (select from organizations o where o.id = t.organization_id)
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
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
      returning c.n)
    insert into directory_counts (organization_id, dimension, key, n, folded)
    select place.organization_id, place.dimension, place.key, sum(n), true from gone having sum(n) <> 0;
    done := done + 1;
  end loop;
  return done;
end $$;
