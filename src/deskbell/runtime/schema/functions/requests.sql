-- Rate limits and idempotency keys.

-- Counts one request for each subject in turn, up to the first that is over its limit, so that a refused request does not
-- use up its organization's limit. Returns the use of each in its window, 0 for those not reached. Callers name the person
-- before the organization, so rows are locked in one order.
create or replace function deskbell_count_request(subjects text[], ends timestamptz[], limits bigint[]) returns integer[]
language plpgsql volatile as $$
declare
  counts integer[] := array_fill(0, array[cardinality(subjects)]);
  n integer;
begin
  for i in 1 .. cardinality(subjects) loop
    insert into request_counts as r (subject, window_ends, used) values (subjects[i], ends[i], 1)
    on conflict (subject, window_ends) do update set used = r.used + 1
    returning r.used into n;
    counts[i] := n;
    exit when n > limits[i];
  end loop;
  return counts;
end $$;

create or replace function deskbell_forget_keys(older_than timestamptz) returns bigint
language sql security definer set search_path from current as $$
  with gone as (delete from idempotency_keys where created_at < older_than returning 1) select count(*) from gone
$$;
