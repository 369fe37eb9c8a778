-- Files that no attachment refers to, and contents that no file refers to.

create or replace function deskbell_hang_file() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update files set hung = true where organization_id = new.organization_id and id = new.file_id;
  else
    update files set hung = false where organization_id = old.organization_id and id = old.file_id;
  end if;
  return null;
end $$;
create or replace trigger hang_file after insert on attachments
  for each row when (new.file_id is not null) execute function deskbell_hang_file();
create or replace trigger unhang_file after delete on attachments
  for each row when (old.file_id is not null) execute function deskbell_hang_file();

-- Deletes files of all organizations that were uploaded before a moment and are not attached, and returns their number.
-- Their contents wait in `removed_files` for their deletion from the storage.
create or replace function deskbell_retire_files(uploaded_before timestamptz, batch_size integer) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  with gone as (
    delete from files f
     where (f.organization_id, f.id) in (
             select u.organization_id, u.id from files u where not u.hung and u.created_at < uploaded_before
                and not exists (select from drafts d where d.organization_id = u.organization_id
                                   and d.author_id = u.uploaded_by and u.id = any (d.file_ids))
                and not exists (select from held_comments h where h.organization_id = u.organization_id
                                   and h.author_id = u.uploaded_by and u.id = any (h.file_ids))
                -- a picture by its address
                and not exists (select from brands b where b.organization_id = u.organization_id
                                   and b.deleted_at is null and strpos(b.logo, u.id::text) > 0)
                and not exists (select from memberships m where m.organization_id = u.organization_id
                                   and m.user_id = u.uploaded_by and strpos(m.avatar_url, u.id::text) > 0)
              order by u.created_at limit batch_size for update skip locked)
       and not f.hung
    returning f.organization_id, f.storage_key)
  insert into removed_files (organization_id, storage_key) select organization_id, storage_key from gone
  on conflict do nothing;
  get diagnostics done = row_count;
  return done;
end $$;

create or replace function deskbell_removed_files(batch_size integer) returns table (storage_key text)
language sql stable security definer set search_path from current as $$
  select r.storage_key from removed_files r order by r.removed_at limit batch_size
$$;

create or replace function deskbell_forget_files(keys text[]) returns void
language sql security definer set search_path from current as $$
  delete from removed_files r where r.storage_key = any (keys)
$$;

-- Of these contents, named by organization and file, those that no file refers to: an import or upload that was killed at its
-- end leaves them in the storage. Contents already in `removed_files`, or of organizations of another database, are not
-- returned.
create or replace function deskbell_unused_contents(organizations uuid[], ids uuid[])
returns table (organization_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select k.organization_id, k.id
    from unnest(organizations, ids) k (organization_id, id)
    join organizations o on o.id = k.organization_id
   where not exists (select from files f where f.organization_id = k.organization_id and f.id = k.id)
     and not exists (select from macro_files c where c.organization_id = k.organization_id and c.id = k.id)
     and not exists (select from canned_files e where e.organization_id = k.organization_id and e.id = k.id)
     and not exists (select from rule_files u where u.organization_id = k.organization_id and u.id = k.id)
     and not exists (select from data_downloads d where d.organization_id = k.organization_id and d.id = k.id)
     and not exists (select from transfers t where t.organization_id = k.organization_id
                        and k.organization_id || '/' || k.id in (t.storage_key, t.rejects_key))
     and not exists (select from received_mails m where m.organization_id = k.organization_id and m.id = k.id)
     and not exists (select from removed_files r
                      where r.organization_id = k.organization_id and r.storage_key = k.organization_id || '/' || k.id)
$$;
