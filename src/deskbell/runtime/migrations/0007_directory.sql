-- The directory: finding people, exact counts of people and tags, files that hang on nothing, organizations that ended.
-- depends: 0006_accounts

-- A text as people type it when they are in a hurry: small letters without accents.
create function deskbell_plain(body text) returns text language sql immutable parallel safe
  return lower(regexp_replace(normalize(body, nfkd), '[\u0300-\u036f]', '', 'g'));

-- The words of names, addresses and companies, as they are stored and as they are looked for.
create function deskbell_name_words(body text) returns text[] language sql immutable parallel safe
  return (select coalesce(array_agg(distinct left(word, 100)), '{}')
            from regexp_split_to_table(deskbell_plain(body), '[[:space:][:punct:]]+') word where word <> '');

create function deskbell_people_words(organization uuid, name text, email text, company text) returns tsvector
language sql immutable parallel safe
  return array_to_tsvector(array_append(
    deskbell_name_words(name || ' ' || email || ' ' || coalesce(company, '')), deskbell_lexeme(organization)));

alter table memberships add column people_words tsvector not null
  generated always as (deskbell_people_words(organization_id, name, email, company)) stored;
-- As with tickets, each document holds its organization's lexeme, so that the index never visits another's matches.
create index memberships_words on memberships using gin (people_words);
create index memberships_by_name on memberships (organization_id, role, name, user_id);

-- The members of the current organization of whom every word of a text begins some word; for staff. It runs as the
-- owner because row security would keep the planner from the word index; the organization is fixed inside instead.
create function deskbell_search_people(body text) returns table (user_id uuid)
language sql stable security definer rows 100 set search_path from current as $$
  select m.user_id
    from memberships m
   where m.organization_id = deskbell_organization()
     and not deskbell_is_customer()
     and m.ended_at is null
     and cardinality(deskbell_name_words(body)) > 0
     and m.people_words @@ (select (quote_literal(deskbell_lexeme(deskbell_organization()))
                                    || string_agg(' & ' || quote_literal(word) || ':*', ''))::tsquery
                              from unnest(deskbell_name_words(body)) word)
$$;

-- Exact counts without a hot row, as with tickets: people by role, tickets by tag.
create table directory_counts (
  organization_id uuid not null references organizations (id) on delete cascade,
  id bigint generated always as identity,
  dimension text not null check (dimension in ('role', 'tag')),
  key text not null,
  n integer not null,
  folded boolean not null default false,
  primary key (organization_id, id)
);
create index directory_counts_sum on directory_counts (organization_id, dimension, key) include (n);
create index directory_counts_loose on directory_counts (organization_id, dimension, key) where not folded;
call deskbell_protect('directory_counts');

insert into directory_counts (organization_id, dimension, key, n, folded)
select organization_id, 'role', role, count(*), true from memberships where ended_at is null group by 1, 3
union all
select organization_id, 'tag', tag, count(*), true
  from (select distinct organization_id, id, unnest(tags) as tag from tickets where deleted_at is null) t group by 1, 3;

create function deskbell_count_people_inserted() returns trigger language plpgsql as $$
begin
  insert into directory_counts (organization_id, dimension, key, n)
  select organization_id, 'role', role, count(*) from added where ended_at is null group by 1, 3;
  return null;
end $$;

create function deskbell_count_people_updated() returns trigger language plpgsql as $$
begin
  insert into directory_counts (organization_id, dimension, key, n)
  select organization_id, 'role', role, sum(sign)
    from (select organization_id, role, ended_at, 1 as sign from after
          union all
          select organization_id, role, ended_at, -1 from before) m
   where ended_at is null
   group by 1, 3
  having sum(sign) <> 0;
  return null;
end $$;

create function deskbell_count_people_deleted() returns trigger language plpgsql as $$
begin
  insert into directory_counts (organization_id, dimension, key, n)
  select m.organization_id, 'role', m.role, -count(*)
    from gone m
   where m.ended_at is null and exists (select from organizations o where o.id = m.organization_id)
   group by 1, 3;
  return null;
end $$;

create trigger count_people_inserted after insert on memberships
  referencing new table as added for each statement execute function deskbell_count_people_inserted();
create trigger count_people_updated after update on memberships
  referencing old table as before new table as after for each statement
  execute function deskbell_count_people_updated();
create trigger count_people_deleted after delete on memberships
  referencing old table as gone for each statement execute function deskbell_count_people_deleted();

create function deskbell_count_tags() returns trigger language plpgsql as $$
declare
  organization uuid;
  came text[] := '{}';
  went text[] := '{}';
begin
  if tg_op <> 'DELETE' then
    organization := new.organization_id;
    if new.deleted_at is null then came := new.tags; end if;
  end if;
  if tg_op <> 'INSERT' then
    organization := old.organization_id;
    if old.deleted_at is null then went := old.tags; end if;
  end if;
  insert into directory_counts (organization_id, dimension, key, n)
  select organization, 'tag', tag, sum(sign)
    from (select distinct unnest(came) as tag, 1 as sign union all select distinct unnest(went), -1) t
   where exists (select from organizations o where o.id = organization)
   group by tag
  having sum(sign) <> 0;
  return null;
end $$;

create trigger count_tags_of_new after insert on tickets
  for each row when (new.tags <> '{}') execute function deskbell_count_tags();
create trigger count_tags_of_changed after update on tickets
  for each row when (new.tags <> old.tags or (new.deleted_at is null) <> (old.deleted_at is null))
  execute function deskbell_count_tags();
create trigger count_tags_of_gone after delete on tickets
  for each row when (old.tags <> '{}') execute function deskbell_count_tags();

-- Folds the loose rows of up to so many sums, whichever organization they belong to; says how many sums it folded.
create function deskbell_fold_directory(how_many integer) returns integer
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
      returning c.n)
    insert into directory_counts (organization_id, dimension, key, n, folded)
    select place.organization_id, place.dimension, place.key, sum(n), true from gone having sum(n) <> 0;
    done := done + 1;
  end loop;
  return done;
end $$;

-- Whether a file hangs on anything, so that finding those that do not costs nothing.
alter table files add column hung boolean not null default false;
update files f set hung = true
 where exists (select from attachments a where a.organization_id = f.organization_id and a.file_id = f.id);
create index files_loose on files (created_at) where not hung;

create function deskbell_hang_file() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update files set hung = true where organization_id = new.organization_id and id = new.file_id;
  else
    update files set hung = false where organization_id = old.organization_id and id = old.file_id;
  end if;
  return null;
end $$;
create trigger hang_file after insert on attachments
  for each row when (new.file_id is not null) execute function deskbell_hang_file();
create trigger unhang_file after delete on attachments
  for each row when (old.file_id is not null) execute function deskbell_hang_file();

-- Contents that nothing refers to any more. A row is written with the removal and goes once the content is gone, so
-- that a crash in between leaves nothing behind in the storage.
create table removed_files (
  organization_id uuid not null,
  storage_key text not null,
  removed_at timestamptz not null default now(),
  primary key (organization_id, storage_key)
);
call deskbell_protect('removed_files');

-- Removes files that were uploaded before a moment and hang on nothing, of all organizations; says how many.
create function deskbell_retire_files(uploaded_before timestamptz, how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  with gone as (
    delete from files f
     where (f.organization_id, f.id) in (
             select organization_id, id from files where not hung and created_at < uploaded_before
              order by created_at limit how_many for update skip locked)
       and not f.hung
    returning f.organization_id, f.storage_key)
  insert into removed_files (organization_id, storage_key) select organization_id, storage_key from gone
  on conflict do nothing;
  get diagnostics done = row_count;
  return done;
end $$;

create function deskbell_removed_files(how_many integer) returns table (storage_key text)
language sql stable security definer set search_path from current as $$
  select r.storage_key from removed_files r order by r.removed_at limit how_many
$$;

create function deskbell_forget_files(keys text[]) returns void
language sql security definer set search_path from current as $$
  delete from removed_files r where r.storage_key = any (keys)
$$;
create index removed_files_oldest on removed_files (removed_at);
create index removed_files_key on removed_files (storage_key);

-- As before, and nobody enters an organization that was deleted.
create or replace function deskbell_enter_session(in_organization uuid, in_session uuid)
returns table (user_id uuid, role text, verified boolean, platform_admin boolean)
language plpgsql as $$
begin
  perform set_config('deskbell.organization_id', in_organization::text, false);
  select m.user_id, m.role, u.email_verified_at is not null, u.platform_admin
    into user_id, role, verified, platform_admin
    from sessions s
    join memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
    join users u on u.id = s.user_id
    join organizations o on o.id = s.organization_id
   where s.organization_id = in_organization and s.id = in_session
     and s.ended_at is null and s.expires_at > now() and m.ended_at is null and o.deleted_at is null;
  if found then
    perform set_config('deskbell.user_id', user_id::text, false),
            set_config('deskbell.role', case when verified then role else 'customer' end, false);
    return next;
  else
    perform set_config('deskbell.organization_id', '', false), set_config('deskbell.user_id', '', false),
            set_config('deskbell.role', 'customer', false);
  end if;
end $$;
