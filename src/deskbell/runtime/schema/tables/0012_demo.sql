-- The demo.

-- The parts of the demo that an organization has: a deleted part does not come back.
create table demo_parts (
  organization_id uuid not null references organizations (id) on delete cascade,
  part text not null,
  loaded_at timestamptz not null,
  primary key (organization_id, part)
);
alter table demo_parts enable row level security;
