-- Reports walk one range of one index, which holds every column that they read.
-- depends: 0013_sla

-- The same order as before, with what reports want of each ticket beside it. (Row security asks for the requester.)
drop index tickets_newest;
create index tickets_newest on tickets (organization_id, created_at, id)
  include (requester_id, assignee_id, status, priority, reopen_count, first_response_at, solved_at,
           first_response_target, resolution_target, first_response_breached_at, resolution_breached_at)
  where deleted_at is null;
drop index tickets_solved;
create index tickets_solved on tickets (organization_id, solved_at)
  include (requester_id, assignee_id, created_at, first_response_target, resolution_target,
           first_response_breached_at, resolution_breached_at)
  where solved_at is not null and deleted_at is null;

-- The activity feed, newest first whatever the order in which events were imported.
create index events_of_tickets_by_time on events (organization_id, at, id)
  where type in ('ticket.created', 'ticket.updated', 'ticket.assigned', 'comment.added');
