-- Default mailboxes, the addresses of the server, and waiting mails of all organizations.
-- needs: session

-- Keeps each address unique on the server: one that another mailbox has is not added.
create or replace function deskbell_take_address() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into mail_routes (address, owner_id, mailbox_id) values (new.address, new.organization_id, new.mailbox_id)
  on conflict do nothing;
  return case when found then new end;
end $$;
create or replace trigger take_address before insert on mailbox_addresses
  for each row execute function deskbell_take_address();

create or replace function deskbell_free_address() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from mail_routes where address = old.address and owner_id = old.organization_id;
  return null;
end $$;
create or replace trigger free_address after delete on mailbox_addresses
  for each row execute function deskbell_free_address();

-- Gives each organization its default mailbox, `support@<domain>`, whichever way it is created. A new domain moves the
-- address; a deleted organization gives up all of its addresses with its domain.
create or replace function deskbell_default_mailbox() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  box uuid;
begin
  insert into mailboxes (organization_id, id, name, is_default, created_at, updated_at)
  values (new.id, gen_random_uuid(), 'Support', true, new.created_at, new.created_at)
  on conflict do nothing;
  if tg_op = 'UPDATE' then
    delete from mailbox_addresses
     where organization_id = new.id and (new.deleted_at is not null or address = 'support@' || old.domain);
  end if;
  select m.id into box from mailboxes m where m.organization_id = new.id and m.is_default;
  if new.domain is not null and new.deleted_at is null and box is not null then
    insert into mailbox_addresses (organization_id, address, mailbox_id, kind, created_at)
    select new.id, 'support@' || lower(new.domain), box,
           case when exists (select from mailbox_addresses a
                              where a.organization_id = new.id and a.mailbox_id = box and a.kind = 'primary')
                then 'alias' else 'primary' end, new.updated_at
    on conflict do nothing;
  end if;
  return null;
end $$;
create or replace trigger default_mailbox after insert on organizations
  for each row execute function deskbell_default_mailbox();
create or replace trigger default_mailbox_moved after update on organizations
  for each row when (new.domain is distinct from old.domain or new.deleted_at is distinct from old.deleted_at)
  execute function deskbell_default_mailbox();

-- The organizations and mailboxes of these addresses, without disabled mailboxes. It runs as the owner: no organization is
-- entered yet.
create or replace function deskbell_mail_routes(in_addresses text[])
returns table (address text, organization_id uuid, mailbox_id uuid)
language sql stable security definer set search_path from current as $$
  select r.address, r.owner_id, r.mailbox_id
    from mail_routes r join organizations o on o.id = r.owner_id
    join mailboxes b on b.organization_id = r.owner_id and b.id = r.mailbox_id
   where r.address = any (in_addresses) and o.deleted_at is null and b.enabled
$$;

-- Whether the domain is another organization's: it alone may have mailboxes there.
create or replace function deskbell_is_foreign_domain(in_domain text) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from organizations o
                  where o.domain = in_domain and o.deleted_at is null and o.id <> deskbell_organization())
$$;

-- Claims waiting mails of all organizations, in order of arrival; no other worker takes them until `lease_until`.
create or replace function deskbell_claim_mails(at timestamptz, lease_until timestamptz, batch_size integer)
returns table (organization_id uuid, id uuid)
language sql security definer set search_path from current as $$
  with due as materialized (
    select r.organization_id, r.id from received_mails r
     where r.next_try_at <= at order by r.next_try_at, r.id limit batch_size for update skip locked),
  claimed as (
    update received_mails r set next_try_at = lease_until
      from due d where r.organization_id = d.organization_id and r.id = d.id
    returning r.organization_id, r.id, r.arrived_at)
  select c.organization_id, c.id from claimed c order by c.arrived_at, c.id
$$;

-- Mails whose content is still in the row although they are done, for the job that moves it to the storage.
create or replace function deskbell_mails_to_move(batch_size integer) returns table (organization_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select r.organization_id, r.id from received_mails r
   where r.raw is not null and r.next_try_at is null order by r.arrived_at limit batch_size
$$;

-- Empties the contents of mails that arrived before a moment and are done, and returns their number. Contents in the storage
-- wait in `removed_files` for their deletion; digests and ids stay.
create or replace function deskbell_forget_raw_mails(arrived_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  with old as materialized (
    select o.organization_id, o.id, o.raw_key from received_mails o
     where (o.raw is not null or o.raw_key is not null) and o.next_try_at is null and o.arrived_at < arrived_before
     limit batch_size for update skip locked),
  emptied as (
    update received_mails r set raw = null, raw_key = null
      from old where r.organization_id = old.organization_id and r.id = old.id),
  gone as (
    insert into removed_files (organization_id, storage_key)
    select old.organization_id, old.raw_key from old where old.raw_key is not null on conflict do nothing)
  select count(*) from old into done;
  return done;
end $$;

-- The content of a mail that is deleted with its ticket leaves the storage too.
create or replace function deskbell_remove_raw_mail() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into removed_files (organization_id, storage_key) values (old.organization_id, old.raw_key) on conflict do nothing;
  return null;
end $$;
create or replace trigger remove_raw_mail after delete on received_mails
  for each row when (old.raw_key is not null) execute function deskbell_remove_raw_mail();

-- Mails of all organizations that have been in quarantine since before a moment, the oldest first.
create or replace function deskbell_old_quarantine(arrived_before timestamptz, batch_size integer)
returns table (organization_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select r.organization_id, r.id from received_mails r
   where r.state = 'quarantined' and r.arrived_at < arrived_before order by r.arrived_at, r.id limit batch_size
$$;

-- The organizations with mails in quarantine that arrived between two moments, and the number of these mails.
create or replace function deskbell_quarantine_since(arrived_from timestamptz, arrived_before timestamptz)
returns table (organization_id uuid, mails bigint)
language sql stable security definer set search_path from current as $$
  select r.organization_id, count(*) from received_mails r
   where r.state = 'quarantined' and r.arrived_at >= arrived_from and r.arrived_at < arrived_before
   group by r.organization_id
$$;

-- For /metrics and `deskbell doctor`: what waits in both directions, and since when.
drop function if exists deskbell_mail_figures();
create or replace function deskbell_mail_figures()
returns table (waiting bigint, quarantined bigint, oldest_waiting timestamptz, queued bigint, delayed bigint,
               oldest_delayed timestamptz)
language sql stable security definer set search_path from current as $$
  select (select count(*) from received_mails w where w.next_try_at is not null),
         (select count(*) from received_mails q where q.state = 'quarantined'),
         (select min(o.arrived_at) from received_mails o where o.next_try_at is not null),
         count(*) filter (where d.state = 'queued'), count(*) filter (where d.state = 'delayed'),
         min(d.first_tried_at) filter (where d.state = 'delayed')
    from mail_deliveries d where d.next_try_at is not null
$$;

-- Claims deliveries that are due, of all organizations, for one attempt each. An attempt without a result by `lease_until`
-- is made again. No organization gets more than `per_organization` at a time.
create or replace function deskbell_claim_mail_deliveries(
  at timestamptz, lease_until timestamptz, batch_size integer, per_organization integer)
returns table (organization_id uuid, id uuid, mail_id uuid, address text, tries smallint, first_tried_at timestamptz)
language sql security definer set search_path from current as $$
  with recursive waiting as (
    (select d.organization_id from mail_deliveries d where d.next_try_at is not null order by d.organization_id limit 1)
    union all
    select (select d.organization_id from mail_deliveries d
             where d.next_try_at is not null and d.organization_id > w.organization_id
             order by d.organization_id limit 1)
      from waiting w where w.organization_id is not null),
  due as materialized (
    select c.organization_id, c.id
      from waiting w cross join lateral (
        select d.organization_id, d.id, d.next_try_at from mail_deliveries d
         where d.organization_id = w.organization_id and d.next_try_at <= at
         order by d.next_try_at, d.id limit per_organization for update skip locked) c
     order by c.next_try_at limit batch_size)
  update mail_deliveries d
     set next_try_at = lease_until, tries = d.tries + 1, first_tried_at = coalesce(d.first_tried_at, at)
    from due where d.organization_id = due.organization_id and d.id = due.id
  returning d.organization_id, d.id, d.mail_id, d.address, d.tries, d.first_tried_at
$$;

-- Empties the contents of mails made before a moment that wait for no attempt, and returns their number.
create or replace function deskbell_forget_mail_contents(made_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  update outgoing_mails m set content = null
   where (m.organization_id, m.id) in (
     select o.organization_id, o.id from outgoing_mails o
      where o.content is not null and o.created_at < made_before and not exists (
        select from mail_deliveries d
         where d.organization_id = o.organization_id and d.mail_id = o.id and d.next_try_at is not null)
      order by o.created_at limit batch_size for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;

-- Secrets of all organizations that another key than this one sealed, in the order of their ids.
create or replace function deskbell_sealed_with_others(key_id bytea, after_id uuid, batch_size integer)
returns table (organization_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select s.organization_id, s.id from sealed_secrets s
   where substring(s.sealed from 2 for 4) <> key_id and (after_id is null or s.id > after_id)
   order by s.id limit batch_size
$$;

-- Domains that enabled mailboxes send from, of all organizations, whose DNS records are due for a look: those with a key whose record
-- was not found yet more often than the others.
drop function if exists deskbell_dkim_keys_to_check(timestamptz, timestamptz, integer);
create or replace function deskbell_mail_domains_to_check(
  new_key_before timestamptz, checked_before timestamptz, batch_size integer)
returns table (organization_id uuid, domain text, right_records text[], selector text, public_key text, is_confirmed boolean)
language sql stable security definer set search_path from current as $$
  select d.organization_id, d.domain, coalesce(m.right_records, '{}'), k.selector, k.public_key, k.confirmed_at is not null
    from (select distinct a.organization_id, split_part(a.address, '@', 2) as domain from mailbox_addresses a
            join mailboxes b on b.organization_id = a.organization_id and b.id = a.mailbox_id and b.enabled
            join organizations o on o.id = a.organization_id and o.deleted_at is null
           where a.kind = 'primary') d
    left join mail_domains m on m.organization_id = d.organization_id and m.domain = d.domain
    left join dkim_keys k on k.organization_id = d.organization_id and k.domain = d.domain
   where m.checked_at is null or m.checked_at < checked_before
      or (k.domain is not null and k.confirmed_at is null and (k.checked_at is null or k.checked_at < new_key_before))
   order by m.checked_at nulls first limit batch_size
$$;

-- Notes a look at the records of domains of all organizations that found what the last one did.
create or replace function deskbell_mail_domains_checked(organization_ids uuid[], domains text[], at timestamptz)
returns void
language sql security definer set search_path from current as $$
  insert into mail_domains (organization_id, domain, right_records, checked_at)
    select o, d, '{}', at from unnest(organization_ids, domains) as x (o, d)
     where exists (select from organizations where id = o)
    on conflict (organization_id, domain) do update set checked_at = excluded.checked_at;
  update dkim_keys k set checked_at = at from unnest(organization_ids, domains) as x (o, d)
   where k.organization_id = x.o and k.domain = x.d
$$;

-- Claims mailboxes of all organizations that no worker looks into, until `new_lease`.
drop function if exists deskbell_claim_imap_accounts(timestamptz, timestamptz, integer);
create or replace function deskbell_claim_imap_accounts(at timestamptz, new_lease timestamptz, batch_size integer)
returns table (
  organization_id uuid, mailbox_id uuid, host text, port integer, security text, username text, auth text, secret_id uuid,
  folder text, more_folders text[], first_days integer, after text, move_to text, failures integer, updated_at timestamptz)
language sql security definer set search_path from current as $$
  with due as materialized (
    select a.organization_id, a.mailbox_id from imap_accounts a
      join mailboxes b on b.organization_id = a.organization_id and b.id = a.mailbox_id and b.enabled
      join organizations o on o.id = a.organization_id and o.deleted_at is null
     where a.enabled and a.lease_until <= at order by a.lease_until limit batch_size for update of a skip locked)
  update imap_accounts a set lease_until = new_lease
    from due d where a.organization_id = d.organization_id and a.mailbox_id = d.mailbox_id
  returning a.organization_id, a.mailbox_id, a.host, a.port, a.security, a.username, a.auth, a.secret_id, a.folder,
            a.more_folders, a.first_days, a.after, a.move_to, a.failures, a.updated_at
$$;

-- Sign-ins of all organizations whose tokens are due for renewal.
create or replace function deskbell_mail_sign_ins_due(at timestamptz, batch_size integer)
returns table (organization_id uuid, mailbox_id uuid)
language sql stable security definer set search_path from current as $$
  select s.organization_id, s.mailbox_id from mail_sign_ins s
    join organizations o on o.id = s.organization_id and o.deleted_at is null
   where s.renew_at <= at order by s.renew_at limit batch_size
$$;

-- Organizations whose mail waits for too long, and those whose alert is over (`mails` is 0): received mail that is not filed, and
-- deliveries that no mail server took. An alert is not repeated while it lasts.
create or replace function deskbell_late_mail(received_before timestamptz, made_before timestamptz)
returns table (organization_id uuid, kind text, mails bigint)
language sql stable security definer set search_path from current as $$
  with late as (
    select r.organization_id, 'received' as kind, count(*) as mails from received_mails r
     where r.next_try_at is not null and r.arrived_at < received_before group by r.organization_id
    union all
    select d.organization_id, 'outgoing', count(*) from mail_deliveries d
     where d.next_try_at is not null and d.created_at < made_before group by d.organization_id)
  select coalesce(l.organization_id, a.organization_id), coalesce(l.kind, a.kind), coalesce(l.mails, 0)
    from late l full join mail_alerts a on a.organization_id = l.organization_id and a.kind = l.kind
   where l.kind is null or a.kind is null
$$;

-- For /metrics and `deskbell doctor`: mailboxes at providers, and those that do not work.
create or replace function deskbell_mailbox_figures()
returns table (read bigint, unread bigint, sending bigint, stopped bigint, signed_out bigint, oldest_look timestamptz)
language sql stable security definer set search_path from current as $$
  select (select count(*) from imap_accounts a where a.enabled),
         (select count(*) from imap_accounts a where a.enabled and a.failing_since is not null),
         (select count(*) from smtp_accounts a where a.enabled),
         (select count(*) from smtp_accounts a where a.enabled and a.failing_since is not null),
         (select count(*) from mail_sign_ins s where s.trouble is not null),
         (select min(a.last_looked_at) from imap_accounts a where a.enabled)
$$;
