-- Indexing a text takes time in proportion to its length, whatever somebody wrote to make it last.
-- depends: 0030_folding

-- PostgreSQL's parser looks ahead for the end of a path, a host name or a comment, and where there is none it begins anew
-- one character later: 60,000 characters of "~/" kept it busy for two minutes. It never looks past a space but in a
-- comment, so long runs are parted (a word of 150 letters is none) and comments are read as text. Short texts cannot last.
create function deskbell_bounded(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) <= 1000 then body
              else regexp_replace(replace(body, '<!--', ' '), '[^[:space:]]{150}', '\& ', 'g') end;

create or replace function deskbell_words(body text) returns tsvector language sql stable parallel safe
  return to_tsvector('deskbell', deskbell_search_text(deskbell_bounded(left(body, 250000))));

create or replace function deskbell_article_text(body text) returns text language sql immutable parallel safe
  return deskbell_search_text(deskbell_bounded(body));
