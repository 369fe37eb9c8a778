-- Deliveries of outgoing webhooks, and the expiry of deliveries and of received webhooks.

-- Which webhooks get which of these events: those that were registered by then, are enabled and want the type.
create or replace function deskbell_webhooks_of(organization_ids uuid[], event_ids bigint[])
returns table (organization_id uuid, event_id bigint, webhook_ids uuid[])
language sql stable security definer set search_path from current as $$
  select e.organization_id, e.id, array_agg(w.id order by w.id)
    from unnest(organization_ids, event_ids) asked (organization_id, id)
    join events e on e.organization_id = asked.organization_id and e.id = asked.id
    join webhooks w on w.organization_id = e.organization_id and w.disabled_at is null and w.created_at <= e.at
                   and (w.event_types = '{}' or e.type = any (w.event_types))
                   and (w.include_internal or not (e.internal and e.subject_type = 'comment'))
   group by e.organization_id, e.id
$$;

-- Claims due deliveries of all organizations for one attempt each, until `lease_until`. `under_way` has the webhook of each
-- attempt that the caller is making; no webhook gets more than `per_webhook`. A delivery waits for earlier ones about its
-- ticket, unless it was made before `unordered_before`.
create or replace function deskbell_claim_deliveries(
  at timestamptz, lease_until timestamptz, unordered_before timestamptz, slow_lane boolean, batch_size integer,
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
     limit batch_size)
  update webhook_deliveries d
     set next_attempt_at = lease_until, tries = d.tries + 1, attempts = d.attempts + 1
    from chosen c
   where d.organization_id = c.organization_id and d.id = c.id
  returning d.organization_id, d.id, d.webhook_id, c.url, c.secret, c.previous_secret, d.type, d.body, d.tries,
            d.attempts
$$;

-- Deletes deliveries and their attempts from before a moment, and returns the number of deliveries.
create or replace function deskbell_forget_deliveries(made_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from webhook_deliveries d
   where (d.organization_id, d.id) in (
     select o.organization_id, o.id from webhook_deliveries o where o.created_at < made_before
      order by o.created_at limit batch_size for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;

-- Deletes records of received webhooks from before a moment, and returns their number.
create or replace function deskbell_forget_incoming(received_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from incoming_deliveries d
   where (d.organization_id, d.digest) in (
     select o.organization_id, o.digest from incoming_deliveries o where o.received_at < received_before
      order by o.received_at limit batch_size for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;
