-- The customers' side: links of guests.

-- Links are signed and not stored. Those of a ticket that were made up to this moment are no longer good.
create table guest_revocations (
  organization_id uuid not null,
  ticket_id uuid not null,
  revoked_at timestamptz not null,
  primary key (organization_id, ticket_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
alter table guest_revocations enable row level security;
