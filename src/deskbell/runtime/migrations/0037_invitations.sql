-- The invitations that nobody has followed yet, found without looking at everybody.
-- depends: 0036_called

create index memberships_invited on memberships (organization_id, invited_at, user_id)
  where invited_at is not null and ended_at is null and (last_login_at is null or last_login_at < invited_at);
