-- The words of names. Generated columns and indexes store them: see functions/text.
-- needs: text

-- What names are ordered and compared by, past case and accents: "Ärlig" is before "Bob". It does not depend on the
-- database's collation; the embedded PostgreSQL has no linguistic one, and an update of one would break indexes.
create or replace function deskbell_name_key(name text) returns text language sql immutable parallel safe
  return lower(deskbell_comparable(name));

-- The words of names, addresses and companies, as stored and as searched for: "weiss" finds "Weiß".
create or replace function deskbell_name_words(body text) returns text[] language sql immutable parallel safe
  return (select coalesce(array_agg(distinct left(word, 100)), '{}')
            from regexp_split_to_table(deskbell_folded(body), '[[:space:][:punct:]]+') word where word <> '');

create or replace function deskbell_people_words(organization uuid, name text, email text, company text) returns tsvector
language sql immutable parallel safe
  return array_to_tsvector(array_append(
    deskbell_name_words(name || ' ' || email || ' ' || coalesce(company, '')), deskbell_lexeme(organization)));

-- The words of a name alone; `people_words` also has address and company, so a company's name would match all its
-- people.
create or replace function deskbell_called(organization uuid, name text) returns tsvector
language sql immutable parallel safe cost 1000
  return array_to_tsvector(array_append(deskbell_name_words(name), deskbell_lexeme(organization)));

-- Whether one of the search texts is the whole name, or all its words are words of the name; ignores case and accents.
create or replace function deskbell_is_called(name text, sayings text[]) returns boolean
language sql immutable parallel safe cost 1000
  return lower(name) = any (sayings)
      or exists (select from unnest(sayings) as said, deskbell_name_words(said) as words
                  where words <> '{}' and deskbell_name_words(name) @> words);
