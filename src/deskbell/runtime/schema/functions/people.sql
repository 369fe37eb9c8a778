-- Finding people, and their exact numbers by role.
-- needs: people_words, session

-- Members of the current organization where every search word is a prefix of a word in name, address or company; staff only.
-- It runs as the owner because row security keeps the planner from the word index; the organization is fixed inside instead.
create or replace function deskbell_search_people(body text) returns table (user_id uuid)
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

-- Members of the current organization with one of these lower-case texts as address, local part or name, or with all its
-- words in their name. Each way finds up to 1,000 people, so that a very common word costs no more. It runs as the owner
-- because row security keeps the planner from the indexes; the organization is fixed inside instead.
create or replace function deskbell_people_called(words text[]) returns setof uuid
language sql stable security definer rows 10 set search_path from current as $$
  select m.user_id from memberships m where m.organization_id = deskbell_organization() and m.email = any (words)
  union
  (select m.user_id from memberships m
    where m.organization_id = deskbell_organization() and split_part(m.email, '@', 1) = any (words) limit 1000)
  union
  (select m.user_id from memberships m
    where m.organization_id = deskbell_organization() and lower(m.name) = any (words) limit 1000)
  union
  (select found.user_id
     from unnest(words) as said
    cross join lateral (
      select string_agg(' & ' || quote_literal(word), '') as rest from unnest(deskbell_name_words(said)) as word) as sought
    cross join lateral (
      select m.user_id from memberships m
       where sought.rest is not null
         and deskbell_called(m.organization_id, m.name)
             @@ (quote_literal(deskbell_lexeme(deskbell_organization())) || sought.rest)::tsquery
       limit 1000) as found)
$$;

create or replace function deskbell_count_people_inserted() returns trigger language plpgsql as $$
begin
  insert into directory_counts (organization_id, dimension, key, n)
  select organization_id, 'role', role, count(*) from added where ended_at is null group by 1, 3;
  return null;
end $$;
create or replace trigger count_people_inserted after insert on memberships
  referencing new table as added for each statement execute function deskbell_count_people_inserted();

create or replace function deskbell_count_people_updated() returns trigger language plpgsql as $$
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
create or replace trigger count_people_updated after update on memberships
  referencing old table as before new table as after for each statement
  execute function deskbell_count_people_updated();

create or replace function deskbell_count_people_deleted() returns trigger language plpgsql as $$
begin
  insert into directory_counts (organization_id, dimension, key, n)
  select m.organization_id, 'role', m.role, -count(*)
    from gone m
   where m.ended_at is null and exists (select from organizations o where o.id = m.organization_id)
   group by 1, 3;
  return null;
end $$;
create or replace trigger count_people_deleted after delete on memberships
  referencing old table as gone for each statement execute function deskbell_count_people_deleted();

-- The picture of a member of any organization: pages of customers and visitors show it. Its id cannot be guessed.
create or replace function deskbell_avatar(in_avatar uuid) returns bytea
language sql stable security definer set search_path from current as $$
  select a.content from avatars a where a.id = in_avatar
$$;
