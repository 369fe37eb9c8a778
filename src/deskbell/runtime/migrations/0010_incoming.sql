-- Webhooks that come in, and registrations of those that go out.
-- depends: 0009_transfer

-- Under this secret other systems sign what they send to an organization. It is kept as it is: a signature cannot be
-- checked with a hash of it.
create table incoming_secrets (
  organization_id uuid primary key references organizations (id) on delete cascade,
  secret text not null,
  created_at timestamptz not null,
  created_by uuid
);
call deskbell_protect('incoming_secrets');

-- What has been received, by the SHA-256 of its body: the same body again changes nothing, whoever sends it.
create table incoming_deliveries (
  organization_id uuid not null references organizations (id) on delete cascade,
  digest bytea not null,
  event text not null,
  subject_id uuid not null,
  received_at timestamptz not null,
  primary key (organization_id, digest)
);
call deskbell_protect('incoming_deliveries');

create table webhooks (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  url text not null,
  event_types text[] not null default '{}', -- none: all
  secret text not null,
  created_by uuid,
  created_at timestamptz not null,
  disabled_at timestamptz,
  primary key (organization_id, id)
);
create index webhooks_newest on webhooks (organization_id, created_at, id);
call deskbell_protect('webhooks');

-- What everybody may know of a person who belongs to some organization: a name and a picture. It runs as the owner, since
-- whoever asks has entered no organization.
create function deskbell_public_profile(in_user uuid) returns table (id uuid, name text, avatar_url text)
language sql stable security definer set search_path from current as $$
  select u.id, u.name, m.avatar_url
    from users u
    join memberships m on m.user_id = u.id
    join organizations o on o.id = m.organization_id
   where u.id = in_user and m.ended_at is null and o.deleted_at is null
   order by m.last_login_at desc nulls last, m.created_at
   limit 1
$$;
