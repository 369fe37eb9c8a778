-- Notifications, what each person wants to be told, and the journal by organization in commit order.
-- depends: 0011_relay

create table notifications (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('ticket_assigned', 'ticket_updated', 'mention', 'sla_warning', 'sla_breach', 'feedback')),
  event_id bigint not null, -- the journal's event that it tells of
  actor_id uuid,
  ticket_id uuid,
  comment_id uuid,
  title text not null,
  message text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  mailed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade,
  foreign key (organization_id, ticket_id) references tickets (organization_id, id) on delete cascade
);
-- However often a reaction runs, nobody is told twice.
create unique index notifications_once on notifications (organization_id, event_id, user_id, kind);
create index notifications_of_user on notifications (organization_id, user_id, created_at, id);
create index notifications_unread on notifications (organization_id, user_id) where read_at is null;
create index notifications_of_ticket on notifications (organization_id, ticket_id);
call deskbell_protect('notifications');
-- A second wall: customers reach their own.
create policy own_notifications on notifications as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Without a row, a person wants to be told of everything.
create table notification_preferences (
  organization_id uuid not null,
  user_id uuid not null,
  email_notifications boolean not null,
  desktop_notifications boolean not null,
  ticket_updates boolean not null,
  ticket_assignments boolean not null,
  mentions boolean not null,
  updated_at timestamptz not null,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade
);
call deskbell_protect('notification_preferences');

-- One organization's journal in the order of its transactions: for those who resume, be it a socket or an export.
create index events_of_organization on events (organization_id, xact_id, id);
