-- Tenancy: the application's role, the row-security helpers, organizations and people.
-- depends:

do $$ begin
  if not exists (select from pg_roles where rolname = 'deskbell_app') then
    create role deskbell_app nologin nobypassrls;
  end if;
  -- A login that may not become the application's role could not serve at all.
  if not pg_has_role(current_user, 'deskbell_app', 'set') then
    execute format('grant deskbell_app to %I with set true', current_user);
  end if;
  execute format('grant usage on schema %I to deskbell_app', current_schema());
  execute format('alter default privileges in schema %I grant select, insert, update, delete on tables to deskbell_app', current_schema());
  execute format('alter default privileges in schema %I grant usage, select on sequences to deskbell_app', current_schema());
end $$;

create function deskbell_organization() returns uuid language sql stable parallel safe
  return nullif(current_setting('deskbell.organization_id', true), '')::uuid;

create function deskbell_user() returns uuid language sql stable parallel safe
  return nullif(current_setting('deskbell.user_id', true), '')::uuid;

create function deskbell_is_customer() returns boolean language sql stable parallel safe
  return coalesce(current_setting('deskbell.role', true), 'customer') = 'customer';

-- Walls off a table that has an organization_id: no row of another organization is seen or written.
create procedure deskbell_protect(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy organization_wall on %s using (organization_id = (select deskbell_organization()))', target);
end $$;

create table organizations (
  id uuid primary key,
  name text not null,
  domain text unique,
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);

create table users (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text,
  platform_admin boolean not null default false,
  email_verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- A person in one organization. What an organization knows of a person stands here, not on the user,
-- so that one organization's edits are never seen by another.
create table memberships (
  organization_id uuid not null references organizations (id) on delete cascade,
  user_id uuid not null references users (id),
  role text not null check (role in ('customer', 'agent', 'senior_agent', 'team_lead', 'admin', 'owner')),
  email text not null,
  name text not null,
  phone text,
  avatar_url text,
  company text,
  title text,
  department text,
  availability text not null default 'offline' check (availability in ('online', 'busy', 'away', 'offline')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_login_at timestamptz,
  invited_at timestamptz,
  ended_at timestamptz,
  primary key (organization_id, user_id)
);
create unique index memberships_email on memberships (organization_id, email);
create index memberships_people on memberships (organization_id, role, created_at desc, user_id desc);
create index memberships_user on memberships (user_id);
call deskbell_protect('memberships');

create table sessions (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  refresh_generation integer not null default 0,
  user_agent text,
  ip text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade
);
create index sessions_user on sessions (organization_id, user_id) where ended_at is null;
call deskbell_protect('sessions');

create table api_keys (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  secret_hash bytea not null,
  hint text not null,
  scopes text[] not null,
  user_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade
);
call deskbell_protect('api_keys');

-- Single-use links in mails: verification, password reset, invitation. Only a hash is kept.
create table account_tokens (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('verify_email', 'reset_password', 'invitation', 'change_email')),
  secret_hash bytea not null unique,
  email text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index account_tokens_user on account_tokens (user_id, purpose);

-- The brake on guessing. Losing it in a crash costs nothing, so it is not logged.
create unlogged table login_failures (
  subject text primary key,
  failures integer not null,
  last_failed_at timestamptz not null
);

-- Sets the organization, person and role of this connection from a session and says who it is.
create function deskbell_enter_session(in_organization uuid, in_session uuid)
returns table (user_id uuid, role text, verified boolean, platform_admin boolean)
language plpgsql as $$
begin
  perform set_config('deskbell.organization_id', in_organization::text, false);
  select m.user_id, m.role, u.email_verified_at is not null, u.platform_admin
    into user_id, role, verified, platform_admin
    from sessions s
    join memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
    join users u on u.id = s.user_id
   where s.organization_id = in_organization and s.id = in_session
     and s.ended_at is null and s.expires_at > now() and m.ended_at is null;
  if found then
    perform set_config('deskbell.user_id', user_id::text, false),
            set_config('deskbell.role', case when verified then role else 'customer' end, false);
    return next;
  else
    perform set_config('deskbell.organization_id', '', false), set_config('deskbell.user_id', '', false),
            set_config('deskbell.role', 'customer', false);
  end if;
end $$;

-- The organizations a person belongs to, asked before any organization is entered (sign-in).
create function deskbell_memberships_of(in_user uuid)
returns table (organization_id uuid, role text, last_login_at timestamptz)
language sql stable security definer set search_path from current as $$
  select m.organization_id, m.role, m.last_login_at
    from memberships m join organizations o on o.id = m.organization_id
   where m.user_id = in_user and m.ended_at is null and o.deleted_at is null
   order by m.last_login_at desc nulls last, m.created_at
$$;
