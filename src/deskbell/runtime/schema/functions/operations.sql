-- Operations of all organizations.

create or replace function deskbell_forget_operations(older_than timestamptz) returns bigint
language sql security definer set search_path from current as $$
  with gone as (delete from operations where created_at < older_than and state = 'done' returning 1) select count(*) from gone
$$;
