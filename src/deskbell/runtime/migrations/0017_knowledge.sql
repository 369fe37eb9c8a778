-- The knowledge base.
-- depends: 0016_limits

create table articles (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  slug text not null,
  title text not null,
  content text not null,
  category text not null default '',
  tags text[] not null default '{}',
  locale text not null default 'en',
  published_at timestamptz, -- a draft has none
  author_id uuid not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  words tsvector not null,
  length integer not null, -- in words; ranking weighs long articles down
  primary key (organization_id, id),
  foreign key (organization_id, author_id) references memberships (organization_id, user_id)
);
create unique index articles_slug on articles (organization_id, locale, slug);
create index articles_by_category on articles (organization_id, category, published_at);
create index articles_newest on articles (organization_id, created_at, id);
create index articles_words on articles using gin (words);
call deskbell_protect('articles');
-- A second wall: drafts are the staff's.
create policy published_articles on articles as restrictive
  using (published_at is not null or not (select deskbell_is_customer()));

-- Apart from the article, so that counting a reader changes no version and waits for no editor.
create table article_counts (
  organization_id uuid not null,
  article_id uuid not null,
  views bigint not null default 0,
  helpful integer not null default 0,
  unhelpful integer not null default 0,
  primary key (organization_id, article_id),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
) with (fillfactor = 70);
call deskbell_protect('article_counts');

create table article_votes (
  organization_id uuid not null,
  article_id uuid not null,
  voter text not null, -- a person's id, or a digest of an anonymous reader's address and browser
  helpful boolean not null,
  voted_at timestamptz not null,
  primary key (organization_id, article_id, voter),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
);
call deskbell_protect('article_votes');

create function deskbell_article_words(organization uuid, title text, category text, tags text[], content text)
returns tsvector language sql stable parallel safe
  return array_to_tsvector(array[deskbell_lexeme(organization)])
    || setweight(to_tsvector('deskbell', left(title, 2000)), 'A')
    || setweight(to_tsvector('deskbell', category || ' ' || array_to_string(tags, ' ')), 'B')
    || setweight(deskbell_words(content), 'D');

create function deskbell_index_article() returns trigger language plpgsql as $$
begin
  new.words := deskbell_article_words(new.organization_id, new.title, new.category, new.tags, new.content);
  new.length := coalesce((select sum(cardinality(positions)) from unnest(new.words)), 0);
  return new;
end $$;
create trigger index_article before insert or update of title, category, tags, content on articles
  for each row execute function deskbell_index_article();

-- The articles of the current organization that hold any of the words, best first, by BM25 with weighted fields
-- (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): a word in the title counts four times, in
-- category and tags twice, and rare words more than common ones. It runs as the owner for the sake of the word index,
-- as deskbell_search_tickets does; the organization, and what readers may see, are fixed inside.
create function deskbell_search_articles(query text, with_drafts boolean)
returns table (article_id uuid, score double precision)
language sql stable security definer set search_path from current as $$
  with asked as (
    select distinct lexeme from unnest(to_tsvector('deskbell', query))
  ), readable as (
    select count(*)::float8 as n, greatest(avg(length), 1)::float8 as mean from articles
     where organization_id = deskbell_organization() and (published_at is not null or (with_drafts and not deskbell_is_customer()))
  ), found as (
    select a.id, a.length, u.lexeme,
           (select sum(case w when 'A' then 4.0 when 'B' then 2.0 else 1.0 end) from unnest(u.weights) w) as frequency
      from articles a
     cross join lateral unnest(a.words) u
     where a.organization_id = deskbell_organization()
       and (a.published_at is not null or (with_drafts and not deskbell_is_customer()))
       and a.words @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery
                       && (select string_agg(quote_literal(lexeme), ' | ')::tsquery from asked))
       and u.lexeme in (select lexeme from asked)
  ), rarity as (
    select lexeme, ln(1 + ((select n from readable) - count(*) + 0.5) / (count(*) + 0.5)) as idf from found group by lexeme
  )
  select f.id, sum(r.idf * f.frequency * 2.2 / (f.frequency + 1.2 * (0.25 + 0.75 * f.length / (select mean from readable))))
    from found f join rarity r using (lexeme)
   group by f.id
$$;
