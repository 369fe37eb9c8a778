-- "My open tickets", the list that agents look at all day, without walking through all that they have ever closed.
-- depends: 0021_telemetry

create index tickets_by_assignee_and_status on tickets (organization_id, assignee_id, status, created_at, id) where deleted_at is null;
