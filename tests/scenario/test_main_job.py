"""The main job on real input: import, sign-up, search, work, answer, solve, and a power cut at the end."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.running import Served, run, served, short_folder

ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "tickets_github_rust" / "tickets.jsonl.gz"
PASSWORD = "correct-horse-battery-1"
SAMPLE = 400

OWN_SAMPLE: list[dict[str, Any]] = [
    {
        "number": number, "subject": f"Compiler panics on closures, case {number}", "body": "It stops with an error.",
        "requester": f"person{number % 7}", "requester_role": "NONE", "created_at": "2026-01-02T10:00:00Z",
        "updated_at": "2026-01-03T10:00:00Z", "closed_at": None, "state": "open", "state_reason": None, "labels": ["I-crash"],
        "assignees": [], "closed_by": None, "milestone": None, "locked": False, "reactions": {},
        "comments": [
            {"id": 1000 + number, "author": "helper", "author_role": "MEMBER", "created_at": "2026-01-02T11:00:00Z",
             "updated_at": "2026-01-02T11:00:00Z", "body": "Which version is this?"}
        ],
    }
    for number in range(1, 31)
]  # fmt: skip


def github_lines() -> Iterator[str]:
    """A sample of the real archive if it is available; otherwise lines of the same shape."""
    if ARCHIVE.exists():
        with gzip.open(ARCHIVE, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(SAMPLE), lines, strict=False):
                yield line
    else:
        yield from (json.dumps(each) + "\n" for each in OWN_SAMPLE)


class Caller:
    """A person at the running server."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.http = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30
        )

    def call(self, method: str, path: str, expect: int, **options: Any) -> Any:
        answer = self.http.request(method, path, **options)
        assert answer.status_code == expect, (method, path, answer.status_code, answer.text)
        return answer.json().get("data")


def sign_in(url: str, email: str) -> Caller:
    token = Caller(url).call("POST", "/auth/login", 200, json={"email": email, "password": PASSWORD})["token"]
    return Caller(url, token)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as short:
        yield short


def test_the_main_job_from_import_to_power_cut(folder: Path) -> None:
    data = folder / "data"
    lines = list(github_lines())
    (folder / "github.jsonl.gz").write_bytes(gzip.compress("".join(lines).encode()))
    made = run(
        "create-owner", "--data-dir", data, "--email", "olivia@rust.example", "--name", "Olivia Owner", "--organization",
        "Rust", "--domain", "rust.example", "--password-stdin", folder=folder, words=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    imported = run(
        "import",
        "github",
        folder / "github.jsonl.gz",
        "--organization",
        "rust.example",
        "--data-dir",
        data,
        folder=folder,
    )
    assert imported.returncode == 0, imported.stderr

    with served(folder) as server:
        owner = sign_in(server.url, "olivia@rust.example")
        before = owner.call("GET", "/tickets", 200)["pagination"]["total"]
        assert before == len(lines)
        organization = owner.call("GET", "/auth/me", 200)["organizationId"]
        owner.call(
            "POST", "/agents", 201,
            json={"name": "Ada Agent", "email": "ada@rust.example", "password": PASSWORD, "role": "agent"},
        )  # fmt: skip
        outcome = work_on_a_ticket(server, organization)
        server.power_cut()

    with Restarted(folder) as server:
        prove_that_all_is_there(server, outcome, before)


def work_on_a_ticket(server: Served, organization: str) -> dict[str, str]:
    """A customer asks, an agent answers with a file, the customer thanks, the agent solves."""
    anonymous = Caller(server.url)
    signed_up = anonymous.call(
        "POST", "/auth/signup", 201,
        json={"name": "Cora Customer", "email": "cora@home.example", "password": PASSWORD, "organizationId": organization},
    )  # fmt: skip
    customer = Caller(server.url, signed_up["token"])
    ticket = customer.call(
        "POST", "/tickets", 201,
        json={"subject": "Xylophone order arrived cracked", "description": "The third bar is broken in two."},
    )  # fmt: skip

    confirm_address(server, "ada@rust.example")
    agent = sign_in(server.url, "ada@rust.example")
    found = agent.call("GET", "/tickets", 200, params={"search": "xylophones status:new"})["tickets"]
    assert [each["id"] for each in found] == [ticket["id"]]
    path = f"/tickets/{ticket['id']}"
    me = agent.call("GET", "/auth/me", 200)["id"]
    agent.call("PATCH", f"{path}/assign", 200, json={"assignee_id": me})
    agent.call("POST", f"{path}/comments", 201, json={"body": "Third cracked one this week", "public": False})
    upload = agent.call(
        "POST", "/upload", 201, files={"file": ("label.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")}
    )
    reply = {
        "body": "A new one is on its way; the label is attached.",
        "attachments": [{key: upload[key] for key in ("filename", "url", "mime_type", "size")}],
    }
    agent.call("POST", f"{path}/comments", 201, json=reply)

    seen = customer.call("GET", f"{path}/comments", 200)
    assert [each["body"] for each in seen] == [reply["body"]]
    address = seen[0]["attachments"][0]["url"]
    file = customer.http.get(server.url + address)
    assert file.status_code == 200
    assert file.content.startswith(b"\x89PNG")
    customer.call("POST", f"{path}/comments", 201, json={"body": "Thank you, that was quick!"})
    agent.call("PATCH", f"{path}/status", 200, json={"status": "solved"})
    return {"path": path, "file": address, "ticket": ticket["id"]}


def confirm_address(server: Served, email: str) -> None:
    """Follows the link in the mail that an agent gets when an admin made their account."""
    token = re.search(r"verify-email\?token=([\w-]+)", mail_to(server, email))
    assert token
    Caller(server.url).call("POST", "/auth/verify-email", 200, json={"token": token[1]})


def mail_to(server: Served, email: str) -> str:
    """The page of the newest mail to an address; the worker sends it shortly after the change."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for found in re.finditer(
            r'href="(/dev/mail/[^"]+)">[^<]*</a><br><small>to ([^,]+),', page(server, "/dev/mail")
        ):
            if found[2] == email:
                return page(server, found[1])
    raise AssertionError(f"no mail came for {email}")


def page(server: Served, path: str) -> str:
    return httpx.get(server.url + path).raise_for_status().text


class Restarted:
    """The server started again on the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Served:
        self._server = Served(self._folder)
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.stop()


def prove_that_all_is_there(server: Served, outcome: dict[str, str], before: int) -> None:
    """After the power cut: the ticket, its words, its file, its history, and everything imported."""
    agent = sign_in(server.url, "ada@rust.example")
    path = outcome["path"]
    ticket = agent.call("GET", path, 200)
    assert (ticket["status"], ticket["number"] > 0) == ("solved", True)
    bodies = [each["body"] for each in agent.call("GET", f"{path}/comments", 200)]
    assert len(bodies) == 3
    assert agent.http.get(server.url + outcome["file"]).content.startswith(b"\x89PNG")
    steps = [step["action"] for step in agent.call("GET", f"{path}/history", 200)]
    assert steps[0] == "created"
    assert steps.count("comment_added") == 3
    assert "assigned" in steps
    assert steps[-1] == "status_changed"
    assert agent.call("GET", "/tickets", 200)["pagination"]["total"] == before + 1
