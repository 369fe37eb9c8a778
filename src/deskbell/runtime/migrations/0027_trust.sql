-- Accounts whose address nobody has confirmed, and functions that run with their owner's rights.
-- depends: 0026_retention

-- The organization where an account got its password before its address was confirmed: the only one that it opens until
-- then. Anybody can type a stranger's address, and other organizations may hold what is the stranger's alone.
alter table users add column made_in uuid;
update users u set made_in = m.organization_id from memberships m
 where m.user_id = u.id and m.created_at = u.created_at and u.password_hash is not null and u.email_verified_at is null;
update sessions s set ended_at = now() from users u
 where u.id = s.user_id and u.email_verified_at is null and s.organization_id is distinct from u.made_in and s.ended_at is null;

-- Without `pg_temp` at the end PostgreSQL looks into it first, and a temporary table could stand in for ours.
do $$
declare
  each regprocedure;
begin
  for each in select p.oid from pg_proc p where p.prosecdef and p.pronamespace = current_schema()::regnamespace loop
    execute format('alter function %s set search_path = %I, pg_temp', each, current_schema());
  end loop;
end $$;
