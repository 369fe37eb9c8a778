-- Rules as the changes of tickets read them, also those of customers, who may not list rules.
-- needs: session

create or replace function deskbell_rules_version() returns bigint
language sql stable security definer set search_path from current as $$
  select coalesce((select version from rule_lists where organization_id = deskbell_organization()), 0)
$$;

drop function if exists deskbell_rules_in_force();
create function deskbell_rules_in_force()
returns table (id uuid, name text, occasions text[], condition jsonb, actions jsonb, names jsonb, stop boolean, version integer,
               timing jsonb, armed_at timestamptz, schedule jsonb)
language sql stable security definer set search_path from current as $$
  select r.id, r.name, r.occasions, r.condition, r.actions, r.names, r.stop, r.version, r.timing, r.armed_at, r.schedule from rules r
   where r.organization_id = deskbell_organization() and r.enabled and r.deleted_at is null order by r.place, r.id
$$;

-- The tickets that a ticket refers to, and those that refer to it.
create or replace function deskbell_linked(ticket uuid) returns setof uuid
language sql stable set search_path from current as $$
  select l.other_id from ticket_links l where l.organization_id = deskbell_organization() and l.ticket_id = ticket
  union
  select l.ticket_id from ticket_links l where l.organization_id = deskbell_organization() and l.other_id = ticket
$$;

-- Facts beyond a ticket's row: of its requester, its files, who follows it and which tickets it is linked with.
drop function if exists deskbell_rule_facts(uuid, uuid);
create function deskbell_rule_facts(requester uuid, ticket uuid)
returns table (company text, open bigint, has_attachment boolean, fields jsonb, followers uuid[], linked bigint[])
language sql stable security definer set search_path from current as $$
  select m.company,
         (select coalesce(sum(c.n), 0) from ticket_counts c
           where c.organization_id = deskbell_organization() and c.dimension = 'requester' and c.key = requester
             and c.status not in ('solved', 'closed')),
         exists (select from attachments f where f.organization_id = deskbell_organization() and f.ticket_id = ticket),
         m.custom_fields,
         array(select f.user_id from ticket_followers f
                where f.organization_id = deskbell_organization() and f.ticket_id = ticket),
         array(select o.number::bigint from deskbell_linked(ticket) l
                 join tickets o on o.organization_id = deskbell_organization() and o.id = l
                where o.deleted_at is null)
    from memberships m where m.organization_id = deskbell_organization() and m.user_id = requester
$$;

-- The member of the staff whose public comment is the latest on tickets of a requester.
create or replace function deskbell_last_answered(requester uuid) returns uuid
language sql stable security definer set search_path from current as $$
  select c.author_id from tickets t
    join comments c on c.organization_id = t.organization_id and c.ticket_id = t.id
    join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id
   where t.organization_id = deskbell_organization() and t.requester_id = requester and t.deleted_at is null
     and c.public and not c.automatic and c.author_id <> requester and m.role <> 'customer' and m.ended_at is null
   order by c.created_at desc, c.id desc limit 1
$$;

-- Removes rules that were deleted before a moment, with their files, and runs of schedules that ended before it; returns the
-- number of rules.
create or replace function deskbell_forget_rules(deleted_before timestamptz) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  insert into removed_files (organization_id, storage_key)
  select f.organization_id, f.storage_key from rule_files f
    join rules r on r.organization_id = f.organization_id and r.id = f.rule_id
   where r.deleted_at < deleted_before
  on conflict do nothing;
  delete from rules where deleted_at < deleted_before;
  get diagnostics done = row_count;
  delete from schedule_runs where finished_at < deleted_before;
  return done;
end $$;

-- The next moments of automations of all organizations, soonest first, in the past or in the future.
drop function if exists deskbell_automation_moments(integer);
create or replace function deskbell_automation_moments(batch_size integer, passed_over uuid[])
returns table (organization_id uuid, ticket_id uuid, moment timestamptz)
language sql stable security definer set search_path from current as $$
  select t.organization_id, t.id, t.moment_next_at from tickets t
   where t.moment_next_at is not null and t.deleted_at is null and t.organization_id <> all (passed_over)
   order by t.moment_next_at limit batch_size
$$;

-- The oldest unfinished run of a schedule of each organization, some of them, then the schedules whose moment has come.
create or replace function deskbell_schedules_to_run(now timestamptz, batch_size integer)
returns table (organization_id uuid, rule_id uuid, due_at timestamptz)
language sql volatile security definer set search_path from current as $$
  (select u.organization_id, u.rule_id, u.due_at
     from (select distinct on (s.organization_id) s.organization_id, s.rule_id, s.due_at from schedule_runs s
            where s.finished_at is null order by s.organization_id, s.due_at) u
    order by random() limit batch_size)
  union all
  (select r.organization_id, r.id, null from rules r where r.next_at <= now order by r.next_at limit batch_size)
$$;

-- A shared macro as rules use it.
drop function if exists deskbell_macro_in_force(uuid);
create function deskbell_macro_in_force(macro uuid)
returns table (title text, version integer, actions jsonb, names jsonb)
language sql stable security definer set search_path from current as $$
  select m.title, m.version, m.actions, m.names from macros m
   where m.organization_id = deskbell_organization() and m.id = macro and m.owner_id is null and m.active
$$;
