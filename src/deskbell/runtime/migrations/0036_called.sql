-- People, groups and categories by a word of their name: `assignee:okafor`, `requester:"jo li"`, `group:returns`.
-- depends: 0035_leaving

-- Whether each word of one of these sayings is a word of a name, past accents and case; or one of them is the whole name.
create function deskbell_is_called(name text, sayings text[]) returns boolean language sql immutable parallel safe cost 1000
  return lower(name) = any (sayings)
      or exists (select from unnest(sayings) as said, deskbell_name_words(said) as words
                  where words <> '{}' and deskbell_name_words(name) @> words);

-- The words of a name alone, where `people_words` has those of address and company too: a company's name does not make
-- its people's names be read one by one. Each document holds its organization's lexeme, see 0007.
create function deskbell_called(organization uuid, name text) returns tsvector language sql immutable parallel safe cost 1000
  return array_to_tsvector(array_append(deskbell_name_words(name), deskbell_lexeme(organization)));
create index memberships_name_words on memberships using gin (deskbell_called(organization_id, name));
create index memberships_local_part on memberships (organization_id, split_part(email, '@', 1));

-- The members of the current organization who are called so, in small letters: a saying is their address, what stands
-- before its @, or their name, or each of its words is a word of their name. Each way finds up to 1,000 people, so that
-- a word that very many bear costs no more. It runs as the owner because row security would keep the planner from the
-- indexes; the organization is fixed inside instead.
create or replace function deskbell_people_called(words text[]) returns setof uuid
language sql stable security definer rows 10 as $$
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
do $$ begin -- see 0027
  execute format('alter function deskbell_people_called set search_path = %I, pg_temp', current_schema());
end $$;
