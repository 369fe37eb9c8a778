-- Search in the knowledge base: how often each word is in title, labels and text of each article.
-- needs: text, session, ranking

-- Text of an article as it is indexed and as it is searched for.
create or replace function deskbell_article_text(body text) returns text language sql immutable parallel safe
  return deskbell_search_text(deskbell_bounded(body));

-- The lexemes of a text, up to PostgreSQL's limit of 1 MB: see deskbell_words.
create or replace function deskbell_article_lexemes(body text) returns table (lexeme text, n integer)
language sql stable parallel safe as $$
  select lexeme, cardinality(positions)
    from unnest(to_tsvector('deskbell', deskbell_article_text(left(body, 150000))))
$$;

-- A text from which found words are quoted. PostgreSQL would treat the text between two angle brackets as a tag and leave it
-- out, and a row of ideographs as one word: brackets are U+0004 until the quotation is made, and U+0005 parts ideographs.
create or replace function deskbell_quotable(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) = char_length(body) then translate(deskbell_bounded(body), '<', U&'\0004')
              else regexp_replace(translate(deskbell_bounded(body), '<', U&'\0004'),
                '([\u2190-\u2bff\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001f000-\U0001faff])', U&'\\1\0005', 'g')
         end;

create or replace function deskbell_measure_article() returns trigger language plpgsql as $$
begin
  new.title_length := coalesce((select sum(n) from deskbell_article_lexemes(new.title)), 0);
  new.length := coalesce((select sum(n) from deskbell_article_lexemes(new.text)), 0);
  return new;
end $$;
create or replace trigger measure_article before insert or update of title, text on articles
  for each row execute function deskbell_measure_article();

create or replace function deskbell_index_article() returns trigger
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
          select 'text', * from deskbell_article_lexemes(new.text)) found
   where octet_length(lexeme) <= 500 -- a longer one is no word, and might not fit into an index
   group by lexeme;
  return null;
end $$;
create or replace trigger index_article after insert or update of title, category, tags, text on articles
  for each row execute function deskbell_index_article();

-- The articles of the current organization with any of the words, best first, by BM25F (functions/ranking.sql). The frequency of a word in title and text is first
-- normalized by the usual length of each (b = 0.75, as is customary): a short title with the word counts more than a long
-- one, and a long text does not outweigh a title. A word in the title then counts eight times, in category and tags twice.
-- Frequencies weighted like this are larger than plain ones, so k1, which limits the effect of repetition, is 4 instead of
-- the usual 1.2. Rare words count more than common ones, so there are no stop words. A title that equals the question
-- counts double.
-- A word that no article has matches words that begin with it ("passw"), and stems that it begins with ("requirem" for
-- requir, the stem of requirements).
-- It runs as the owner, because only the owner may read the words; the organization and the reader's rights are fixed
-- inside.
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
           deskbell_by_length(8 * sum(w.in_title), a.title_length, u.title_length)
           + deskbell_by_length(sum(2 * w.in_labels + w.in_text), a.length, u.length) as weight,
           a.title_length
      from meant m
      join article_words w on w.organization_id = deskbell_organization() and w.lexeme = m.lexeme
      join articles a on a.organization_id = deskbell_organization() and a.id = w.article_id
       and (a.published_at is not null or (with_drafts and not deskbell_is_customer()))
     cross join usual u
     group by w.article_id, m.word, a.title_length, a.length, u.title_length, u.length
  ), rarity as (
    select f.word, deskbell_rarity(u.articles, count(*)) as idf
      from found f cross join usual u group by f.word, u.articles
  )
  select f.article_id,
         sum(r.idf * deskbell_saturated(f.weight, 4))
         * case when count(*) filter (where f.in_title > 0) = (select count(*) from asked)
                 and sum(f.in_title) = f.title_length then 2 else 1 end
    from found f join rarity r using (word)
   group by f.article_id, f.title_length
$$;

-- Counts searches that found nothing, and keeps the size of an organization's list bounded: words whose last search was
-- before `stale_before` go, and beyond `most` the rarest and oldest words.
create or replace function deskbell_count_missed_searches(
  new_ids uuid[], new_words text[], new_locales text[], counts bigint[], seen_at timestamptz, stale_before timestamptz, most integer)
returns void language plpgsql security definer set search_path from current as $$
begin
  insert into missed_searches as m (organization_id, id, words, locale, searches, first_at, last_at)
  select deskbell_organization(), v.id, v.words, v.locale, v.n, seen_at, seen_at
    from unnest(new_ids, new_words, new_locales, counts) v (id, words, locale, n) order by v.words
  on conflict (organization_id, words) do update
    set searches = m.searches + excluded.searches, locale = excluded.locale, last_at = excluded.last_at;
  delete from missed_searches m
   where m.organization_id = deskbell_organization()
     and (m.last_at < stale_before
          or m.id in (select o.id from missed_searches o where o.organization_id = deskbell_organization()
                       order by o.searches desc, o.last_at desc, o.id desc offset most));
end $$;

-- A picture that a published article of any organization shows: pages of visitors have it. Its id cannot be guessed.
create or replace function deskbell_published_picture(in_picture uuid) returns bytea
language sql stable security definer set search_path from current as $$
  select p.content from article_pictures p
   where p.id = in_picture
     and exists (select from article_picture_uses u
                   join articles a on a.organization_id = u.organization_id and a.id = u.article_id
                  where u.organization_id = p.organization_id and u.picture_id = p.id
                    and u.is_present and a.published_at is not null)
$$;

-- Deletes the pictures of all organizations from before a moment that no article names, and returns their number.
create or replace function deskbell_delete_unused_pictures(before timestamptz) returns bigint
language sql volatile security definer set search_path from current as $$
  with gone as (
    delete from article_pictures p
     where p.created_at < before
       and not exists (select from article_picture_uses u
                        where u.organization_id = p.organization_id and u.picture_id = p.id)
    returning p.id)
  select count(*) from gone
$$;
