-- Exact counts without a hot row: each change adds small rows, a job folds them together, a read sums them.
-- depends: 0003_desk

create table ticket_counts (
  organization_id uuid not null references organizations (id) on delete cascade,
  id bigint generated always as identity,
  dimension text not null check (dimension in ('all', 'requester', 'assignee', 'group')),
  key uuid not null,
  status text not null,
  priority text not null,
  n integer not null,
  folded boolean not null default false,
  primary key (organization_id, id)
);
create index ticket_counts_sum on ticket_counts (organization_id, dimension, key) include (status, priority, n);
create index ticket_counts_loose on ticket_counts (organization_id, dimension, key) where not folded;
call deskbell_protect('ticket_counts');

create function deskbell_count_inserted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, count(*)
    from added t
   cross join lateral (values ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('requester', t.requester_id),
                              ('assignee', t.assignee_id), ('group', t.group_id)) d (dimension, key)
   where t.deleted_at is null and d.key is not null
   group by 1, 2, 3, 4, 5;
  return null;
end $$;

create function deskbell_count_updated() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, sum(t.sign)
    from (select organization_id, status, priority, requester_id, assignee_id, group_id, deleted_at, 1 as sign from after
          union all
          select organization_id, status, priority, requester_id, assignee_id, group_id, deleted_at, -1 from before) t
   cross join lateral (values ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('requester', t.requester_id),
                              ('assignee', t.assignee_id), ('group', t.group_id)) d (dimension, key)
   where t.deleted_at is null and d.key is not null
   group by 1, 2, 3, 4, 5
  having sum(t.sign) <> 0;
  return null;
end $$;

create function deskbell_count_deleted() returns trigger language plpgsql as $$
begin
  insert into ticket_counts (organization_id, dimension, key, status, priority, n)
  select t.organization_id, d.dimension, d.key, t.status, t.priority, -count(*)
    from gone t
   cross join lateral (values ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('requester', t.requester_id),
                              ('assignee', t.assignee_id), ('group', t.group_id)) d (dimension, key)
   where t.deleted_at is null and d.key is not null
     -- when the organization itself goes, its counts go with it
     and exists (select from organizations o where o.id = t.organization_id)
   group by 1, 2, 3, 4, 5;
  return null;
end $$;

create trigger count_inserted after insert on tickets
  referencing new table as added for each statement execute function deskbell_count_inserted();
create trigger count_updated after update on tickets
  referencing old table as before new table as after for each statement execute function deskbell_count_updated();
create trigger count_deleted after delete on tickets
  referencing old table as gone for each statement execute function deskbell_count_deleted();

-- Folds the loose rows of up to so many sums, whichever organization they belong to; says how many sums it folded.
create function deskbell_fold_counts(how_many integer) returns integer
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
      returning c.status, c.priority, c.n)
    insert into ticket_counts (organization_id, dimension, key, status, priority, n, folded)
    select place.organization_id, place.dimension, place.key, status, priority, sum(n), true
      from gone group by status, priority having sum(n) <> 0;
    done := done + 1;
  end loop;
  return done;
end $$;

-- The tags of a ticket, one row each, for finding tickets by tag.
create function deskbell_index_tags() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from ticket_tags where organization_id = old.organization_id and ticket_id = old.id and tag <> all (new.tags);
  end if;
  insert into ticket_tags (organization_id, tag, ticket_id)
  select distinct new.organization_id, tag, new.id from unnest(new.tags) tag
  on conflict do nothing;
  return null;
end $$;

create trigger index_tags_of_new after insert on tickets
  for each row when (new.tags <> '{}') execute function deskbell_index_tags();
create trigger index_tags_of_changed after update on tickets
  for each row when (new.tags <> old.tags) execute function deskbell_index_tags();
