-- Fields of tickets and contacts, and their values in a form that indexes can find.

create table fields (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  key text not null,
  number smallint not null,     -- identifies the field in ticket_values and contact_values
  target text not null check (target in ('ticket', 'contact')),
  customer text not null check (customer in ('hidden', 'read', 'write')),
  kind text not null,
  label text not null,
  help text not null,
  limits jsonb not null,
  options jsonb not null,
  position integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (organization_id, id)
);
create unique index fields_key on fields (organization_id, key); -- a deleted field keeps its key until it is purged
create unique index fields_number on fields (organization_id, number);
create index fields_in_order on fields (organization_id, position, id);
create index fields_deleted_anywhere on fields (deleted_at) where deleted_at is not null;
alter table fields enable row level security;

-- The values of tickets.custom_fields by type: see functions/values.sql. Row security lets no index on jsonb be used, because
-- its operators are not leakproof; those of text, bigint and timestamptz are.
create table ticket_values (
  organization_id uuid not null,
  ticket_id uuid not null,
  field smallint not null,
  place smallint not null,      -- 0: the value; of a list the first; then its other options, or the levels above it
  word text collate "C",
  number bigint,                -- decimals scaled by their places
  moment timestamptz,
  created_at timestamptz not null, -- the ticket's
  primary key (organization_id, ticket_id, field, place),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index ticket_values_word on ticket_values (organization_id, field, word, created_at, ticket_id)
  where word is not null;
create index ticket_values_number on ticket_values (organization_id, field, number, created_at, ticket_id)
  where number is not null;
create index ticket_values_moment on ticket_values (organization_id, field, moment, created_at, ticket_id)
  where moment is not null;
create index ticket_values_untyped on ticket_values (organization_id, field, created_at, ticket_id)
  where word is null and number is null and moment is null;
alter table ticket_values enable row level security;

-- The values of memberships.custom_fields, in the same form.
create table contact_values (
  organization_id uuid not null,
  user_id uuid not null,
  field smallint not null,
  place smallint not null,
  word text collate "C",
  number bigint,
  moment timestamptz,
  primary key (organization_id, user_id, field, place),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index contact_values_word on contact_values (organization_id, field, word, user_id) where word is not null;
create index contact_values_number on contact_values (organization_id, field, number, user_id) where number is not null;
create index contact_values_moment on contact_values (organization_id, field, moment, user_id) where moment is not null;
create index contact_values_field on contact_values (organization_id, field, user_id);
alter table contact_values enable row level security;

-- The fields of the tickets of some categories. The default form is for all tickets that have no other.
create table forms (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  is_default boolean not null,
  category_ids uuid[] not null,
  items jsonb not null, -- fields by key, each with its condition as written and as data
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "C" not null generated always as (deskbell_name_key(name)) stored,
  primary key (organization_id, id)
);
create index forms_by_name on forms (organization_id, name_key, id);
create unique index forms_default on forms (organization_id) where is_default;
alter table forms enable row level security;

-- Statuses of the organization's own, each within one of the six.
create table statuses (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  name text not null,
  customer_name text,           -- null: the name
  category text not null check (category in ('new', 'open', 'pending', 'hold', 'solved', 'closed')),
  position integer not null,
  retired boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index statuses_name on statuses (organization_id, lower(name));
create index statuses_in_order on statuses (organization_id, position, id);
alter table statuses enable row level security;

-- The steps between statuses that are allowed; without a row, or with an empty list, every step is.
create table status_steps (
  organization_id uuid primary key references organizations (id) on delete cascade,
  steps jsonb not null
);
alter table status_steps enable row level security;
