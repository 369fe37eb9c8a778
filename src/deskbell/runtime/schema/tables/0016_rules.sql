-- Rules.

create table rules (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  place integer not null,          -- rules fire in this order
  kind text not null check (kind in ('trigger', 'automation', 'schedule')),
  name text not null,
  enabled boolean not null,
  occasions text[] not null,
  condition jsonb not null,        -- as written under `when`: a text, a group, or null for always
  actions jsonb not null,          -- as written
  names jsonb not null,            -- the object that each name in condition and actions means
  stop boolean not null,
  timing jsonb,                    -- when an automation fires; null for a trigger
  armed_at timestamptz,            -- since when it is enabled
  schedule jsonb,                  -- when a schedule fires; null for others
  next_at timestamptz,             -- the next moment of an enabled schedule
  recomputing boolean not null default false, -- a job is computing the next moments of tickets
  runs_as text,                    -- the author of its words, as written
  stopped_at timestamptz,          -- effects of firings before are left out
  version integer not null,
  switched_off text check (switched_off in ('reference_gone', 'failing', 'stopped')), -- by Deskbell, or by "stop now"
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,          -- it can be brought back for 30 days
  primary key (organization_id, id)
);
create index rules_in_order on rules (organization_id, place, id) where deleted_at is null;
create index rules_deleted on rules (deleted_at) where deleted_at is not null;
create index rules_scheduled on rules (next_at) where next_at is not null;
alter table rules enable row level security;

-- The runs of schedules: each goes through the tickets by id, and keeps how far it has come in the transaction of the changes.
create table schedule_runs (
  organization_id uuid not null,
  rule_id uuid not null,
  due_at timestamptz not null,     -- the moment that it was started for
  after_ticket uuid not null,      -- tickets up to this one are done
  started_at timestamptz not null,
  finished_at timestamptz,
  tickets integer not null,        -- on which the rule fired
  primary key (organization_id, rule_id, due_at),
  foreign key (organization_id, rule_id) references rules (organization_id, id) on delete cascade
);
create index schedule_runs_unfinished on schedule_runs (due_at) where finished_at is null;
alter table schedule_runs enable row level security;

-- Each save of a rule. Firings name the version.
create table rule_versions (
  organization_id uuid not null,
  rule_id uuid not null,
  version integer not null,
  definition jsonb not null,       -- as written
  names jsonb not null,            -- the object that each name in it means
  saved_at timestamptz not null,
  saved_by uuid,                   -- null: Deskbell itself
  primary key (organization_id, rule_id, version),
  foreign key (organization_id, rule_id) references rules (organization_id, id) on delete cascade
);
alter table rule_versions enable row level security;

-- Files of replies and notes, of every version of a rule: the names of each say which file a filename means.
create table rule_files (
  organization_id uuid not null,
  id uuid not null,
  rule_id uuid not null,
  filename text not null,
  mime_type text not null,
  size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  primary key (organization_id, id),
  foreign key (organization_id, rule_id) references rules (organization_id, id) on delete cascade
);
create index rule_files_of_rule on rule_files (organization_id, rule_id);
alter table rule_files enable row level security;

-- Effects that were taken, once each: the key is written in the transaction of the effect.
create table rule_effects (
  organization_id uuid not null,
  event_id bigint not null,        -- the firing in the journal, or the use of a macro
  place integer not null,          -- of the action in the rule or macro
  rule_id uuid,                    -- null: of a macro that a person used
  ticket_id uuid not null,
  kind text not null,
  outcome text not null check (outcome in ('done', 'suppressed', 'refused', 'cancelled', 'failed')),
  reason text,
  address text,                    -- of the customer who was written to
  at timestamptz not null,
  primary key (organization_id, event_id, place),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
create index rule_effects_of_ticket on rule_effects (organization_id, ticket_id, event_id);
create index rule_effects_to_address on rule_effects (organization_id, address, at) where address is not null;
alter table rule_effects enable row level security;

-- The firings of automations for the anchor from which they counted: a moved anchor counts again.
create table automation_marks (
  organization_id uuid not null,
  ticket_id uuid not null,
  rule_id uuid not null,
  anchor_at timestamptz not null,
  times integer not null,
  fired_at timestamptz not null,
  primary key (organization_id, ticket_id, rule_id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, rule_id) references rules (organization_id, id) on delete cascade
);
create index automation_marks_of_rule on automation_marks (organization_id, rule_id);
alter table automation_marks enable row level security;

-- One row per organization with rules: its lock orders changes of the list, workers compare its version.
create table rule_lists (
  organization_id uuid primary key references organizations (id) on delete cascade,
  version bigint not null
);
alter table rule_lists enable row level security;

-- When each member of a group was last given a ticket by a rule that distributes: the turns of a group count up.
create table distribution_turns (
  organization_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  turn bigint not null,
  primary key (organization_id, group_id, user_id),
  foreign key (organization_id, group_id, user_id) references group_members (organization_id, group_id, user_id)
    on delete cascade
);
alter table distribution_turns enable row level security;
