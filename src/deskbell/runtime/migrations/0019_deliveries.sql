-- Deliveries of outgoing webhooks; daily summaries; the end of what has had its day.
-- depends: 0018_settings

alter table webhooks
  add column include_internal boolean not null default false, -- internal notes are told as well
  add column previous_secret text,                            -- signs too, until a moment: secrets are exchanged with overlap
  add column previous_secret_until timestamptz,
  add column failing_since timestamptz,                       -- no attempt has succeeded since; null: the last one did
  add column slow boolean not null default false,             -- the last attempt failed or took long
  add column disabled_reason text check (disabled_reason in ('admin', 'gone', 'failing'));
update webhooks set disabled_reason = 'admin' where disabled_at is not null;
alter table webhooks add check ((disabled_at is null) = (disabled_reason is null));

-- What one webhook is told of one event. Its id is the `webhook-id` of every attempt, its body never changes.
create table webhook_deliveries (
  organization_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  event_id bigint,                        -- the journal's event; null: a test call
  ticket_id uuid,                         -- those about one ticket are told in order
  type text not null,
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  manual boolean not null default false,  -- a person asked for it: it goes out even while the webhook is switched off
  tries smallint not null default 0,      -- attempts since it was made or asked for again; the schedule goes by it
  attempts integer not null default 0,    -- attempts in all
  created_at timestamptz not null,
  next_attempt_at timestamptz,            -- null: finished. While an attempt is under way: when to take it for lost
  finished_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, webhook_id) references webhooks (organization_id, id) on delete cascade,
  check ((state = 'pending') = (next_attempt_at is not null))
);
-- However often the journal is read, nobody is told of an event by two deliveries.
create unique index webhook_deliveries_once on webhook_deliveries (organization_id, webhook_id, event_id)
  where event_id is not null;
create index webhook_deliveries_due on webhook_deliveries (organization_id, webhook_id, next_attempt_at, event_id)
  where next_attempt_at is not null;
create index webhook_deliveries_in_order on webhook_deliveries (organization_id, webhook_id, ticket_id, event_id)
  where next_attempt_at is not null and ticket_id is not null;
create index webhook_deliveries_newest on webhook_deliveries (organization_id, webhook_id, created_at, id);
create index webhook_deliveries_of_ticket on webhook_deliveries (organization_id, ticket_id) where ticket_id is not null;
create index webhook_deliveries_oldest on webhook_deliveries (created_at);
call deskbell_protect('webhook_deliveries');

create table webhook_attempts (
  organization_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  request_headers jsonb not null,
  status smallint,                        -- null: there was no answer
  response_headers jsonb not null,
  response_excerpt text not null,
  error text,                             -- null: delivered
  primary key (organization_id, delivery_id, number),
  foreign key (organization_id, delivery_id) references webhook_deliveries (organization_id, id) on delete cascade
);
call deskbell_protect('webhook_attempts');

-- Webhooks are told of what happens from now on.
insert into journal_readers (name, xact_id, id) values ('webhooks', pg_snapshot_xmin(pg_current_snapshot()), 0);

-- The next events of all organizations in the order of their commits, each with the webhooks that are to be told of it.
create function deskbell_webhook_events(after_xact xid8, after_id bigint, told text[], how_many integer)
returns table (organization_id uuid, id bigint, xact_id xid8, webhooks uuid[])
language sql stable security definer set search_path from current as $$
  select e.organization_id, e.id, e.xact_id, array(
           select w.id from webhooks w
            where w.organization_id = e.organization_id and w.disabled_at is null and w.created_at <= e.at
              and e.type = any (told) and not e.imported
              and (w.event_types = '{}' or e.type = any (w.event_types))
              and (w.include_internal or not (e.internal and e.subject_type = 'comment'))
            order by w.id)
    from events e
   where (e.xact_id, e.id) > (after_xact, after_id) and e.xact_id < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xact_id, e.id
   limit how_many
$$;

-- Takes deliveries that are due, of all organizations, for one attempt each: until `lease_until` nobody else takes them.
-- `under_way` names the webhook of each attempt that the caller has under way; none gets more than `per_webhook`.
-- A delivery waits for the earlier ones about its ticket, unless it has waited since before `unordered_before`.
create function deskbell_claim_deliveries(
  at timestamptz, lease_until timestamptz, unordered_before timestamptz, slow_lane boolean, how_many integer,
  per_webhook integer, under_way uuid[])
returns table (
  organization_id uuid, id uuid, webhook_id uuid, url text, secret text, previous_secret text, type text, body text,
  tries smallint, attempts integer)
language sql security definer set search_path from current as $$
  with recursive waiting as (
    (select d.organization_id, d.webhook_id from webhook_deliveries d where d.next_attempt_at is not null
      order by d.organization_id, d.webhook_id limit 1)
    union all
    select n.organization_id, n.webhook_id
      from waiting v cross join lateral (
        select d.organization_id, d.webhook_id from webhook_deliveries d
         where d.next_attempt_at is not null and (d.organization_id, d.webhook_id) > (v.organization_id, v.webhook_id)
         order by d.organization_id, d.webhook_id limit 1) n),
  chosen as materialized (
    select c.organization_id, c.id, w.url, w.secret,
           case when w.previous_secret_until > at then w.previous_secret end as previous_secret
      from waiting v
      join webhooks w on w.organization_id = v.organization_id and w.id = v.webhook_id and w.slow = slow_lane
      cross join lateral (
        select d.organization_id, d.id, d.next_attempt_at, d.event_id
          from webhook_deliveries d
         where d.organization_id = v.organization_id and d.webhook_id = v.webhook_id and d.next_attempt_at <= at
           and (w.disabled_at is null or d.manual)
           and (d.ticket_id is null or d.created_at < unordered_before or not exists (
                 select from webhook_deliveries e
                  where e.organization_id = d.organization_id and e.webhook_id = d.webhook_id
                    and e.ticket_id = d.ticket_id and e.event_id < d.event_id and e.next_attempt_at is not null))
         order by d.next_attempt_at, d.event_id
         limit greatest(0, per_webhook - (select count(*) from unnest(under_way) u where u = v.webhook_id))
           for update skip locked) c
     order by c.next_attempt_at, c.event_id
     limit how_many)
  update webhook_deliveries d
     set next_attempt_at = lease_until, tries = d.tries + 1, attempts = d.attempts + 1
    from chosen c
   where d.organization_id = c.organization_id and d.id = c.id
  returning d.organization_id, d.id, d.webhook_id, c.url, c.secret, c.previous_secret, d.type, d.body, d.tries,
            d.attempts
$$;

-- Removes deliveries, with their attempts, that were made before a moment; says how many.
create function deskbell_forget_deliveries(made_before timestamptz, how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from webhook_deliveries d
   where (d.organization_id, d.id) in (
     select o.organization_id, o.id from webhook_deliveries o where o.created_at < made_before
      order by o.created_at limit how_many for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;

-- Organizations with tickets that were deleted before a moment.
create index tickets_deleted_anywhere on tickets (deleted_at) where deleted_at is not null;
create function deskbell_purgeable(deleted_before timestamptz, how_many integer) returns table (organization_id uuid)
language sql stable security definer set search_path from current as $$
  select distinct t.organization_id
    from (select o.organization_id from tickets o where o.deleted_at < deleted_before order by o.deleted_at limit how_many) t
$$;

-- Sessions and keys that ended, or ran out, before a moment. The journal keeps what was done with them.
create index sessions_over on sessions (least(ended_at, expires_at));
create function deskbell_forget_access(over_before timestamptz) returns integer
language plpgsql security definer set search_path from current as $$
declare
  sessions_gone integer;
  keys_gone integer;
begin
  delete from sessions s where least(s.ended_at, s.expires_at) < over_before;
  get diagnostics sessions_gone = row_count;
  delete from api_keys k where least(k.revoked_at, k.expires_at) < over_before;
  get diagnostics keys_gone = row_count;
  return sessions_gone + keys_gone;
end $$;

-- Staff who asked for it get a mail each morning with what is open.
alter table notification_preferences add column daily_summary boolean not null default false;
create index notification_preferences_daily on notification_preferences (organization_id, user_id) where daily_summary;

-- The summaries that were queued: one a person and day, however many workers there are.
create table summaries (
  organization_id uuid not null,
  user_id uuid not null,
  day date not null,
  queued_at timestamptz not null,
  primary key (organization_id, user_id, day),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade
);
call deskbell_protect('summaries');

-- The organizations in which somebody wants a daily summary, with their settings.
create function deskbell_summary_organizations() returns table (organization_id uuid, settings jsonb)
language sql stable security definer set search_path from current as $$
  select o.id, o.settings from organizations o
   where o.deleted_at is null
     and exists (select from notification_preferences p where p.organization_id = o.id and p.daily_summary)
$$;
