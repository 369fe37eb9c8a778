-- Search that looks past accents, joined words and the want of spaces, for tickets as for articles.
-- depends: 0029_limits_in_turn

-- Words as they are compared: small letters without accents ("ÜBERGRÖSSE" is "Übergröße" is "ubergrosse"), one form of
-- each character however it was typed, and each ideograph, kana and Korean syllable alone, for their words are not
-- parted by spaces. A curly apostrophe parts words as a straight one does. What would become a quote or a backslash is
-- left out, so that text for `to_tsquery` stays inert; what grows longer than a text may be is cut.
create function deskbell_folded(body text) returns text language sql immutable parallel safe
  return regexp_replace(
    replace(replace(replace(replace(
      translate(
        left(normalize(regexp_replace(
          normalize(lower(translate(body, U&'\2018\2019\02BC\2122\2120\FF07\FF3C\FE68', '        ')), nfkd),
          '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670]', '', 'g'), nfkc), 250000),
        'øđðłħıς', 'oddlhiσ'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '([\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff])', ' \1 ', 'g');

-- What is searched and sought of a text. PostgreSQL's parser keeps "A-10412", "sms/phone" and "login.gov" whole or reads a
-- sign into "-10412", so that nobody who types a part finds them: joined words are taken apart. Where such a word is
-- sought, its parts must stand side by side. Numbers such as 3.5 stay as they are.
create function deskbell_search_text(body text) returns text language sql immutable parallel safe
  return regexp_replace(
    case when octet_length(body) = char_length(body) then body else deskbell_folded(body) end,
    '(?<=[[:alpha:]])[-./_]+(?=[[:alnum:]])|[-/_]+(?=[[:alnum:]])', ' ', 'g');

create or replace function deskbell_article_text(body text) returns text language sql immutable parallel safe
  return deskbell_search_text(body);

create or replace function deskbell_words(body text) returns tsvector language sql stable parallel safe
  return to_tsvector('deskbell', deskbell_search_text(left(body, 250000)));

create or replace function deskbell_ticket_words(organization uuid, subject text, description text) returns tsvector
language sql stable parallel safe
  return array_to_tsvector(array[deskbell_lexeme(organization)])
    || setweight(to_tsvector('deskbell', deskbell_search_text(left(subject, 2000))), 'A')
    || setweight(deskbell_words(description), 'B');

-- What is sought, from terms in the form of `to_tsquery`.
create function deskbell_query(terms text) returns tsquery language sql stable parallel safe
  return to_tsquery('deskbell', deskbell_search_text(terms));

-- An article as plain text, to quote from: without the marks of Markdown and HTML.
create function deskbell_without_marks(markdown text) returns text language sql immutable parallel safe
  return regexp_replace(
    regexp_replace(
      regexp_replace(
        regexp_replace(markdown, '!?\[([^]\[]*)\]\([^()\s]*(?:\s+"[^"]*")?\)', '\1', 'g'),
        '^[ \t]*(?:#{1,6}|>|[-+*]|[0-9]{1,3}[.)])[ \t]+|^[ \t]*[-=_*|: \t]{3,}$|\|', ' ', 'gn'),
      '[*`~]+|</?(?:a|b|code|em|i|kbd|mark|s|small|span|strong|sub|sup|u)\M[^<>]*>', '', 'gi'),
    '\s+|</?[[:alpha:]][^<>]*>', ' ', 'g');

-- People are found likewise: "weiss" finds "Weiß", and "トヨタ" the company that ends so.
create or replace function deskbell_name_words(body text) returns text[] language sql immutable parallel safe
  return (select coalesce(array_agg(distinct left(word, 100)), '{}')
            from regexp_split_to_table(deskbell_folded(body), '[[:space:][:punct:]]+') word where word <> '');

-- Those that are there already, as far as it makes a difference to them.
do $$ begin  -- not a bare select, whose rows the migrating command would print
  perform deskbell_search_refresh(t.organization_id, t.id)
    from tickets t
   where deskbell_search_text(t.subject) <> t.subject
      or deskbell_search_text(t.description) <> t.description
      or exists (select from comments c
                  where c.organization_id = t.organization_id and c.ticket_id = t.id and deskbell_search_text(c.body) <> c.body);
end $$;
update articles set title = title where deskbell_search_text(title || content || category || array_to_string(tags, ' '))
  <> title || content || category || array_to_string(tags, ' ');
update memberships set name = name -- that makes their words anew
 where octet_length(concat(name, email, company)) <> char_length(concat(name, email, company));
