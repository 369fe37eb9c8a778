-- Import and export: history that is told of but not reacted to, feedback, and search documents made batch by batch.
-- depends: 0008_policies

-- What an import writes is history: it is read with the rest, but nothing is to be set off by it.
alter table events add column if not exists imported boolean not null default false;

alter table memberships add column time_zone text;

-- The requester's verdict on a ticket, the latest one.
do $$ begin
  if to_regclass('ticket_feedback') is null then
    create table ticket_feedback (
      organization_id uuid not null,
      ticket_id uuid not null,
      user_id uuid not null,
      rating smallint not null check (rating between 1 and 5),
      comment text,
      created_at timestamptz not null,
      primary key (organization_id, ticket_id),
      foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
      foreign key (organization_id, user_id) references memberships (organization_id, user_id)
    );
    call deskbell_protect('ticket_feedback');
  end if;
end $$;
create index if not exists ticket_feedback_newest on ticket_feedback (organization_id, created_at);
create index if not exists ticket_feedback_user on ticket_feedback (organization_id, user_id);
create policy own_feedback on ticket_feedback as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Which parts of the demo an organization has been given, so that what people delete does not come back.
create table demo_parts (
  organization_id uuid not null references organizations (id) on delete cascade,
  part text not null,
  loaded_at timestamptz not null,
  primary key (organization_id, part)
);
call deskbell_protect('demo_parts');

-- On while a transaction loads many tickets at once; it makes their search documents itself, each in one go.
create function deskbell_bulk() returns boolean language sql stable parallel safe
  return coalesce(current_setting('deskbell.bulk', true), '') = 'on';

create or replace function deskbell_search_inserted() returns trigger language plpgsql as $$
begin
  if deskbell_bulk() then
    return null;
  end if;
  insert into ticket_search (organization_id, ticket_id, for_everyone, for_staff)
  select t.organization_id, t.id, w.words, w.words
    from added t
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w;
  return null;
end $$;

create or replace function deskbell_search_commented() returns trigger language plpgsql as $$
begin
  if deskbell_bulk() then
    return null;
  end if;
  update ticket_search s
     set for_staff = deskbell_with_words(s.for_staff, c.all_words),
         for_everyone = deskbell_with_words(s.for_everyone, c.public_words)
    from (select organization_id, ticket_id, string_agg(body, e'\n' order by id) as all_words,
                 string_agg(body, e'\n' order by id) filter (where public) as public_words
            from added group by organization_id, ticket_id) c
   where s.organization_id = c.organization_id and s.ticket_id = c.ticket_id;
  return null;
end $$;

-- The documents of new tickets of the current organization, comments and all. Both are the same where nothing is internal.
create function deskbell_search_build(in_tickets uuid[]) returns void language sql as $$
  insert into ticket_search (organization_id, ticket_id, for_everyone, for_staff)
  select t.organization_id, t.id, d.words,
         case when c.has_notes then deskbell_with_words(w.words, c.all_words) else d.words end
    from tickets t
   cross join lateral (select string_agg(body, e'\n' order by id) as all_words,
                              string_agg(body, e'\n' order by id) filter (where public) as public_words,
                              bool_or(not public) as has_notes
                         from comments c where c.organization_id = t.organization_id and c.ticket_id = t.id) c
   cross join lateral (select deskbell_ticket_words(t.organization_id, t.subject, t.description) as words offset 0) w
   cross join lateral (select deskbell_with_words(w.words, c.public_words) as words offset 0) d
   where t.organization_id = (select deskbell_organization()) and t.id = any (in_tickets)
$$;
