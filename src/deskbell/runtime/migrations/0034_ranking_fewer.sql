-- Ranked search of a common word reads the newest matches alone.
-- depends: 0033_queues

-- As before; but the newest 2,000 are now chosen before any words are read. With one join for all matches, which was to
-- rank some of them, the planner read and ranked every ticket of the server.
create or replace function deskbell_search_tickets(query tsquery) returns table (ticket_id uuid, rank real)
language sql stable security definer rows 100 as $$
  with matched as materialized (
    select s.ticket_id
      from ticket_search s
     where s.organization_id = deskbell_organization()
       and not deskbell_is_customer()
       and s.for_staff @@ (quote_literal(deskbell_lexeme(deskbell_organization()))::tsquery && query)
  ), newest as materialized (
    select m.ticket_id from matched m order by m.ticket_id desc limit 2000 -- ids grow with time
  ), ranked as materialized (
    select s.ticket_id, ts_rank_cd(s.for_staff, query) as rank
      from newest n join ticket_search s on s.organization_id = deskbell_organization() and s.ticket_id = n.ticket_id
  )
  select m.ticket_id, coalesce(r.rank, 0) from matched m left join ranked r on r.ticket_id = m.ticket_id
$$;
do $$ begin -- see 0027
  execute format('alter function deskbell_search_tickets(tsquery) set search_path = %I, pg_temp', current_schema());
end $$;
