"""The schema keeps organizations apart, and could be distributed by organization without a rewrite."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import asyncpg
import pytest

Schema: TypeAlias = "asyncpg.Connection[Any]"

TENANT = """
with tenant as (
  select c.oid, c.relname as name, c.relrowsecurity as walled
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
   where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace)
"""

# Queries for tables that break a rule, by the message that names the fix.
FAULTS = {
    "Enable row security with the table, and `call deskbell_protect(…)` in schema/functions/row_security.sql": """
        select name from tenant t
         where not walled or not exists (select from pg_policy p where p.polrelid = t.oid and p.polqual is not null)
    """,
    "Write its policy with `(select deskbell_organization())`, or the setting is read for every row": """
        select t.name || '.' || p.polname from tenant t join pg_policy p on p.polrelid = t.oid,
               lateral (select concat(pg_get_expr(p.polqual, t.oid), pg_get_expr(p.polwithcheck, t.oid)) as text) e
         where e.text like '%deskbell\\_%' and e.text not like '%SELECT deskbell\\_%'
    """,
    "Put organization_id into this unique key: Citus and its kin demand it of a distributed table": """
        select t.name || ' (' || i.indexrelid::regclass || ')' from tenant t join pg_index i on i.indrelid = t.oid
         where i.indisunique
           and not exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'organization_id'
                                                      and a.attnum = any (i.indkey::int2[]))
    """,
    "Put organization_id into this reference, or it could point into another organization": """
        select a.name || '.' || k.conname
          from pg_constraint k join tenant a on a.oid = k.conrelid join tenant b on b.oid = k.confrelid
         where k.contype = 'f'
           and not exists (select from unnest(k.conkey, k.confkey) as pair (here, there)
                             join pg_attribute x on x.attrelid = k.conrelid and x.attnum = here
                             join pg_attribute y on y.attrelid = k.confrelid and y.attnum = there
                            where x.attname = 'organization_id' and y.attname = 'organization_id')
    """,
    "Say `on update cascade` in this reference to memberships: a deleted person's rows move to an anonymous one": """
        select a.name || '.' || k.conname from pg_constraint k join tenant a on a.oid = k.conrelid
         where k.contype = 'f' and k.confrelid = 'memberships'::regclass and k.confupdtype <> 'c'
    """,
    "Lead an index with organization_id, or reading one organization's rows reads everybody's": """
        select t.name from tenant t
         where not exists (select from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
                            where i.indrelid = t.oid and a.attname = 'organization_id')
    """,
    "Drop the function's overload: a function file replaces a signature only after `drop function if exists` of the old one": """
        select min(p.proname)::text from pg_proc p
         where p.pronamespace = current_schema()::regnamespace and p.proname like 'deskbell\\_%'
         group by p.proname having count(*) > 1
    """,
    "End the function's search_path with pg_temp (`from current` does), or a temporary table could stand in for ours": """
        select p.proname::text from pg_proc p
         where p.prosecdef and p.pronamespace = current_schema()::regnamespace
           and coalesce(array_to_string(p.proconfig, ' '), '') !~ 'search_path=[^ ]+, pg_temp$'
    """,
}

UNSOUND = """
create table good (organization_id uuid, id uuid, primary key (organization_id, id));
alter table good enable row level security;
create policy wall on good using (organization_id = (select deskbell_organization()));
create table bad_open (organization_id uuid, id uuid, primary key (organization_id, id));
create table bad_policy (organization_id uuid, id uuid, primary key (organization_id, id));
alter table bad_policy enable row level security;
create policy wall on bad_policy using (organization_id = deskbell_organization());
create table bad_key (organization_id uuid, id uuid primary key, good_id uuid);
create table bad_reference (organization_id uuid, id uuid, good_id uuid unique, primary key (organization_id, id),
  constraint loose foreign key (good_id) references bad_key (id));
create function good_rights() returns integer language sql security definer set search_path = public, pg_temp as 'select 1';
create function bad_path() returns integer language sql security definer set search_path = public as 'select 1';
create table bad_member (organization_id uuid not null, user_id uuid not null, primary key (organization_id, user_id),
  constraint fixed foreign key (organization_id, user_id) references memberships (organization_id, user_id));
alter table bad_member enable row level security;
call deskbell_protect('bad_member');
create function deskbell_twice(n integer) returns integer language sql as 'select 1';
create function deskbell_twice(n text) returns integer language sql as 'select 1';
create function bad_no_path() returns integer language sql security definer as 'select 1';
"""


async def faults(schema: Schema, cure: str) -> set[str]:
    """The tables, keys and references that need a cure."""
    return {row[0] for row in await schema.fetch(TENANT + FAULTS[cure])}


@pytest.fixture
async def schema(database_url: str) -> AsyncIterator[Schema]:
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize("cure", FAULTS)
async def test_organizations_are_apart_and_distributable(schema: Schema, cure: str) -> None:
    found = await faults(schema, cure)
    assert not found, f"{cure}: {sorted(found)}"


async def test_these_checks_find_what_they_are_for(schema: Schema) -> None:
    await schema.execute(UNSOUND)
    found = [await faults(schema, cure) for cure in FAULTS]
    assert found == [
        {"bad_open", "bad_key", "bad_reference"},
        {"bad_policy.wall"},
        {"bad_key (bad_key_pkey)", "bad_reference (bad_reference_good_id_key)"},
        {"bad_reference.loose"},
        {"bad_member.fixed"},
        {"bad_key"},
        {"deskbell_twice"},
        {"bad_path", "bad_no_path"},
    ]


async def test_the_application_cannot_bypass_row_security(schema: Schema) -> None:
    role = await schema.fetchrow("select rolsuper, rolbypassrls from pg_roles where rolname = 'deskbell_app'")
    assert role is not None
    assert tuple(role) == (False, False)
    owned = await schema.fetch("select relname from pg_class where pg_get_userbyid(relowner) = 'deskbell_app'")
    assert not owned, f"An owner is not bound by row security: {owned}"
