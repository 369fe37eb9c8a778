"""A full disk: requests that write answer 503 with the reason, and figures in mapped files end no process."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.support.desk import running_desk

MEGABYTE = 1024 * 1024
COUNT_IN_A_FORK = """
import os
from deskbell.runtime.telemetry import job_done
child = os.fork() or os._exit(0)
os.waitpid(child, 0)
print(os.getpid(), child)
"""
COUNT_WITHOUT_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from deskbell.runtime import telemetry
telemetry.job_done("tests", failed=False)
print(telemetry.prometheus_client.generate_latest().decode())
"""


def counting(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_write_without_room_is_answered_with_503_and_reads_go_on(
    fresh_database_url: str, tmp_path: Path
) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        agent = await (await desk.organization()).client("agent")
        owner = await asyncpg.connect(fresh_database_url)
        try:
            await owner.execute(
                "create function no_room() returns trigger language plpgsql as "
                "$$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$"
            )
            await owner.execute("create trigger no_room before insert on tickets execute function no_room()")
            refused = await agent.post("/tickets", {"subject": "s", "description": "d"})
            assert refused.status_code == 503, refused.text
            assert "no room" in refused.json()["error"]["message"]
            assert "could not extend" not in refused.text
            assert (await agent.get("/tickets")).json()["data"]["tickets"] == []
            await owner.execute("drop trigger no_room on tickets")
        finally:
            await owner.close()
        assert (await agent.post("/tickets", {"subject": "s", "description": "d"})).status_code == 201


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_the_files_of_figures_have_their_room_before_they_are_mapped(tmp_path: Path) -> None:
    for process in counting(COUNT_IN_A_FORK, tmp_path).split():
        for kind in ("counter", "histogram"):
            assert (tmp_path / f"{kind}_{process}.db").stat().st_blocks * 512 >= MEGABYTE


@pytest.mark.skipif(sys.platform == "win32", reason="limits of resources")
def test_without_room_for_them_a_process_counts_in_memory(tmp_path: Path) -> None:
    assert 'deskbell_jobs_total{job="tests",outcome="done"} 1.0' in counting(COUNT_WITHOUT_ROOM, tmp_path)
