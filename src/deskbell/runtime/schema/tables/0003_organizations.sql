-- Organizations, people, and what gives them access.
-- needs: people_words

-- The versions of the configuration of tickets. One is never given twice, not even after a rollback, so that the
-- configuration that workers keep under a version is the one that has it.
create sequence workflow_versions;

create table organizations (
  id uuid primary key,
  name text not null,
  domain text unique,
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  workflow_version bigint not null default 0, -- 0: nothing configured; else from workflow_versions
  help_version xid8 not null default '0', -- the last transaction that changed what the help centre shows
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored
);

create table users (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text,
  platform_admin boolean not null default false,
  email_verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The organization where the account got a password before its address was confirmed: the only one that it opens until
  -- then. Anyone can type a stranger's address, and other organizations may hold data that is the stranger's alone.
  made_in uuid
);

-- A person in one organization. The profile is here, not on the user: one organization's edits are invisible to another.
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
  people_words tsvector not null generated always as (deskbell_people_words(organization_id, name, email, company)) stored,
  time_zone text,
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  -- How the web app looks and behaves for this member, on every device.
  web_preferences jsonb not null default '{}',
  view_order text[] not null default '{}', -- ids of views, built-in and saved, in the member's own order
  custom_fields jsonb not null default '[]', -- values of the organization's fields of contacts: name and value
  primary key (organization_id, user_id)
);
create unique index memberships_email on memberships (organization_id, email);
create index memberships_people on memberships (organization_id, role, created_at desc, user_id desc);
create index memberships_user on memberships (user_id);
-- Each document holds its organization's lexeme, so that the index reads no matches of another organization.
create index memberships_words on memberships using gin (people_words);
create index memberships_by_name on memberships (organization_id, role, name_key, user_id);
create index memberships_newest on memberships (organization_id, created_at, user_id) where ended_at is null;
-- Search by name: `assignee:okafor`, `requester:"jo li"`.
create index memberships_called on memberships (organization_id, lower(name));
create index memberships_name_words on memberships using gin (deskbell_called(organization_id, name));
create index memberships_local_part on memberships (organization_id, split_part(email, '@', 1));
-- Pending invitations.
create index memberships_invited on memberships (organization_id, invited_at, user_id)
  where invited_at is not null and ended_at is null and (last_login_at is null or last_login_at < invited_at);
alter table memberships enable row level security;

-- Small pictures of members, made by the server. An id is new with each picture, so that it may be cached for good.
create table avatars (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  content bytea not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create unique index avatars_of_user on avatars (organization_id, user_id);
-- Read across organizations: the address of a picture names nothing else.
create index avatars_by_id on avatars (id);
alter table avatars enable row level security;

create table sessions (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- 'tokens': access and refresh tokens. 'web': a cookie of the agents' web app.
  kind text not null default 'tokens' check (kind in ('tokens', 'web')),
  refresh_generation integer not null default 0,
  user_agent text,
  ip text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  -- When the user last proved with a password who they are.
  confirmed_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index sessions_user on sessions (organization_id, user_id) where ended_at is null;
create index sessions_over on sessions (least(ended_at, expires_at));
alter table sessions enable row level security;

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
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
alter table api_keys enable row level security;

-- Single-use links in mails: verification, password reset, invitation. Only a hash is kept; a link gets its secret when its
-- mail is written.
create table account_tokens (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('verify_email', 'reset_password', 'invitation', 'change_email', 'sign_in')),
  secret_hash bytea unique,
  email text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  password_hash text -- the chosen password of an address without one; it counts once the link is used
);
create index account_tokens_user on account_tokens (user_id, purpose);
create index account_tokens_expiry on account_tokens (expires_at);

-- A person's second factor (TOTP). The secret is derived from `seed` and the server's secret key, so that reading the
-- database is not enough to make codes. Without `enabled_at` it is being set up.
create table second_factors (
  user_id uuid primary key references users (id) on delete cascade,
  seed bytea not null,
  created_at timestamptz not null,
  enabled_at timestamptz,
  last_step bigint not null default 0 -- the 30-second step of the last used code; earlier codes are invalid
);

-- One-time codes for a lost device. Only hashes are kept.
create table recovery_codes (
  user_id uuid not null references second_factors (user_id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- Failed sign-ins, which slow down guessing, and those under way. Losing them in a crash costs nothing, so the table is unlogged.
create unlogged table login_failures (
  subject text primary key,
  failures integer not null,
  last_failed_at timestamptz not null,
  under_way integer not null default 0,
  last_began_at timestamptz not null
);
