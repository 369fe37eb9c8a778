-- Notifications, their preferences and daily summaries.

create table notifications (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in (
    'ticket_assigned', 'ticket_updated', 'mention', 'sla_warning', 'sla_breach', 'feedback', 'webhook_disabled',
    'rule', 'rule_stopped', 'mail_failed', 'mail_quarantined', 'mail_command', 'mail_loop', 'mail_mailbox', 'mail_waiting')),
  event_id bigint not null, -- the journal's event
  actor_id uuid,
  ticket_id uuid,
  comment_id uuid,
  title text not null,
  message text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  mailed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade,
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
-- One notification per event, user and kind, however often a reaction runs.
create unique index notifications_once on notifications (organization_id, event_id, user_id, kind);
create index notifications_of_user on notifications (organization_id, user_id, created_at, id);
create index notifications_mentions on notifications (organization_id, user_id, comment_id) where kind = 'mention';
create index notifications_unread on notifications (organization_id, user_id) where read_at is null;
create index notifications_of_ticket on notifications (organization_id, ticket_id);
create index notifications_oldest on notifications (created_at);
alter table notifications enable row level security;

-- Without a row, a user gets all notifications.
create table notification_preferences (
  organization_id uuid not null,
  user_id uuid not null,
  email_notifications boolean not null,
  desktop_notifications boolean not null,
  ticket_updates boolean not null,
  ticket_assignments boolean not null,
  mentions boolean not null,
  updated_at timestamptz not null,
  daily_summary boolean not null default false,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
create index notification_preferences_daily on notification_preferences (organization_id, user_id) where daily_summary;
alter table notification_preferences enable row level security;

-- Queued summaries: one per user and day, however many workers there are.
create table summaries (
  organization_id uuid not null,
  user_id uuid not null,
  day date not null,
  queued_at timestamptz not null,
  primary key (organization_id, user_id, day),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on update cascade on delete cascade
);
alter table summaries enable row level security;
