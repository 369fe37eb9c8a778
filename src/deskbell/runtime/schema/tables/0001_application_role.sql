-- The role that the application runs as. Restoring a backup applies this file before the dump, so it can run twice.

do $$ begin
  if not exists (select from pg_roles where rolname = 'deskbell_app') then
    create role deskbell_app nologin nobypassrls;
  end if;
  -- The server's login switches to this role.
  if not pg_has_role(current_user, 'deskbell_app', 'set') then
    execute format('grant deskbell_app to %I with set true', current_user);
  end if;
  execute format('grant usage on schema %I to deskbell_app', current_schema());
  execute format(
    'alter default privileges in schema %I grant select, insert, update, delete on tables to deskbell_app',
    current_schema());
  execute format(
    'alter default privileges in schema %I grant usage, select on sequences to deskbell_app', current_schema());
end $$;
