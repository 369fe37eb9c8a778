-- Ticket search: one document per ticket, kept by triggers in the transaction of the change.
--
-- The functions that search run as the owner, because row security keeps the planner from the word index (its operator is
-- not leakproof); the organization is fixed inside instead. A condition of which
-- nothing is left finds nothing; joined with the organization's own word it would find every ticket.
-- needs: text, session, tickets, ranking

create or replace function deskbell_ticket_words(organization uuid, subject text, description text) returns tsvector
language sql stable parallel safe
  return array_to_tsvector(array[deskbell_lexeme(organization)])
    || setweight(deskbell_vector(deskbell_search_text(left(subject, 2000))), 'A')
    || setweight(deskbell_words(description), 'B');

-- The words of comments or fields that went through `deskbell_comparable`; null for no text, and for one that is too long.
create or replace function deskbell_comment_words(body text) returns tsvector language plpgsql stable as $$
begin
  return setweight(deskbell_vector(deskbell_parted(deskbell_bounded(left(body, 250000)))), 'D');
exception when program_limit_exceeded then
  return null;
end $$;

-- A document and more words, which may be null.
create or replace function deskbell_with_words(document tsvector, words tsvector) returns tsvector language plpgsql stable as $$
begin
  return document || coalesce(words, '');
exception when program_limit_exceeded then
  return document; -- a thread of megabytes: its first part is found, its tail is not
end $$;

-- A document and the words of a text in comparable form, which may be null.
create or replace function deskbell_with_comparable(document tsvector, body text) returns tsvector language sql stable
  return case when body is null then document else deskbell_with_words(document, deskbell_comment_words(body)) end;

-- The values of a ticket's text fields as text: all, and those that every customer may read, whatever form their ticket has.
create or replace function deskbell_field_words(in_organization uuid, in_values jsonb)
returns table (all_words text, public_words text)
language sql stable security definer rows 1 set search_path from current as $$
  select string_agg(p.body, e'\n' order by e.n),
         string_agg(p.body, e'\n' order by e.n) filter (where f.customer <> 'hidden' and not exists (
           select from forms w
            where w.organization_id = in_organization and not exists (
              select from jsonb_array_elements(w.items) i
               where i ->> 'field' = f.key and coalesce(i ->> 'customer', 'read') <> 'hidden')))
    from jsonb_array_elements(in_values) with ordinality e (value, n)
    join fields f on f.organization_id = in_organization and f.target = 'ticket' and f.deleted_at is null
     and f.kind in ('text', 'multiline', 'pattern', 'url') and f.key = e.value ->> 'name'
   cross join lateral (select deskbell_comparable(left(e.value ->> 'value', 10000)) as body offset 0) p
   where jsonb_typeof(e.value -> 'value') = 'string'
$$;

-- The comments of a ticket as text. Each comment is folded separately: one character beyond ASCII would otherwise make the
-- whole thread expensive.
create or replace function deskbell_thread(in_organization uuid, in_ticket uuid)
returns table (all_words text, public_words text, has_notes boolean) language sql stable rows 1 as $$
  select string_agg(p.body, e'\n' order by c.id), string_agg(p.body, e'\n' order by c.id) filter (where c.public),
         bool_or(not c.public)
    from comments c cross join lateral (select deskbell_comparable(c.body) as body offset 0) p
   where c.organization_id = in_organization and c.ticket_id = in_ticket
$$;

create or replace function deskbell_search_inserted() returns trigger language plpgsql as $$
begin
  if deskbell_bulk() then
    return null;
  end if;
  insert into ticket_search (organization_id, ticket_id, for_staff, for_everyone)
  select t.organization_id, t.id, deskbell_with_comparable(w.words, f.all_words),
         case when f.all_words is distinct from f.public_words then deskbell_with_comparable(w.words, f.public_words) end
    from added t
    left join lateral deskbell_field_words(t.organization_id, t.custom_fields) f on t.custom_fields <> '[]'
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w;
  return null;
end $$;
create or replace trigger search_inserted after insert on tickets
  referencing new table as added for each statement execute function deskbell_search_inserted();

create or replace function deskbell_search_commented() returns trigger language plpgsql as $$
begin
  if deskbell_bulk() then
    return null;
  end if;
  update ticket_search s
     set for_staff = deskbell_with_words(s.for_staff, w.all_words),
         for_everyone = case when c.public_words = c.all_words then deskbell_with_words(s.for_everyone, w.all_words)
                             else deskbell_with_comparable(coalesce(s.for_everyone, s.for_staff), c.public_words) end
    from (select a.organization_id, a.ticket_id, string_agg(p.body, e'\n' order by a.id) as all_words,
                 string_agg(p.body, e'\n' order by a.id) filter (where a.public) as public_words
            from added a cross join lateral (select deskbell_comparable(a.body) as body offset 0) p
           group by a.organization_id, a.ticket_id) c
   cross join lateral (select deskbell_comment_words(c.all_words) as all_words offset 0) w
   where s.organization_id = c.organization_id and s.ticket_id = c.ticket_id;
  return null;
end $$;
create or replace trigger search_commented after insert on comments
  referencing new table as added for each statement execute function deskbell_search_commented();

-- Rebuilds the document of a ticket after words have changed or gone.
create or replace function deskbell_search_refresh(in_organization uuid, in_ticket uuid) returns void language sql as $$
  update ticket_search s
     set for_staff = deskbell_with_comparable(deskbell_with_comparable(w.words, f.all_words), c.all_words),
         for_everyone = case when c.has_notes or f.all_words is distinct from f.public_words
                             then deskbell_with_comparable(deskbell_with_comparable(w.words, f.public_words), c.public_words) end
    from tickets t
   cross join lateral deskbell_field_words(t.organization_id, t.custom_fields) f
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   cross join lateral deskbell_thread(t.organization_id, t.id) c
   where t.organization_id = in_organization and t.id = in_ticket
     and s.organization_id = in_organization and s.ticket_id = in_ticket
$$;

create or replace function deskbell_search_reworded() returns trigger language plpgsql as $$
begin
  if new.subject <> old.subject or new.description <> old.description
    or (select f::text from deskbell_field_words(new.organization_id, new.custom_fields) f)
       is distinct from (select f::text from deskbell_field_words(old.organization_id, old.custom_fields) f)
  then
    perform deskbell_search_refresh(new.organization_id, new.id);
  end if;
  return null;
end $$;
create or replace trigger search_reworded after update on tickets
  for each row when (new.subject <> old.subject or new.description <> old.description or new.custom_fields <> old.custom_fields)
  execute function deskbell_search_reworded();

create or replace function deskbell_search_recommented() returns trigger language plpgsql as $$
begin
  perform deskbell_search_refresh(old.organization_id, old.ticket_id);
  return null;
end $$;
create or replace trigger search_recommented after update or delete on comments
  for each row execute function deskbell_search_recommented();

-- Builds the documents of loaded tickets of the current organization, with their comments.
create or replace function deskbell_search_build(in_tickets uuid[]) returns void language sql as $$
  insert into ticket_search (organization_id, ticket_id, for_staff, for_everyone)
  select t.organization_id, t.id, deskbell_with_comparable(deskbell_with_comparable(w.words, f.all_words), c.all_words),
         case when c.has_notes or f.all_words is distinct from f.public_words
              then deskbell_with_comparable(deskbell_with_comparable(w.words, f.public_words), c.public_words) end
    from tickets t
   cross join lateral deskbell_field_words(t.organization_id, t.custom_fields) f
   cross join lateral deskbell_thread(t.organization_id, t.id) c
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   where t.organization_id = (select deskbell_organization()) and t.id = any (in_tickets)
$$;

-- The documents of tickets that are not stored yet, without their fields, in order. `of_tickets` gives the position of each
-- comment's ticket, counted from 1.
create or replace function deskbell_documents_of(
  in_organization uuid, subjects text[], descriptions text[], of_tickets integer[], bodies text[], are_public boolean[])
returns table (n bigint, for_staff tsvector, for_everyone tsvector) language sql stable as $$
  select t.n, deskbell_with_comparable(w.words, c.all_words),
         case when c.has_notes then deskbell_with_comparable(w.words, c.public_words) end
    from unnest(subjects, descriptions) with ordinality t (subject, description, n)
    left join (
      select c.of_ticket, string_agg(p.body, e'\n' order by c.position) as all_words,
             string_agg(p.body, e'\n' order by c.position) filter (where c.public) as public_words,
             bool_or(not c.public) as has_notes
        from unnest(of_tickets, bodies, are_public) with ordinality c (of_ticket, body, public, position)
       cross join lateral (select deskbell_comparable(c.body) as body offset 0) p
       group by c.of_ticket) c on c.of_ticket = t.n
   cross join lateral (select deskbell_ticket_words(in_organization, t.subject, t.description) as words offset 0) w
$$;

-- The newest 2,000 matches with their rank, and how many tickets match without the deleted ones; staff only. One pass through the
-- word index for both.
create or replace function deskbell_best_tickets(query tsquery) returns table (ticket_id uuid, rank real, total bigint)
language sql stable security definer rows 2000 set work_mem = '32MB' set search_path from current as $$
  with matched as materialized (
    select s.ticket_id
      from ticket_search s
     where s.organization_id = deskbell_organization()
       and not deskbell_is_customer()
       and numnode(query) > 0
       and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
  ), counted as materialized (
    select count(*) as total from matched m
     where not exists (select from tickets t where t.organization_id = deskbell_organization() and t.id = m.ticket_id
                          and t.deleted_at is not null)
  ), newest as materialized (
    select m.ticket_id from matched m order by m.ticket_id desc limit 2000
  )
  select s.ticket_id, ts_rank_cd(s.for_staff, query), c.total
    from newest n join ticket_search s on s.organization_id = deskbell_organization() and s.ticket_id = n.ticket_id
   cross join counted c
$$;

-- Tickets of the current organization that match, with their rank; staff only. Only the newest 2,000 matches are ranked,
-- because ranking reads the words of each match: a common word took seconds among a million tickets. They are chosen before
-- any words are read; one join for all matches made the planner rank every ticket of the server. With less memory the matches of a
-- common word do not fit, and each ticket next to one is read and compared.
create or replace function deskbell_search_tickets(query tsquery) returns table (ticket_id uuid, rank real)
language sql stable security definer rows 100 set work_mem = '32MB' set search_path from current as $$
  with matched as materialized (
    select s.ticket_id
      from ticket_search s
     where s.organization_id = deskbell_organization()
       and not deskbell_is_customer()
       and numnode(query) > 0
       and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
  ), newest as materialized (
    select m.ticket_id from matched m order by m.ticket_id desc limit 2000 -- ids grow with time
  ), ranked as materialized (
    select s.ticket_id, ts_rank_cd(s.for_staff, query) as rank
      from newest n join ticket_search s on s.organization_id = deskbell_organization() and s.ticket_id = n.ticket_id
  )
  select m.ticket_id, coalesce(r.rank, 0) from matched m left join ranked r on r.ticket_id = m.ticket_id
$$;

-- Tickets of the current organization that match, unranked, for lists by time; staff only.
create or replace function deskbell_tickets_with(query tsquery) returns table (ticket_id uuid)
language sql stable security definer rows 1000 set work_mem = '32MB' set search_path from current as $$
  select s.ticket_id
    from ticket_search s
   where s.organization_id = deskbell_organization()
     and not deskbell_is_customer()
     and numnode(query) > 0
     and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
$$;

-- Whether more than this many tickets match, answered from the word index without reading all of them.
create or replace function deskbell_more_tickets_with(query tsquery, than integer) returns boolean
language sql stable security definer set work_mem = '32MB' set search_path from current as $$
  select count(*) > than from (
    select from ticket_search s
     where s.organization_id = deskbell_organization()
       and not deskbell_is_customer()
       and numnode(query) > 0
       and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
     limit than + 1) counted
$$;

-- Tickets of the current organization that are like a subject, best first, with their score and the share of the subject's words
-- of four letters and more that they have: for staff all of them, for a customer their own newest 200. Notes do not count.
--
-- BM25F with a word in the subject five times as heavy as one in description or comments, k1 = 1.2; a ticket of the same days
-- counts up to half more than one of another year, for the same thing breaks for many together.
-- The cost does not grow with the organization: a word that more than 600 tickets have finds none alone. The four rarest of these
-- words find in pairs, 600 for each pair; all words count on the tickets that are found. The 500 with the rarest words are read.
-- It runs as the owner, for the reasons above; the organization is fixed inside.
create or replace function deskbell_similar_tickets(subject text, besides uuid, near timestamptz, max_results integer)
returns table (ticket_id uuid, score double precision, share double precision)
language sql stable security definer rows 10 set search_path from current as $$
  with asked as materialized (
    select lexeme from unnest(to_tsvector('deskbell', deskbell_search_text(left(subject, 2000))))
     where octet_length(lexeme) <= 500 order by lexeme limit 40
  ), own as materialized (
    select t.id from tickets t
     where deskbell_is_customer() and t.organization_id = deskbell_organization() and t.requester_id = deskbell_user()
       and t.deleted_at is null
     order by t.id desc limit 200
  ), everything as materialized (
    select greatest(case when deskbell_is_customer() then (select count(*) from own)
                         else (select sum(c.n) from ticket_counts c
                                where c.organization_id = deskbell_organization() and c.dimension = 'all') end, 1)::float8 as tickets
  ), common as materialized ( -- in more than 600 tickets, by the statistics; these name a null for their own bounds
    select e.lexeme, e.frequency
      from pg_stats s
     cross join lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e (lexeme, frequency)
     where s.schemaname = current_schema() and s.tablename = 'ticket_search' and s.attname = 'for_staff'
       and not deskbell_is_customer() and e.lexeme = any (array(select a.lexeme from asked a))
       and e.frequency * (select reltuples from pg_class where oid = 'ticket_search'::regclass) > 600
  ), reached as materialized ( -- one more than 600 shows that a word is frequent here, though not everywhere
    select a.lexeme, m.ticket_id
      from asked a
     cross join lateral (
       select s.ticket_id from ticket_search s
        where not deskbell_is_customer() and s.organization_id = deskbell_organization()
          and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && quote_literal(a.lexeme)::tsquery)
       limit 601) m
     where not exists (select from common c where c.lexeme = a.lexeme)
  ), spread as materialized (
    select r.lexeme, count(*) as tickets, count(*) > 600 as is_frequent from reached r group by r.lexeme
  ), frequent as materialized ( -- the four rarest of the frequent words find tickets in pairs
    select a.lexeme
      from asked a left join common c using (lexeme) left join spread p using (lexeme)
     where c.lexeme is not null or p.is_frequent
     order by coalesce(c.frequency, 0), a.lexeme limit 4
  ), paired as materialized (
    select x.one, x.other, m.ticket_id
      from (select one.lexeme as one, other.lexeme as other
              from frequent one join frequent other on one.lexeme < other.lexeme) x
     cross join lateral (
       select s.ticket_id from ticket_search s
        where not deskbell_is_customer() and s.organization_id = deskbell_organization()
          and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery
                              && quote_literal(x.one)::tsquery && quote_literal(x.other)::tsquery)
       limit 600) m
  ), found as materialized (
    select r.lexeme, r.ticket_id from reached r join spread p using (lexeme) where not p.is_frequent
    union
    select w.lexeme, p.ticket_id from paired p cross join lateral (values (p.one), (p.other)) w (lexeme)
    union
    select a.lexeme, s.ticket_id
      from own o
      join ticket_search s on s.organization_id = deskbell_organization() and s.ticket_id = o.id
      join asked a on coalesce(s.for_everyone, s.for_staff) @@ quote_literal(a.lexeme)::tsquery
  ), rarity as materialized (
    select a.lexeme,
           deskbell_rarity(e.tickets, case when c.lexeme is not null then c.frequency * e.tickets
                                           when p.is_frequent then greatest(p.tickets, e.tickets * 0.05)
                                           else coalesce(n.tickets, 0) end) as idf
      from asked a
     cross join everything e
      left join (select f.lexeme, count(*) as tickets from found f group by f.lexeme) n using (lexeme)
      left join common c using (lexeme)
      left join spread p using (lexeme)
  ), matched as materialized (
    select f.ticket_id from found f join rarity r using (lexeme)
     where f.ticket_id is distinct from besides
     group by f.ticket_id order by sum(r.idf) desc, f.ticket_id desc limit 500
  ), candidates as materialized ( -- lengths in the units that are stored
    select m.ticket_id as id, t.created_at, t.subject, t.description, s.comments, s.words
      from matched m
     cross join lateral (
       select t.created_at, char_length(t.subject)::float8 as subject, octet_length(t.description)::float8 as description
         from tickets t
        where t.organization_id = deskbell_organization() and t.id = m.ticket_id and t.deleted_at is null offset 0) t
     cross join lateral (
       select length(w.words)::float8 as comments, w.words
         from ticket_search s cross join lateral (select coalesce(s.for_everyone, s.for_staff) as words offset 0) w
        where s.organization_id = deskbell_organization() and s.ticket_id = m.ticket_id offset 0) s
  ), usual as materialized ( -- candidates are longer than others: the newest tickets show what is usual
    select greatest(avg(n.subject), 1) as subject, greatest(avg(n.description), 1) as description,
           greatest(avg(n.comments), 1) as comments
      from (select char_length(t.subject)::float8 as subject, octet_length(t.description)::float8 as description,
                   length(s.words)::float8 as comments
              from (select t.id, t.subject, t.description from tickets t
                     where t.organization_id = deskbell_organization() and t.deleted_at is null
                     order by t.created_at desc, t.id desc limit 200) t
             cross join lateral (
               select coalesce(s.for_everyone, s.for_staff) as words from ticket_search s
                where s.organization_id = deskbell_organization() and s.ticket_id = t.id offset 0) s) n
  ), counted as materialized (
    select c.id, c.created_at, w.lexeme,
           deskbell_saturated(
             5 * deskbell_by_length(cardinality(array_positions(w.weights, 'A'))::float8, c.subject, u.subject)
             + deskbell_by_length(cardinality(array_positions(w.weights, 'B'))::float8, c.description, u.description)
             + deskbell_by_length(cardinality(array_positions(w.weights, 'D'))::float8, c.comments, u.comments), 1.2) as weight
      from candidates c cross join usual u cross join lateral unnest(c.words) w
     where w.lexeme = any (array(select a.lexeme from asked a)) and w.weights is not null
  )
  select n.id,
         sum(r.idf * n.weight) * (1 + 0.5 / (1 + abs(extract(epoch from n.created_at - near)::float8) / 86400 / 90)),
         coalesce(count(*) filter (where char_length(r.lexeme) >= 4)::float8
                  / nullif((select count(*) from asked where char_length(lexeme) >= 4), 0), 0)
    from counted n join rarity r using (lexeme)
   group by n.id, n.created_at
   order by 2 desc, n.id desc limit max_results
$$;
