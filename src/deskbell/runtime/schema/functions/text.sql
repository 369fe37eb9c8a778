-- Normalized text and words, for search and for names.
--
-- Tables store and index what these functions return: after a change, a numbered file must rebuild the generated columns,
-- indexes and documents.

-- The decimal digits of other scripts as 0 to 9. (Normalization does the same for full-width digits.)
create or replace function deskbell_with_plain_digits(body text) returns text language sql immutable parallel safe
  return case when body ~ '[\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049\u17e0-\u17e9\u1810-\u1819]'
              then translate(body, U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9\07C0\07C1\07C2\07C3\07C4\07C5\07C6\07C7\07C8\07C9\0966\0967\0968\0969\096A\096B\096C\096D\096E\096F\09E6\09E7\09E8\09E9\09EA\09EB\09EC\09ED\09EE\09EF\0A66\0A67\0A68\0A69\0A6A\0A6B\0A6C\0A6D\0A6E\0A6F\0AE6\0AE7\0AE8\0AE9\0AEA\0AEB\0AEC\0AED\0AEE\0AEF\0B66\0B67\0B68\0B69\0B6A\0B6B\0B6C\0B6D\0B6E\0B6F\0BE6\0BE7\0BE8\0BE9\0BEA\0BEB\0BEC\0BED\0BEE\0BEF\0C66\0C67\0C68\0C69\0C6A\0C6B\0C6C\0C6D\0C6E\0C6F\0CE6\0CE7\0CE8\0CE9\0CEA\0CEB\0CEC\0CED\0CEE\0CEF\0D66\0D67\0D68\0D69\0D6A\0D6B\0D6C\0D6D\0D6E\0D6F\0E50\0E51\0E52\0E53\0E54\0E55\0E56\0E57\0E58\0E59\0ED0\0ED1\0ED2\0ED3\0ED4\0ED5\0ED6\0ED7\0ED8\0ED9\0F20\0F21\0F22\0F23\0F24\0F25\0F26\0F27\0F28\0F29\1040\1041\1042\1043\1044\1045\1046\1047\1048\1049\17E0\17E1\17E2\17E3\17E4\17E5\17E6\17E7\17E8\17E9\1810\1811\1812\1813\1814\1815\1816\1817\1818\1819',
                             '012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789')
              else body end;

-- Text in the form in which it is compared: lower case without accents ("ÜBERGRÖSSE" is "Übergröße" is "ubergrosse"), one
-- form of each character however it was typed, and each ideograph, kana, Korean syllable and emoji as a word of its own,
-- because no spaces separate them. Characters without width are dropped: soft hyphens, zero-width spaces, direction marks,
-- byte-order marks. Other signs beyond ASCII separate words; PostgreSQL's parser may take them for letters. Digits of other
-- scripts become 0 to 9, and the Arabic and Persian forms of a letter become one. No quote or backslash appears in the
-- result that was not in the text, so that text for `to_tsquery` stays inert. Text beyond the limit is cut.
create or replace function deskbell_folded(body text) returns text language sql immutable parallel safe
  return regexp_replace(
    replace(replace(replace(replace(
      translate(
        deskbell_with_plain_digits(left(normalize(regexp_replace(
          normalize(lower(regexp_replace(
            regexp_replace(body, '[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+', '', 'g'),
            '[\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02bc\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2010-\u2029\u2030-\u205f\u20a0-\u20cf\u2120\u2122\u2e00-\u2e7f\u3001-\u3003\u3008-\u3020\u3030\u303d\u30fb\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0d\uff0f\uff1a-\uff1f\uff3b-\uff40\uff5b-\uff65\uffe0-\uffe6]+',
            ' ', 'g')), nfkd),
          '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670]+', '', 'g'), nfkc), 250000)),
        U&'øđðłħıς\0649\06CC\06A9\0629\06C1\06BE', U&'oddlhiσ\064A\064A\0643\0647\0647\0647'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '([\u2190-\u2bff\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001f000-\U0001faff])', ' \1 ', 'g');

-- `deskbell_folded`, skipped for ASCII text, whose case the parser lowers itself: folding costs 20 times more than
-- indexing ASCII text does.
create or replace function deskbell_comparable(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) = char_length(body) then body else deskbell_folded(body) end;

-- Takes joined words apart. PostgreSQL's parser keeps "A-10412", "sms/phone", "login.gov", "4711.Please" and
-- "srv01.example.com" whole, or reads "-10412" and "+46" as numbers with a sign, so that a search for a part finds nothing.
-- Numbers such as 3.5 and 10.0.0.1 stay whole. Words in angle brackets are words; the parser would take them for tags.
create or replace function deskbell_parted(body text) returns text language sql immutable parallel safe
  return regexp_replace(translate(body, '<', ' '),
    '[-+/_]+(?=[[:alnum:]\u0080-\uffff])|(?<=[[:alpha:]\u0080-\uffff])[-+./_]+(?=[[:alnum:]\u0080-\uffff])|(?<=[[:digit:]])\.+(?=[[:alpha:]\u0080-\uffff])',
    ' ', 'g');

-- Text as it is indexed and as it is searched for. A search for a joined word finds its parts next to each other.
create or replace function deskbell_search_text(body text) returns text language sql immutable parallel safe
  return deskbell_parted(deskbell_comparable(body));

-- Text that PostgreSQL's parser reads in linear time. It looks ahead for the end of a path, a host name or a comment, and
-- starts again one character later if there is none: 60,000 characters of "~/" took two minutes. Only in comments does it
-- look past a space, so long runs are split (no word has 150 letters) and comment marks are dropped. Short text cannot last.
create or replace function deskbell_bounded(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) <= 1000 then body
              else regexp_replace(replace(body, '<!--', ' '), '[^[:space:]]{150}', '\& ', 'g') end;

-- The words of text in comparable form: their stems, with positions, and the words as written, without positions. A search
-- for the beginning of a word needs the latter: "shippin" begins "shipping", but not its stem "ship".
create or replace function deskbell_vector(body text) returns tsvector language plpgsql immutable parallel safe as $$
begin
  return to_tsvector('deskbell', body) || strip(to_tsvector('simple', body));
end $$;

-- The words of a text. A document must stay under PostgreSQL's limit of 1 MB: only the first 250,000 characters are found.
create or replace function deskbell_words(body text) returns tsvector language sql stable parallel safe
  return deskbell_vector(deskbell_search_text(deskbell_bounded(left(body, 250000))));

-- The search condition for terms in the form of `to_tsquery`: words and phrases are compared by their stems, beginnings of
-- words with the words as written. Those have no positions, so that the parts of a joined word may be anywhere in a text;
-- ideographs and kana, whose stems are the characters themselves, must be next to each other.
drop function if exists deskbell_query(text);
create or replace function deskbell_query(terms text, beginnings text) returns tsquery language sql stable parallel safe
  return coalesce(to_tsquery('deskbell', deskbell_search_text(nullif(terms, ''))), '')
      && case when beginnings = '' then ''
              when octet_length(beginnings) = char_length(beginnings)
              then replace(to_tsquery('simple', deskbell_search_text(beginnings))::text, ' <-> ', ' & ')::tsquery
              else to_tsquery('simple', deskbell_search_text(beginnings)) end;

-- Whether a text contains another, both in comparable form. Text of which nothing is left is contained in none.
create or replace function deskbell_contains(body text, sought text) returns boolean language sql immutable parallel safe
  return btrim(deskbell_folded(sought)) <> '' and strpos(deskbell_folded(body), btrim(deskbell_folded(sought))) > 0;

-- A word that marks the documents of one organization, so that a word index reads no matches of other organizations.
create or replace function deskbell_lexeme(organization uuid) returns text language sql immutable parallel safe
  return 'organization' || replace(organization::text, '-', '');
