-- Normalized text and words, for search and for names.
--
-- Tables store and index what these functions return: after a change, a numbered file must rebuild the generated columns,
-- indexes and documents.

-- Text in the form in which it is compared: lower case without accents ("ÜBERGRÖSSE" is "Übergröße" is "ubergrosse"), one
-- form of each character however it was typed, and each ideograph, kana and Korean syllable as a word of its own, because no
-- spaces separate their words. A curly apostrophe separates words as a straight one does. Characters that would become a
-- quote or a backslash are dropped, so that text for `to_tsquery` stays inert. Text beyond the limit is cut.
create or replace function deskbell_folded(body text) returns text language sql immutable parallel safe
  return regexp_replace(
    replace(replace(replace(replace(
      translate(
        left(normalize(regexp_replace(
          normalize(lower(translate(body, U&'\2018\2019\02BC\2122\2120\FF07\FF3C\FE68', '        ')), nfkd),
          '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670]', '', 'g'), nfkc), 250000),
        'øđðłħıς', 'oddlhiσ'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '([\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff])', ' \1 ', 'g');

-- `deskbell_folded`, skipped for ASCII text, whose case the parser lowers itself: folding costs 20 times more than
-- indexing ASCII text does.
create or replace function deskbell_comparable(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) = char_length(body) then body else deskbell_folded(body) end;

-- Takes joined words apart. PostgreSQL's parser keeps "A-10412", "sms/phone" and "login.gov" whole, or reads "-10412" as a
-- negative number, so that a search for a part finds nothing. Numbers such as 3.5 stay whole.
create or replace function deskbell_parted(body text) returns text language sql immutable parallel safe
  return regexp_replace(body, '(?<=[[:alpha:]])[-./_]+(?=[[:alnum:]])|[-/_]+(?=[[:alnum:]])', ' ', 'g');

-- Text as it is indexed and as it is searched for. A search for a joined word finds its parts next to each other.
create or replace function deskbell_search_text(body text) returns text language sql immutable parallel safe
  return deskbell_parted(deskbell_comparable(body));

-- Text that PostgreSQL's parser reads in linear time. It looks ahead for the end of a path, a host name or a comment, and
-- starts again one character later if there is none: 60,000 characters of "~/" took two minutes. Only in comments does it
-- look past a space, so long runs are split (no word has 150 letters) and comment marks are dropped. Short text cannot last.
create or replace function deskbell_bounded(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) <= 1000 then body
              else regexp_replace(replace(body, '<!--', ' '), '[^[:space:]]{150}', '\& ', 'g') end;

-- The words of a text. A document must stay under PostgreSQL's limit of 1 MB: only the first 250,000 characters are found.
create or replace function deskbell_words(body text) returns tsvector language sql stable parallel safe
  return to_tsvector('deskbell', deskbell_search_text(deskbell_bounded(left(body, 250000))));

-- The search condition for terms in the form of `to_tsquery`.
create or replace function deskbell_query(terms text) returns tsquery language sql stable parallel safe
  return to_tsquery('deskbell', deskbell_search_text(terms));

-- A word that marks the documents of one organization, so that a word index reads no matches of other organizations.
create or replace function deskbell_lexeme(organization uuid) returns text language sql immutable parallel safe
  return 'organization' || replace(organization::text, '-', '');

-- An article as plain text for excerpts, without Markdown and HTML marks.
create or replace function deskbell_without_marks(markdown text) returns text language sql immutable parallel safe
  return regexp_replace(
    regexp_replace(
      regexp_replace(
        regexp_replace(markdown, '!?\[([^]\[]*)\]\([^()\s]*(?:\s+"[^"]*")?\)', '\1', 'g'),
        '^[ \t]*(?:#{1,6}|>|[-+*]|[0-9]{1,3}[.)])[ \t]+|^[ \t]*[-=_*|: \t]{3,}$|\|', ' ', 'gn'),
      '[*`~]+|</?(?:a|b|code|em|i|kbd|mark|s|small|span|strong|sub|sup|u)\M[^<>]*>', '', 'gi'),
    '\s+|</?[[:alpha:]][^<>]*>', ' ', 'g');
