-- The version of an organization's help centre: it differs after each change of what its pages show.

-- Events are written last in a transaction, so that this lock is taken after all others. The number of the transaction is
-- the version: none is used twice, and it is written once however many events there are.
create or replace function deskbell_renew_help_centre() returns trigger language plpgsql as $$
begin
  update organizations set help_version = pg_current_xact_id()
   where id = new.organization_id and help_version <> pg_current_xact_id();
  return null;
end $$;
create or replace trigger renew_help_centre after insert on events
  for each row when (new.subject_type in ('article', 'brand', 'widget')) execute function deskbell_renew_help_centre();
