-- Members of the staff who are connected, and until when that is known. Losing it in a crash costs nothing, so the table is unlogged.

create unlogged table staff_presence (
  organization_id uuid not null,
  user_id uuid not null,
  -- At the latest; the web workers prolong it while a socket is open.
  connected_until timestamptz not null,
  -- The same for sockets whose person is at the page.
  active_until timestamptz not null,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
) with (fillfactor = 50);
alter table staff_presence enable row level security;
