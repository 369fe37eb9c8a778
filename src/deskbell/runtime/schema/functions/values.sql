-- The values of tickets and contacts in a form that indexes can find, kept by triggers in the transaction of the change.
--
-- The functions run as the owner: a customer may not read definitions, and what is kept of their ticket does not depend on
-- who writes it.
-- needs: people_words, session

-- The values of the fields of a ticket or contact. A value that does not suit its field has a row without any, so that it is known to be there.
drop function if exists deskbell_values_of(uuid, jsonb);
create or replace function deskbell_values_of(in_organization uuid, in_target text, in_values jsonb)
returns table (field smallint, place smallint, word text, number bigint, moment timestamptz) language sql stable as $$
  select f.number, (w.n - 1)::smallint, left(w.word, 200), case when w.n = 1 then v.number end,
         case when w.n = 1 then v.moment end
    from jsonb_array_elements(in_values) e
    join fields f on f.organization_id = in_organization and f.target = in_target and f.key = e.value ->> 'name'
   cross join lateral (select e.value -> 'value' as raw, e.value ->> 'value' as body, jsonb_typeof(e.value -> 'value') as form) r
   cross join lateral (
     select case
         when f.kind = 'multi_select' and r.form = 'array' then array(select jsonb_array_elements_text(r.raw))
         when r.form <> 'string' then null
         when f.kind in ('text', 'pattern', 'url') then array[deskbell_name_key(left(r.body, 200))]
         when f.kind in ('dropdown', 'lookup') then array[r.body]
         when f.kind = 'nested' then array(
           select array_to_string((string_to_array(r.body, '/'))[:n], '/')
             from generate_series(cardinality(string_to_array(r.body, '/')), 1, -1) n)
       end as words,
       case
         when f.kind = 'checkbox' and r.form = 'boolean' then r.body::boolean::int::bigint
         when f.kind in ('integer', 'decimal') and r.form = 'number' and abs(r.body::numeric) <= 9007199254740992
           then round(r.body::numeric * 10 ^ coalesce((f.limits ->> 'places')::int, 0))::bigint
       end as number,
       case
         when r.form <> 'string' or r.body !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then null
         when f.kind = 'date' and pg_input_is_valid(r.body, 'date') then r.body::date::timestamp at time zone 'UTC'
         when f.kind = 'datetime' and r.body ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' and pg_input_is_valid(r.body, 'timestamptz')
           then r.body::timestamptz
       end as moment) v
   cross join lateral unnest(coalesce(nullif(v.words, '{}'), array[null::text])) with ordinality w (word, n)
   where r.form <> 'null'
$$;

create or replace function deskbell_index_values() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then -- a new ticket has none yet: no conflict is looked for
    insert into ticket_values (organization_id, ticket_id, field, place, word, number, moment, created_at)
    select new.organization_id, new.id, w.field, w.place, w.word, w.number, w.moment, new.created_at
      from deskbell_values_of(new.organization_id, 'ticket', new.custom_fields) w;
    return null;
  end if;
  delete from ticket_values v
   where v.organization_id = new.organization_id and v.ticket_id = new.id
     and not exists (select from deskbell_values_of(new.organization_id, 'ticket', new.custom_fields) w
                      where w.field = v.field and w.place = v.place);
  insert into ticket_values as v (organization_id, ticket_id, field, place, word, number, moment, created_at)
  select new.organization_id, new.id, w.field, w.place, w.word, w.number, w.moment, new.created_at
    from deskbell_values_of(new.organization_id, 'ticket', new.custom_fields) w
  on conflict (organization_id, ticket_id, field, place) do update
     set word = excluded.word, number = excluded.number, moment = excluded.moment
   where (v.word, v.number, v.moment) is distinct from (excluded.word, excluded.number, excluded.moment);
  return null;
end $$;
create or replace trigger index_values_of_new after insert on tickets
  for each row when (new.custom_fields <> '[]') execute function deskbell_index_values();
create or replace trigger index_values_of_changed after update on tickets
  for each row when (new.custom_fields <> old.custom_fields) execute function deskbell_index_values();

create or replace function deskbell_index_contact_values() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from contact_values v where v.organization_id = new.organization_id and v.user_id = new.user_id;
  insert into contact_values (organization_id, user_id, field, place, word, number, moment)
  select new.organization_id, new.user_id, w.field, w.place, w.word, w.number, w.moment
    from deskbell_values_of(new.organization_id, 'contact', new.custom_fields) w;
  return null;
end $$;
create or replace trigger index_values_of_new_contact after insert on memberships
  for each row when (new.custom_fields <> '[]') execute function deskbell_index_contact_values();
create or replace trigger index_values_of_changed_contact after update on memberships
  for each row when (new.custom_fields <> old.custom_fields) execute function deskbell_index_contact_values();

-- Indexes one field again on some contacts of the current organization.
create or replace function deskbell_index_contact_field(in_field smallint, in_contacts uuid[]) returns void
language sql security definer set search_path from current as $$
  delete from contact_values v
   where v.organization_id = deskbell_organization() and v.user_id = any (in_contacts) and v.field = in_field;
  insert into contact_values (organization_id, user_id, field, place, word, number, moment)
  select m.organization_id, m.user_id, w.field, w.place, w.word, w.number, w.moment
    from memberships m cross join lateral deskbell_values_of(m.organization_id, 'contact', m.custom_fields) w
   where m.organization_id = deskbell_organization() and m.user_id = any (in_contacts) and m.custom_fields <> '[]'
     and w.field = in_field
$$;

-- Indexes one field again on some tickets of the current organization.
create or replace function deskbell_index_field(in_field smallint, in_tickets uuid[]) returns void
language sql security definer set search_path from current as $$
  with wanted as (
    select t.id, t.created_at, w.*
      from tickets t cross join lateral deskbell_values_of(t.organization_id, 'ticket', t.custom_fields) w
     where t.organization_id = deskbell_organization() and t.id = any (in_tickets) and t.custom_fields <> '[]'
       and w.field = in_field
  ), gone as (
    delete from ticket_values v
     where v.organization_id = deskbell_organization() and v.ticket_id = any (in_tickets) and v.field = in_field
       and not exists (select from wanted w where w.id = v.ticket_id and w.place = v.place)
  )
  insert into ticket_values as v (organization_id, ticket_id, field, place, word, number, moment, created_at)
  select deskbell_organization(), w.id, w.field, w.place, w.word, w.number, w.moment, w.created_at from wanted w
  on conflict (organization_id, ticket_id, field, place) do update
     set word = excluded.word, number = excluded.number, moment = excluded.moment
   where (v.word, v.number, v.moment) is distinct from (excluded.word, excluded.number, excluded.moment)
$$;

-- The current organization's configuration of tickets, for every role: the application decides which parts a caller is
-- shown. Workers keep it under its version.
create or replace function deskbell_workflow() returns jsonb
language sql stable security definer set search_path from current as $$
  select jsonb_build_object(
      'version', o.workflow_version,
      'zone', coalesce(o.settings ->> 'time_zone', 'UTC'), 'hours', o.settings -> 'hours',
      'defined_only', coalesce(o.settings ->> 'own_field_names' = 'defined', false),
      'fields', coalesce((
        select jsonb_agg(jsonb_build_object(
            'key', f.key, 'number', f.number, 'target', f.target, 'kind', f.kind, 'label', f.label, 'help', f.help, 'customer', f.customer,
            'limits', f.limits, 'options', f.options) order by f.position, f.id)
          from fields f where f.organization_id = o.id and f.target = 'ticket' and f.deleted_at is null), '[]'),
      'contact_fields', coalesce((
        select jsonb_agg(jsonb_build_object(
            'key', f.key, 'number', f.number, 'target', f.target, 'kind', f.kind, 'label', f.label, 'help', f.help, 'customer', f.customer,
            'limits', f.limits, 'options', f.options) order by f.position, f.id)
          from fields f where f.organization_id = o.id and f.target = 'contact' and f.deleted_at is null), '[]'),
      'deleted', coalesce((
        select jsonb_agg(f.key) from fields f
         where f.organization_id = o.id and f.target = 'ticket' and f.deleted_at is not null), '[]'),
      'forms', coalesce((
        select jsonb_agg(jsonb_build_object('id', w.id, 'is_default', w.is_default, 'category_ids', w.category_ids, 'items', w.items)
                         order by w.id)
          from forms w where w.organization_id = o.id), '[]'),
      'statuses', coalesce((
        select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'customer_name', s.customer_name,
                                            'category', s.category, 'retired', s.retired) order by s.position, s.id)
          from statuses s where s.organization_id = o.id), '[]'),
      'steps', coalesce((select p.steps from status_steps p where p.organization_id = o.id), '[]'))
    from organizations o where o.id = deskbell_organization()
$$;

-- Organizations with fields that were deleted before a moment.
create or replace function deskbell_purgeable_fields(deleted_before timestamptz)
returns table (organization_id uuid, field_id uuid)
language sql stable security definer set search_path from current as $$
  select f.organization_id, f.id from fields f where f.deleted_at < deleted_before order by f.deleted_at limit 100
$$;
