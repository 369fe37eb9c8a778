-- What tickets refer to is deleted for everybody at once, and taken off its tickets by changes of theirs afterwards.
-- depends: 0034_ranking_fewer

-- A row with `deleted_at` is still there because tickets refer to it; it is seen nowhere, and its name is free.
alter table groups add column deleted_at timestamptz;
alter table categories add column deleted_at timestamptz;
alter table tags add column deleted_at timestamptz;
drop index groups_name;
drop index categories_name;
drop index tags_name;
create unique index groups_name on groups (organization_id, lower(name)) where deleted_at is null;
create unique index categories_name on categories (organization_id, lower(name)) where deleted_at is null;
create unique index tags_name on tags (organization_id, name) where deleted_at is null;
create index tags_leaving on tags (organization_id, name) where deleted_at is not null;

-- Tickets know their tags by name, and the name may come to be in use again before the last ticket has lost the old tag:
-- a tag that a ticket has had since before the deletion is the old one. Unknown is before this version.
alter table ticket_tags add column since timestamptz;
alter table ticket_tags alter column since set default clock_timestamp();

-- The tags that a ticket of the current organization has only because nobody has come to take them off yet.
create function deskbell_leaving_tags(ticket uuid) returns text[] language sql stable as $$
  select coalesce(array_agg(distinct k.tag), '{}')
    from ticket_tags k
    join tags l on l.organization_id = k.organization_id and l.name = k.tag and l.deleted_at is not null
   where k.ticket_id = ticket and (k.since is null or k.since <= l.deleted_at)
$$;

-- Of deleted tickets, too: they lose what they refer to as the others do, and without an index that holds all of them
-- the foreign keys would have the whole table read for each row that is removed.
drop index tickets_by_group;
drop index tickets_by_category;
create index tickets_by_group on tickets (organization_id, group_id, created_at, id);
create index tickets_by_category on tickets (organization_id, category_id);
