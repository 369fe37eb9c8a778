-- The current organization, user and role of a connection, and what signing in reads before they are set.

create or replace function deskbell_organization() returns uuid language sql stable parallel safe
  return nullif(current_setting('deskbell.organization_id', true), '')::uuid;

create or replace function deskbell_user() returns uuid language sql stable parallel safe
  return nullif(current_setting('deskbell.user_id', true), '')::uuid;

create or replace function deskbell_is_customer() returns boolean language sql stable parallel safe
  return coalesce(current_setting('deskbell.role', true), 'customer') = 'customer';

-- Sets the organization, user and role of this connection from a session. Returns no row for a session that has ended,
-- or whose organization is deleted. Use prolongs a web session to 14 days from now, but not beyond 90 days from its start;
-- that is written once in 15 minutes at most. (`rows 1`: the first read of a request is joined to it, and its plan is kept
-- only where the planner expects it to run once.)
create or replace function deskbell_enter_session(in_organization uuid, in_session uuid)
returns table (user_id uuid, role text, verified boolean, platform_admin boolean, scopes text[], is_over boolean)
language plpgsql rows 1 as $$
declare
  prolongs boolean;
begin
  perform set_config('deskbell.organization_id', in_organization::text, false);
  select m.user_id, m.role, u.email_verified_at is not null, u.platform_admin,
         s.kind = 'web' and s.last_used_at < now() - interval '15 minutes'
    into user_id, role, verified, platform_admin, prolongs
    from sessions s
    join memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
    join users u on u.id = s.user_id
    join organizations o on o.id = s.organization_id
   where s.organization_id = in_organization and s.id = in_session
     and s.ended_at is null and s.expires_at > now() and m.ended_at is null and o.deleted_at is null;
  if found then
    is_over := false;
    perform set_config('deskbell.user_id', user_id::text, false),
            set_config('deskbell.role', case when verified then role else 'customer' end, false);
    if prolongs then
      update sessions s
         set last_used_at = now(), expires_at = least(s.created_at + interval '90 days', now() + interval '14 days')
       where s.organization_id = in_organization and s.id = in_session and s.ended_at is null
         and s.last_used_at < now() - interval '15 minutes';
    end if;
    return next;
  else
    perform set_config('deskbell.organization_id', '', false), set_config('deskbell.user_id', '', false),
            set_config('deskbell.role', 'customer', false);
  end if;
end $$;

-- Sets the organization, user and role of this connection from an API key and the hash of its secret. Returns no row for a
-- key that there is not, and one without a user for a key that has ended (`is_over`). Use is noted once a minute at most: a
-- busy key must not become a hot row.
create or replace function deskbell_enter_api_key(in_organization uuid, in_key uuid, in_hash bytea)
returns table (user_id uuid, role text, verified boolean, platform_admin boolean, scopes text[], is_over boolean)
language plpgsql rows 1 as $$
declare
  is_noted boolean;
begin
  perform set_config('deskbell.organization_id', in_organization::text, false);
  select m.user_id, m.role, u.email_verified_at is not null, u.platform_admin, k.scopes,
         k.revoked_at is not null or (k.expires_at is not null and k.expires_at <= now()),
         k.last_used_at is not null and k.last_used_at >= now() - interval '1 minute'
    into user_id, role, verified, platform_admin, scopes, is_over, is_noted
    from api_keys k
    join memberships m on m.organization_id = k.organization_id and m.user_id = k.user_id
    join users u on u.id = k.user_id
    join organizations o on o.id = k.organization_id
   where k.organization_id = in_organization and k.id = in_key and k.secret_hash = in_hash
     and m.ended_at is null and o.deleted_at is null;
  if found and not is_over then
    perform set_config('deskbell.user_id', user_id::text, false),
            set_config('deskbell.role', case when verified then role else 'customer' end, false);
    if not is_noted then
      update api_keys k set last_used_at = now()
       where k.organization_id = in_organization and k.id = in_key
         and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
    end if;
    return next;
  else
    perform set_config('deskbell.organization_id', '', false), set_config('deskbell.user_id', '', false),
            set_config('deskbell.role', 'customer', false);
    if is_over then
      user_id := null;
      return next;
    end if;
  end if;
end $$;

-- The organizations of a user, latest sign-in first. It runs as the owner: signing in happens before any organization is set.
create or replace function deskbell_memberships_of(in_user uuid)
returns table (organization_id uuid, role text, last_login_at timestamptz)
language sql stable security definer set search_path from current as $$
  select m.organization_id, m.role, m.last_login_at
    from memberships m join organizations o on o.id = m.organization_id
   where m.user_id = in_user and m.ended_at is null and o.deleted_at is null
   order by m.last_login_at desc nulls last, m.created_at
$$;

-- The public part of a profile: name and picture. It runs as the owner: the caller has set no organization.
create or replace function deskbell_public_profile(in_user uuid) returns table (id uuid, name text, avatar_url text)
language sql stable security definer set search_path from current as $$
  select u.id, u.name, m.avatar_url
    from users u
    join memberships m on m.user_id = u.id
    join organizations o on o.id = m.organization_id
   where u.id = in_user and m.ended_at is null and o.deleted_at is null
   order by m.last_login_at desc nulls last, m.created_at
   limit 1
$$;

-- Deletes sessions and API keys that ended or expired before a moment, and returns their number. The journal keeps their
-- history.
create or replace function deskbell_forget_access(over_before timestamptz) returns integer
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

-- Whether any organization has an owner, or the server an operator. It runs as the owner of the schema: the caller has set
-- no organization.
create or replace function deskbell_has_owner() returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from users where platform_admin)
      or exists (select from organizations o where exists (
           select from memberships m where m.organization_id = o.id and m.role = 'owner' and m.ended_at is null))
$$;
