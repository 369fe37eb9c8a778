"""Orphaned contents of a killed import or upload are found and deleted, and nothing else is."""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from deskbell.features.files.unused import find_unused, remove_unused
from deskbell.jobs.worker import tools_for
from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Desk, Organization

DAY = 24 * 3600


async def upload(client: Client) -> UUID:
    answer = await client.request("POST", "/upload", files={"file": ("a.txt", b"words", "text/plain")})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["data"]["id"])


def put(folder: Path, name: str, *, seconds_old: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"left behind")
    age(path, seconds_old)
    return path


def age(path: Path, seconds: int) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


async def test_only_old_contents_of_ours_that_no_file_refers_to_are_removed(desk: Desk, shop: Organization) -> None:
    customer = await shop.client("customer")
    storage_folder = desk.settings.data_dir / "files"
    ours = storage_folder / str(shop.id)
    kept = [ours / str(await upload(customer))]
    age(kept[0], 3 * DAY)
    left = put(ours, str(uuid4()), seconds_old=2 * DAY)
    half_written = put(ours, f"{uuid4()}#1", seconds_old=2 * DAY)
    about_to_be_removed = put(ours, str(uuid4()), seconds_old=2 * DAY)
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into removed_files (organization_id, storage_key) values ($1, $2)",
            shop.id,
            f"{shop.id}/{about_to_be_removed.name}",
        )
    kept += [
        about_to_be_removed,
        put(ours, str(uuid4()), seconds_old=DAY // 2),
        put(ours, f"{uuid4()}#1", seconds_old=DAY // 2),
        put(storage_folder / str(uuid4()), str(uuid4()), seconds_old=9 * DAY),  # another desk's in the same storage
        put(storage_folder / "notes", "read me.txt", seconds_old=9 * DAY),
        put(ours, "-" * 36, seconds_old=9 * DAY),
    ]
    async with tools_for(desk.settings) as tools:
        found = await find_unused(tools.database, tools.storage, utc_now())
        assert {key.rpartition("/")[2] for key in found.keys if str(shop.id) in key} == {left.name, half_written.name}
        assert found.size == len(found.keys) * len(b"left behind")
        assert left.exists(), "looking removes nothing"
        await remove_unused(tools.storage, found)
        assert not (await find_unused(tools.database, tools.storage, utc_now())).keys
    assert not left.exists()
    assert not half_written.exists()
    assert all(path.exists() for path in kept)
