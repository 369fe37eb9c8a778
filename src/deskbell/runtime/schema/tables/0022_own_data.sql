-- What customers ask about their own data: a download of all of it, and its deletion.

-- One download for each person; a new one takes the place of the one before.
create table data_downloads (
  organization_id uuid not null,
  user_id uuid not null,
  id uuid not null, -- of the content, too
  requested_at timestamptz not null,
  storage_key text, -- null while a worker makes the file
  size bigint,
  ready_at timestamptz,
  expires_at timestamptz not null,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade,
  check ((storage_key is null) = (ready_at is null))
);
-- Read across organizations, by the job that deletes them.
create index data_downloads_expiry on data_downloads (expires_at);
alter table data_downloads enable row level security;

-- The latest request of each person. After the deletion `user_id` is the anonymous person's: every reference moves.
create table deletion_requests (
  organization_id uuid not null,
  user_id uuid not null,
  state text not null check (state in ('open', 'withdrawn', 'declined', 'confirmed', 'done')),
  requested_at timestamptz not null,
  requested_by uuid, -- an admin who asked for a customer; null: the customer
  decided_at timestamptz,
  decided_by uuid,
  done_at timestamptz,
  admins_mailed_at timestamptz, -- about a request of the customer's
  person_mailed_at timestamptz, -- the last mail, before the deletion
  anonymous_id uuid, -- the member who takes the person's place, from the beginning of the deletion
  known jsonb, -- the names, addresses and numbers that are taken out of texts, until the deletion is done
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index deletion_requests_newest on deletion_requests (organization_id, state, requested_at, user_id);
alter table deletion_requests enable row level security;
