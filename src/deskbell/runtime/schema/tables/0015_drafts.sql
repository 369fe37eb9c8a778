-- Words that are not said yet: drafts, and replies that are held back for some seconds so that they can be undone.

create table drafts (
  organization_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  author_id uuid not null,
  kind text not null check (kind in ('reply', 'note')),
  body text not null,
  document jsonb, -- the editor's own form of the words
  file_ids uuid[] not null default '{}',
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, author_id) references memberships (organization_id, user_id) on update cascade
);
create unique index drafts_place on drafts (organization_id, author_id, ticket_id, kind);
create index drafts_newest on drafts (organization_id, author_id, updated_at, id);
create index drafts_of_ticket on drafts (organization_id, ticket_id);
alter table drafts enable row level security;

-- A held reply is no comment yet: whatever reads comments cannot show it. Its release makes it one, under the same id.
create table held_comments (
  organization_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  author_id uuid not null,
  body text not null,
  public boolean not null,
  attachments jsonb not null,
  file_ids uuid[] not null,
  update jsonb,
  mentions uuid[] not null,
  document jsonb,
  mail jsonb, -- recipients that its author named
  created_at timestamptz not null,
  send_at timestamptz not null,
  failed text, -- the code of the error that kept it from being sent
  primary key (organization_id, id),
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade,
  foreign key (organization_id, author_id) references memberships (organization_id, user_id) on update cascade
);
create index held_comments_of_ticket on held_comments (organization_id, ticket_id, created_at, id);
create index held_comments_of_author on held_comments (organization_id, author_id);
-- Read across organizations, by the job that sends them.
create index held_comments_due on held_comments (send_at) where failed is null;
alter table held_comments enable row level security;
