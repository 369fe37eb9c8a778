-- Service-level policies.

-- Targets of an organization per priority. Without a row, the documented defaults apply.
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
alter table sla_policies enable row level security;
