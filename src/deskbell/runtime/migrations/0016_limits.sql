-- Rate limits and idempotency keys.
-- depends: 0014_reports

-- Requests in the current window, by whom they count for. Losing it in a crash costs nothing, so it is not logged.
create unlogged table request_counts (
  subject text not null,
  window_ends timestamptz not null,
  used integer not null,
  primary key (subject, window_ends)
) with (fillfactor = 50);
create index request_counts_ends on request_counts (window_ends);

-- Counts one request for each subject and says how many each has used in its window.
create function deskbell_count_request(subjects text[], ends timestamptz[]) returns integer[]
language sql volatile as $$
  with counted as (
    insert into request_counts as r (subject, window_ends, used)
    select s.subject, s.ends, 1 from unnest(subjects, ends) s (subject, ends) order by 1
    on conflict (subject, window_ends) do update set used = r.used + 1
    returning r.subject, r.used)
  select array_agg(c.used order by array_position(subjects, c.subject)) from counted c
$$;

-- Answers to POSTs that carried an Idempotency-Key, for a day.
create table idempotency_keys (
  organization_id uuid not null references organizations (id) on delete cascade,
  caller uuid not null, -- the person, or the API key
  key text not null,
  fingerprint bytea not null,
  status smallint,
  headers jsonb,
  body bytea,
  created_at timestamptz not null,
  primary key (organization_id, caller, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
call deskbell_protect('idempotency_keys');

create function deskbell_forget_keys(older_than timestamptz) returns bigint
language sql security definer set search_path from current as $$
  with gone as (delete from idempotency_keys where created_at < older_than returning 1) select count(*) from gone
$$;
