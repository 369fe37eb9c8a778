-- Service-level policies and canned responses.
-- depends: 0007_directory

-- What an organization has decided for a priority. Where there is no row the documented defaults hold.
create table sla_policies (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  first_response_seconds integer check (first_response_seconds > 0),
  resolution_seconds integer check (resolution_seconds > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index sla_policies_priority on sla_policies (organization_id, priority);
call deskbell_protect('sla_policies');

create table canned_responses (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  title text not null,
  content text not null,
  shortcut text,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index canned_responses_shortcut on canned_responses (organization_id, lower(shortcut));
create index canned_responses_title on canned_responses (organization_id, lower(title), id);
call deskbell_protect('canned_responses');

-- The list of all members, whatever their role.
create index memberships_newest on memberships (organization_id, created_at, user_id) where ended_at is null;

-- Whether the current organization has such a ticket at all. A customer's row security hides all but their own, yet one
-- contract must answer "not yours" where the others answer "not found". It runs as the owner for that one bit.
create function deskbell_has_ticket(in_ticket uuid) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from tickets t
                  where t.organization_id = deskbell_organization() and t.id = in_ticket and t.deleted_at is null)
$$;
