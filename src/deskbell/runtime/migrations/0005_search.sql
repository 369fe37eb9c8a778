-- Ticket search, in the same transaction as the write.
-- depends: 0004_counts

-- English stems without stop words: "will" may be a name, and "to be" a film.
create text search dictionary deskbell_stem (template = snowball, language = english);
create text search configuration deskbell (copy = english);
alter text search configuration deskbell
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with deskbell_stem;

create table ticket_search (
  organization_id uuid not null,
  ticket_id uuid not null,
  for_everyone tsvector not null, -- what the requester may find: words of the ticket and of public comments
  for_staff tsvector not null,    -- the same and internal notes
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
-- Every document also holds its organization's own lexeme, so that the index never visits another's matches.
create index ticket_search_words on ticket_search using gin (for_staff);
call deskbell_protect('ticket_search');

create function deskbell_lexeme(organization uuid) returns text language sql immutable parallel safe
  return 'organization' || replace(organization::text, '-', '');

-- A document stays under PostgreSQL's limit of 1 MB; what is beyond the first quarter million characters is not found.
create function deskbell_words(body text) returns tsvector language sql stable parallel safe
  return to_tsvector('deskbell', left(body, 250000));

create function deskbell_with_words(document tsvector, body text) returns tsvector language plpgsql stable as $$
begin
  if body is null then
    return document;
  end if;
  return document || setweight(deskbell_words(body), 'D');
exception when program_limit_exceeded then
  return document; -- a thread of megabytes: its first part is found, its tail is not
end $$;

create function deskbell_ticket_words(organization uuid, subject text, description text) returns tsvector
language sql stable parallel safe
  return array_to_tsvector(array[deskbell_lexeme(organization)])
    || setweight(to_tsvector('deskbell', left(subject, 2000)), 'A') || setweight(deskbell_words(description), 'B');

create function deskbell_search_inserted() returns trigger language plpgsql as $$
begin
  insert into ticket_search (organization_id, ticket_id, for_everyone, for_staff)
  select t.organization_id, t.id, w.words, w.words
    from added t
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w;
  return null;
end $$;

create trigger search_inserted after insert on tickets
  referencing new table as added for each statement execute function deskbell_search_inserted();

create function deskbell_search_commented() returns trigger language plpgsql as $$
begin
  update ticket_search s
     set for_staff = deskbell_with_words(s.for_staff, c.all_words),
         for_everyone = deskbell_with_words(s.for_everyone, c.public_words)
    from (select organization_id, ticket_id, string_agg(body, e'\n' order by id) as all_words,
                 string_agg(body, e'\n' order by id) filter (where public) as public_words
            from added group by organization_id, ticket_id) c
   where s.organization_id = c.organization_id and s.ticket_id = c.ticket_id;
  return null;
end $$;

create trigger search_commented after insert on comments
  referencing new table as added for each statement execute function deskbell_search_commented();

-- Words that changed or went away: the whole document is made anew.
create function deskbell_search_refresh(in_organization uuid, in_ticket uuid) returns void language sql as $$
  update ticket_search s
     set for_staff = deskbell_with_words(w.words, c.all_words), for_everyone = deskbell_with_words(w.words, c.public_words)
    from tickets t
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   cross join lateral (select string_agg(body, e'\n' order by id) as all_words,
                              string_agg(body, e'\n' order by id) filter (where public) as public_words
                         from comments c where c.organization_id = t.organization_id and c.ticket_id = t.id) c
   where t.organization_id = in_organization and t.id = in_ticket
     and s.organization_id = in_organization and s.ticket_id = in_ticket
$$;

create function deskbell_search_reworded() returns trigger language plpgsql as $$
begin
  perform deskbell_search_refresh(new.organization_id, new.id);
  return null;
end $$;
create trigger search_reworded after update on tickets
  for each row when (new.subject <> old.subject or new.description <> old.description)
  execute function deskbell_search_reworded();

create function deskbell_search_recommented() returns trigger language plpgsql as $$
begin
  perform deskbell_search_refresh(old.organization_id, old.ticket_id);
  return null;
end $$;
create trigger search_recommented after update or delete on comments
  for each row execute function deskbell_search_recommented();

-- The tickets of the current organization that match, for staff. It runs as the owner because row security would keep
-- the planner from the word index (its operator is not marked leakproof); the organization is fixed inside instead.
create function deskbell_search_tickets(query tsquery) returns table (ticket_id uuid, rank real)
language sql stable security definer rows 100 set search_path from current as $$
  select s.ticket_id, ts_rank_cd(s.for_staff, query)
    from ticket_search s
   where s.organization_id = deskbell_organization()
     and not deskbell_is_customer()
     and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
$$;
