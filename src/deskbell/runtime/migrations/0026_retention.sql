-- The end of what has had its day: old notifications, and what was received from other systems long ago.
-- depends: 0025_webhook_notices

create index notifications_oldest on notifications (created_at);
create index incoming_deliveries_oldest on incoming_deliveries (received_at);

-- Removes notifications of all organizations that were made before a moment, the oldest first; says how many.
create function deskbell_forget_notifications(made_before timestamptz, how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from notifications n
   where (n.organization_id, n.id) in (
     select o.organization_id, o.id from notifications o where o.created_at < made_before
      order by o.created_at limit how_many for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;

-- The same of what incoming webhooks have brought.
create function deskbell_forget_incoming(received_before timestamptz, how_many integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  delete from incoming_deliveries d
   where (d.organization_id, d.digest) in (
     select o.organization_id, o.digest from incoming_deliveries o where o.received_at < received_before
      order by o.received_at limit how_many for update skip locked);
  get diagnostics done = row_count;
  return done;
end $$;
