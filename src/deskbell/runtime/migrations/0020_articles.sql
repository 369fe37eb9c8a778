-- Articles that come from files, and a search that ranks them better at a cost that depends on the words asked for; and
-- lists of tickets by words that do not rank what they only count.
-- depends: 0019_deliveries

-- What an article is known by where it was imported from: its file's path, the same in every language. The digest is of
-- what the file said, so that a file that says the same again changes nothing, whatever has been edited since.
alter table articles add column source text, add column source_digest bytea;
alter table articles add check ((source is null) = (source_digest is null));
create unique index articles_source on articles (organization_id, locale, source) where source is not null;

-- Before this, search unpacked the whole word list of every article that held any word of a question, and "how do I"
-- is in all of them. Now each word of each article is a row with how often it stands where.
drop trigger index_article on articles;
drop function deskbell_index_article();
drop index articles_words;
alter table articles drop column words;
drop function deskbell_article_words(uuid, text, text, text[], text);
alter table articles add column title_length integer not null default 0; -- in words, as is length, which is the text's
alter table articles alter column length set default 0;

create table article_words (
  organization_id uuid not null,
  lexeme text collate "C" not null, -- by bytes, so that what begins alike stands together
  article_id uuid not null,
  in_title smallint not null,
  in_labels smallint not null, -- category and tags
  in_text smallint not null,
  primary key (organization_id, lexeme, article_id) include (in_title, in_labels, in_text),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
);
create index article_words_of on article_words (organization_id, article_id);
call deskbell_protect('article_words');
-- It holds the words of drafts too: only the functions below read and write it.
revoke all on article_words from deskbell_app;
-- What ranking needs of every article that a reader may see, without reading the articles.
create index articles_lengths on articles (organization_id, id) include (published_at, title_length, length);

-- PostgreSQL's parser keeps "COVID-19", "sms/phone" and "login.gov" whole or reads a sign into "-19", so that nobody who
-- types a part, or a space, finds them; and a Chinese or Japanese sentence, which has no spaces, is one word to it. So
-- joined words are taken apart, and each ideograph or kana stands alone. Numbers such as 3.5 stay as they are.
create function deskbell_article_text(body text) returns text language sql immutable parallel safe
  return regexp_replace(
    regexp_replace(body, '([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])', ' \1 ', 'g'),
    '(?<=[[:alpha:]])[-./_]+(?=[[:alnum:]])|[-/_]+(?=[[:alnum:]])', ' ', 'g');

-- The lexemes of a text, as many as PostgreSQL's limit of 1 MB lets in: see deskbell_words.
create function deskbell_article_lexemes(body text) returns table (lexeme text, n integer)
language sql stable parallel safe as $$
  select lexeme, cardinality(positions)
    from unnest(to_tsvector('deskbell', deskbell_article_text(left(body, 150000))))
$$;

create function deskbell_measure_article() returns trigger language plpgsql as $$
begin
  new.title_length := coalesce((select sum(n) from deskbell_article_lexemes(new.title)), 0);
  new.length := coalesce((select sum(n) from deskbell_article_lexemes(new.content)), 0);
  return new;
end $$;
create trigger measure_article before insert or update of title, content on articles
  for each row execute function deskbell_measure_article();

create function deskbell_index_article() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from article_words w where w.organization_id = new.organization_id and w.article_id = new.id;
  insert into article_words (organization_id, lexeme, article_id, in_title, in_labels, in_text)
  select new.organization_id, lexeme, new.id, coalesce(sum(n) filter (where place = 'title'), 0),
         coalesce(sum(n) filter (where place = 'labels'), 0), coalesce(sum(n) filter (where place = 'text'), 0)
    from (select 'title' as place, * from deskbell_article_lexemes(new.title)
          union all
          select 'labels', * from deskbell_article_lexemes(new.category || ' ' || array_to_string(new.tags, ' '))
          union all
          select 'text', * from deskbell_article_lexemes(new.content)) found
   where octet_length(lexeme) <= 500 -- a longer one is no word, and might not fit into an index
   group by lexeme;
  return null;
end $$;
create trigger index_article after insert or update of title, category, tags, content on articles
  for each row execute function deskbell_index_article();
update articles set title = title; -- those that are there already

-- The articles of the current organization that hold any of the words, best first, by BM25F (Robertson and Zaragoza,
-- "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). How often a word stands in the title and in the text
-- is weighed by each one's own usual length first (b = 0.75, as is customary): a short title that says it counts for
-- more than a long one that mentions it, and a long text does not make up for a title. A word in the title then counts
-- eight times, in category and tags twice. Counts so weighed are larger than plain ones, so k1, which says how soon more
-- of the same stops to matter, is 4 and not the 1.2 that plain counts take. Rare words count more than common ones, so
-- there are no stop words. A title that is the question, no more and no less, counts double.
-- A word that no article has stands for those that begin with it ("passw"), as people type, and for those that it has
-- outgrown, since words are kept as stems ("requirem" for requir, the stem of requirements).
-- It runs as the owner, for nobody else may read the words; the organization, and what readers may see, are fixed inside.
create or replace function deskbell_search_articles(query text, with_drafts boolean)
returns table (article_id uuid, score double precision)
language sql stable security definer set search_path from current as $$
  with asked as materialized (
    select lexeme from unnest(to_tsvector('deskbell', deskbell_article_text(left(query, 2000))))
     where octet_length(lexeme) <= 500
  ), meant as materialized (
    select a.lexeme as word, a.lexeme as lexeme from asked a
    union
    select a.lexeme, b.lexeme from asked a
     cross join lateral (
       (select distinct w.lexeme from article_words w
         where w.organization_id = deskbell_organization()
           and w.lexeme > a.lexeme collate "C" and w.lexeme < a.lexeme || chr(1114111) collate "C"
         limit 50)
       union all
       select w.lexeme from article_words w
        where w.organization_id = deskbell_organization()
          and w.lexeme in (select left(a.lexeme, n)
                             from generate_series(greatest(4, char_length(a.lexeme) * 2 / 3), char_length(a.lexeme) - 1) n)) b
     where char_length(a.lexeme) >= 3
       and not exists (select from article_words w where w.organization_id = deskbell_organization() and w.lexeme = a.lexeme)
  ), usual as materialized (
    select count(*)::float8 as articles, greatest(avg(title_length), 1)::float8 as title_length, greatest(avg(length), 1)::float8 as length
      from articles
     where organization_id = deskbell_organization() and (published_at is not null or (with_drafts and not deskbell_is_customer()))
  ), found as materialized (
    select w.article_id, m.word, sum(w.in_title) as in_title,
           8 * sum(w.in_title) / (0.25 + 0.75 * a.title_length / u.title_length)
           + sum(2 * w.in_labels + w.in_text) / (0.25 + 0.75 * a.length / u.length) as weight,
           a.title_length
      from meant m
      join article_words w on w.organization_id = deskbell_organization() and w.lexeme = m.lexeme
      join articles a on a.organization_id = deskbell_organization() and a.id = w.article_id
       and (a.published_at is not null or (with_drafts and not deskbell_is_customer()))
     cross join usual u
     group by w.article_id, m.word, a.title_length, a.length, u.title_length, u.length
  ), rarity as (
    select f.word, ln(1 + (u.articles - count(*) + 0.5) / (count(*) + 0.5)) as idf
      from found f cross join usual u group by f.word, u.articles
  )
  select f.article_id,
         sum(r.idf * f.weight * 5 / (f.weight + 4))
         * case when count(*) filter (where f.in_title > 0) = (select count(*) from asked)
                 and sum(f.in_title) = f.title_length then 2 else 1 end
    from found f join rarity r using (word)
   group by f.article_id, f.title_length
$$;

-- Which tickets of the current organization match, for staff, without their ranks: to rank a match means to read and
-- unpack its words, and a list by time needs none of that.
create function deskbell_tickets_with(query tsquery) returns table (ticket_id uuid)
language sql stable security definer rows 1000 set search_path from current as $$
  select s.ticket_id
    from ticket_search s
   where s.organization_id = deskbell_organization()
     and not deskbell_is_customer()
     and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
$$;

-- Whether more tickets than so many match: the word index says so long before all of them are read.
create function deskbell_more_tickets_with(query tsquery, than integer) returns boolean
language sql stable security definer set search_path from current as $$
  select count(*) > than from (
    select from ticket_search s
     where s.organization_id = deskbell_organization()
       and not deskbell_is_customer()
       and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
     limit than + 1) counted
$$;
