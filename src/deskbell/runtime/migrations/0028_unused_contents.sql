-- Contents that nothing refers to: what an import or an upload leaves in the storage when it is killed in its last moment.
-- depends: 0027_trust

-- Of these contents, named by organization and file, those that belong to an organization of this database and to no file
-- of it. What the sweep is about to remove anyway is not among them, nor what belongs to another desk in the same storage.
create function deskbell_unused_contents(organizations uuid[], ids uuid[]) returns table (organization_id uuid, id uuid)
language sql stable security definer set search_path from current as $$
  select k.organization_id, k.id
    from unnest(organizations, ids) k (organization_id, id)
    join organizations o on o.id = k.organization_id
   where not exists (select from files f where f.organization_id = k.organization_id and f.id = k.id)
     and not exists (select from removed_files r
                      where r.organization_id = k.organization_id and r.storage_key = k.organization_id || '/' || k.id)
$$;
