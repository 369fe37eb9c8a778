-- Tags of tickets, loading and purging.
-- needs: session

-- Keeps one row per ticket and tag, for finding tickets by tag.
create or replace function deskbell_index_tags() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from ticket_tags
     where organization_id = old.organization_id and ticket_id = old.id and tag_id <> all (new.tag_ids);
  end if;
  insert into ticket_tags (organization_id, tag_id, ticket_id)
  select new.organization_id, tag_id, new.id from unnest(new.tag_ids) tag_id
  on conflict do nothing;
  return null;
end $$;
create or replace trigger index_tags_of_new after insert on tickets
  for each row when (new.tag_ids <> '{}') execute function deskbell_index_tags();
create or replace trigger index_tags_of_changed after update on tickets
  for each row when (new.tag_ids <> old.tag_ids) execute function deskbell_index_tags();

-- Whether the current organization has this ticket. Row security hides other customers' tickets from a customer, yet one
-- contract answers "forbidden" where the others answer "not found"; it runs as the owner for that one bit.
create or replace function deskbell_has_ticket(in_ticket uuid) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from tickets t
                  where t.organization_id = deskbell_organization() and t.id = in_ticket and t.deleted_at is null)
$$;

-- Whether this transaction loads many tickets and builds their search documents itself, in one statement.
create or replace function deskbell_bulk() returns boolean language sql stable parallel safe
  return coalesce(current_setting('deskbell.bulk', true), '') = 'on';

-- Refreshes the planner's statistics when a load has brought four times as many tickets as the planner knows of. Without
-- them any index that begins with the organization looks as good as the right one, and each check of a foreign key reads
-- all its tickets. It runs as the owner, because only the owner may analyze.
create or replace function deskbell_know_load(loaded bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  if loaded > 4 * (select greatest(reltuples, 0) from pg_class where oid = 'tickets'::regclass) then
    analyze users, memberships, tickets, ticket_tags, ticket_values, comments, events;
  end if;
end $$;

-- Organizations with tickets that were deleted before a moment.
create or replace function deskbell_purgeable(deleted_before timestamptz, batch_size integer) returns table (organization_id uuid)
language sql stable security definer set search_path from current as $$
  select distinct t.organization_id
    from (select o.organization_id from tickets o where o.deleted_at < deleted_before order by o.deleted_at limit batch_size) t
$$;

-- Snoozed tickets of all organizations, soonest first, in the past or in the future.
create or replace function deskbell_snoozed(batch_size integer)
returns table (organization_id uuid, ticket_id uuid, moment timestamptz)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id, t.snoozed_until from tickets t
   where t.snoozed_until is not null and t.deleted_at is null
   order by t.snoozed_until limit batch_size
$$;

-- The tickets whose comments mention a member. Row security would keep the index from being used: its operator may be asked only
-- as the owner, with the organization fixed inside.
create or replace function deskbell_tickets_mentioning(member uuid, with_notes boolean)
returns table (ticket_id uuid)
language sql stable security definer set search_path from current as $$
  select c.ticket_id from comments c
   where c.organization_id = (select deskbell_organization()) and c.mentions <> '{}' and c.mentions @> array[member]
     and (c.public or (with_notes and not (select deskbell_is_customer())))
  union
  -- mentioned by name in the words
  select n.ticket_id from notifications n
    join comments c on c.organization_id = n.organization_id and c.id = n.comment_id
   where n.organization_id = (select deskbell_organization()) and n.user_id = member and n.kind = 'mention'
     and (c.public or (with_notes and not (select deskbell_is_customer())))
$$;
