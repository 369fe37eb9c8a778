-- Deletion of a person, and of downloads that have expired.
-- needs: session, files

-- Drafts about tickets of the current organization, with their authors, who alone may read them otherwise; for Deskbell itself.
create or replace function deskbell_drafts_about(in_tickets uuid[]) returns table (author_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select d.author_id, d.id from drafts d
   where d.organization_id = deskbell_organization() and d.ticket_id = any (in_tickets)
     and not deskbell_is_customer() and deskbell_user() is null
$$;

-- Whether a user has a membership anywhere, also an ended one: such an account is not deleted.
create or replace function deskbell_is_member_anywhere(in_user uuid) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from memberships m where m.user_id = in_user)
$$;

-- Gives everything of the current organization that refers to one member to another, and deletes the first; for Deskbell itself.
-- The foreign keys say what refers to members, so that no list of tables can be incomplete.
create or replace function deskbell_replace_member(in_user uuid, in_by uuid) returns void
language plpgsql security definer set search_path from current as $$
declare
  reference record;
begin
  if deskbell_is_customer() or deskbell_user() is not null then
    raise insufficient_privilege using message = 'only Deskbell itself replaces members';
  end if;
  for reference in
    select c.conrelid::regclass as table_name, a.attname as column_name
      from pg_constraint c
      join pg_attribute m on m.attrelid = c.confrelid and m.attname = 'user_id'
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[array_position(c.confkey, m.attnum)]
     where c.contype = 'f' and c.confrelid = 'memberships'::regclass
     order by c.conrelid, a.attnum
  loop
    execute format('update %s set %I = $1 where organization_id = deskbell_organization() and %I = $2',
                   reference.table_name, reference.column_name, reference.column_name) using in_by, in_user;
  end loop;
  delete from memberships where organization_id = deskbell_organization() and user_id = in_user;
end $$;

-- Deletes downloads of all organizations that have expired, and returns their number. Their contents wait in `removed_files`.
create or replace function deskbell_delete_downloads(expired_before timestamptz) returns integer
language plpgsql security definer set search_path from current as $$
declare
  done integer;
begin
  with gone as (
    delete from data_downloads d where d.expires_at < expired_before returning d.organization_id, d.storage_key)
  insert into removed_files (organization_id, storage_key)
  select organization_id, storage_key from gone where storage_key is not null on conflict do nothing;
  get diagnostics done = row_count;
  return done;
end $$;
