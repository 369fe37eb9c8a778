-- Exact totals of lists by type, channel, category and tag, of tickets of nobody, and of those without a tag.
-- depends: 0031_bounded

-- Nothing may change between counting what is there and counting what comes.
lock table tickets in share row exclusive mode;

-- Besides 'all', which lists ask for most and which should stay short, there is one dimension with all that is short.
alter table ticket_counts
  add column type text,        -- these four in the dimension 'kind' alone
  add column channel text,
  add column assigned boolean,
  add column tagged boolean,
  drop constraint ticket_counts_dimension_check,
  add check (dimension in ('all', 'requester', 'assignee', 'group', 'category', 'kind'));

insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n, folded)
select organization_id, 'kind', '00000000-0000-0000-0000-000000000000'::uuid, status, priority, type, channel,
       assignee_id is not null, tags <> '{}', count(*), true
  from tickets where deleted_at is null group by 1, 2, 3, 4, 5, 6, 7, 8, 9
union all
select organization_id, 'category', category_id, status, priority, null, null, null, null, count(*), true
  from tickets where deleted_at is null and category_id is not null group by 1, 2, 3, 4, 5;

-- Tickets by tag are counted by status and priority, too.
alter table directory_counts add column status text, add column priority text; -- in the dimension 'tag' alone
drop index directory_counts_sum;
create index directory_counts_sum on directory_counts (organization_id, dimension, key) include (status, priority, n);
delete from directory_counts where dimension = 'tag';
insert into directory_counts (organization_id, dimension, key, status, priority, n, folded)
select organization_id, 'tag', tag, status, priority, count(*), true
  from tickets cross join lateral (select distinct unnest(tags) as tag) k
 where deleted_at is null group by 1, 2, 3, 4, 5;

drop trigger count_tags_of_new on tickets;
drop trigger count_tags_of_changed on tickets;
drop trigger count_tags_of_gone on tickets;
drop function deskbell_count_tags();

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

-- As before, by these columns too.
create or replace function deskbell_fold_counts(how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  place record;
  done integer := 0;
begin
  for place in
    select organization_id, dimension, key from ticket_counts where not folded
     group by 1, 2, 3 having count(*) > 8 limit how_many
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

create or replace function deskbell_fold_directory(how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  place record;
  done integer := 0;
begin
  for place in
    select organization_id, dimension, key from directory_counts where not folded
     group by 1, 2, 3 having count(*) > 8 limit how_many
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

-- What was replaced has lost it: see 0027.
do $$ begin
  execute format('alter function deskbell_fold_counts set search_path = %I, pg_temp', current_schema());
  execute format('alter function deskbell_fold_directory set search_path = %I, pg_temp', current_schema());
end $$;
