-- The next moment of each kind of the worker's work by the clock, of all organizations; null where nothing is ahead. Each is
-- read from the beginning of an index. Deliveries that wait, and schedules that are under way, count as due: how they are
-- shared out among organizations is decided where they are claimed.
create or replace function deskbell_next_moments()
returns table (
  clocks timestamptz, automations timestamptz, snoozes timestamptz, held_replies timestamptz, schedules timestamptz,
  received_mails timestamptz, mail_deliveries timestamptz, webhook_deliveries timestamptz)
language sql stable rows 1 security definer set search_path from current as $$
  select (select t.clock_next_at from tickets t where t.clock_next_at is not null and t.deleted_at is null
           order by t.clock_next_at limit 1),
         (select t.moment_next_at from tickets t where t.moment_next_at is not null and t.deleted_at is null
           order by t.moment_next_at limit 1),
         (select t.snoozed_until from tickets t where t.snoozed_until is not null and t.deleted_at is null
           order by t.snoozed_until limit 1),
         (select h.send_at from held_comments h where h.failed is null order by h.send_at limit 1),
         (select case when exists (select from schedule_runs s where s.finished_at is null) then 'epoch'::timestamptz
                      else (select r.next_at from rules r where r.next_at is not null order by r.next_at limit 1) end),
         (select m.next_try_at from received_mails m where m.next_try_at is not null order by m.next_try_at limit 1),
         (select 'epoch'::timestamptz where exists (select from mail_deliveries d where d.next_try_at is not null)),
         (select 'epoch'::timestamptz where exists (select from webhook_deliveries d where d.next_attempt_at is not null))
$$;
