-- Notifications and daily summaries.

-- Deletes notifications of all organizations from before a moment, oldest first, and returns their number.
create or replace function deskbell_forget_notifications(made_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from notifications n
   where (n.organization_id, n.id) in (
     select o.organization_id, o.id from notifications o where o.created_at < made_before
      order by o.created_at limit batch_size for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;

-- Organizations where a member wants a daily summary, with their settings.
create or replace function deskbell_summary_organizations() returns table (organization_id uuid, settings jsonb)
language sql stable security definer set search_path from current as $$
  select o.id, o.settings from organizations o
   where o.deleted_at is null
     and exists (select from notification_preferences p where p.organization_id = o.id and p.daily_summary)
$$;
