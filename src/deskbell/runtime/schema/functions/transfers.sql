-- Files of imports and exports. What leaves a row waits in `removed_files` for its deletion from the storage.

create or replace function deskbell_remove_transfer_files() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if old.storage_key is not null and (tg_op = 'DELETE' or new.storage_key is distinct from old.storage_key) then
    insert into removed_files (organization_id, storage_key) values (old.organization_id, old.storage_key)
    on conflict do nothing;
  end if;
  if old.rejects_key is not null and (tg_op = 'DELETE' or new.rejects_key is distinct from old.rejects_key) then
    insert into removed_files (organization_id, storage_key) values (old.organization_id, old.rejects_key)
    on conflict do nothing;
  end if;
  return null;
end $$;
create or replace trigger remove_transfer_files after update or delete on transfers
  for each row execute function deskbell_remove_transfer_files();

-- Of all organizations: takes away expired files, drafts that were never started among them, deletes old runs, and ends those
-- whose job is lost, with that code as the error: nothing runs for a day.
create or replace function deskbell_expire_transfers(now timestamptz, older_than timestamptz, lost_code text) returns bigint
language sql security definer set search_path from current as $$
  with gone as (
    delete from transfers t where t.created_at < older_than or (t.state = 'draft' and t.expires_at <= now) returning 1),
  emptied as (
    update transfers t set storage_key = null, rejects_key = null, expires_at = null
     where t.expires_at <= now and t.state in ('done', 'cancelled', 'failed') and t.created_at >= older_than returning 1),
  lost as (
    update transfers t set state = 'failed', error = lost_code, finished_at = now, storage_key = null
     where t.state in ('waiting', 'running', 'stopping') and t.created_at >= older_than
       and t.touched_at < now - interval '1 day' returning 1)
  select (select count(*) from gone) + (select count(*) from emptied) + (select count(*) from lost)
$$;
