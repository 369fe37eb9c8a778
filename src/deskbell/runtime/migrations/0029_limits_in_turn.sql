-- A request that its caller's own limit refuses no longer uses up what its organization may do.
-- depends: 0028_unused_contents

-- Counts one request for each subject in turn, as long as none before it is beyond its limit; says how many each has
-- used in its window, 0 for those that were not reached. Callers name the person before the organization, so rows are
-- locked in one order.
create function deskbell_count_request(subjects text[], ends timestamptz[], limits bigint[]) returns integer[]
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
drop function deskbell_count_request(text[], timestamptz[]);
