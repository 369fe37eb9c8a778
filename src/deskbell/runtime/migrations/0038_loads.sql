-- Loading a whole archive into a young database is planned by what is there, not by what was there before.
-- depends: 0037_invitations

-- Statistics of what a load fills, once it has brought four times as many tickets as the planner knows of. Without them
-- any index that begins with the organization looks as good as the right one, and each check of a foreign key reads all
-- the tickets there are; autovacuum would see to it a minute later. It runs as the owner, who alone may.
create function deskbell_know_load(loaded bigint) returns void language plpgsql security definer as $$
begin
  if loaded > 4 * (select greatest(reltuples, 0) from pg_class where oid = 'tickets'::regclass) then
    analyze users, memberships, tickets, ticket_tags, comments, events;
  end if;
end $$;
do $$ begin -- see 0027
  execute format('alter function deskbell_know_load set search_path = %I, pg_temp', current_schema());
end $$;

-- Folding a text costs twenty times as much where a character is beyond ASCII. So each comment is folded by itself, and
-- not the whole thread for one of them.
-- A text in the form in which texts are compared.
create function deskbell_comparable(body text) returns text language sql immutable parallel safe
  return case when octet_length(body) = char_length(body) then body else deskbell_folded(body) end;

create function deskbell_parted(body text) returns text language sql immutable parallel safe
  return regexp_replace(body, '(?<=[[:alpha:]])[-./_]+(?=[[:alnum:]])|[-/_]+(?=[[:alnum:]])', ' ', 'g');

create or replace function deskbell_search_text(body text) returns text language sql immutable parallel safe
  return deskbell_parted(deskbell_comparable(body));

-- A document and the words of comments, in comparable form.
create function deskbell_with_comparable(document tsvector, body text) returns tsvector language plpgsql stable as $$
begin
  if body is null then
    return document;
  end if;
  return document
    || setweight(to_tsvector('deskbell', deskbell_parted(deskbell_bounded(left(body, 250000)))), 'D');
exception when program_limit_exceeded then
  return document; -- a thread of megabytes: its first part is found, its tail is not
end $$;

create or replace function deskbell_search_commented() returns trigger language plpgsql as $$
begin
  if deskbell_bulk() then
    return null;
  end if;
  update ticket_search s
     set for_staff = deskbell_with_comparable(s.for_staff, c.all_words),
         for_everyone = deskbell_with_comparable(s.for_everyone, c.public_words)
    from (select a.organization_id, a.ticket_id, string_agg(p.body, e'\n' order by a.id) as all_words,
                 string_agg(p.body, e'\n' order by a.id) filter (where a.public) as public_words
            from added a cross join lateral (select deskbell_comparable(a.body) as body offset 0) p
           group by a.organization_id, a.ticket_id) c
   where s.organization_id = c.organization_id and s.ticket_id = c.ticket_id;
  return null;
end $$;

create function deskbell_thread(in_organization uuid, in_ticket uuid)
returns table (all_words text, public_words text, has_notes boolean) language sql stable rows 1 as $$
  select string_agg(p.body, e'\n' order by c.id), string_agg(p.body, e'\n' order by c.id) filter (where c.public),
         bool_or(not c.public)
    from comments c cross join lateral (select deskbell_comparable(c.body) as body offset 0) p
   where c.organization_id = in_organization and c.ticket_id = in_ticket
$$;

create or replace function deskbell_search_refresh(in_organization uuid, in_ticket uuid) returns void language sql as $$
  update ticket_search s
     set for_staff = deskbell_with_comparable(w.words, c.all_words),
         for_everyone = deskbell_with_comparable(w.words, c.public_words)
    from tickets t
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   cross join lateral deskbell_thread(t.organization_id, t.id) c
   where t.organization_id = in_organization and t.id = in_ticket
     and s.organization_id = in_organization and s.ticket_id = in_ticket
$$;

create or replace function deskbell_search_build(in_tickets uuid[]) returns void language sql as $$
  insert into ticket_search (organization_id, ticket_id, for_everyone, for_staff)
  select t.organization_id, t.id, d.words,
         case when c.has_notes then deskbell_with_comparable(w.words, c.all_words) else d.words end
    from tickets t
   cross join lateral deskbell_thread(t.organization_id, t.id) c
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   cross join lateral (select deskbell_with_comparable(w.words, c.public_words) as words offset 0) d
   where t.organization_id = (select deskbell_organization()) and t.id = any (in_tickets)
$$;

drop function deskbell_with_words(tsvector, text);
