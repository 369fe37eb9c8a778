"""`deskbell mail receive`, as a mail server runs it."""

import json

from tests.cli.running import run, short_folder

MAIL = "From: cleo@elsewhere.example\nTo: support@shop.example\nMessage-ID: <one@elsewhere.example>\nSubject: One\n\nHelp!\n"
ANSWER = "From: cleo@elsewhere.example\nIn-Reply-To: <one@elsewhere.example>\nSubject: Re: Broken\n\nStill broken.\n"


def test_it_files_mails_without_a_server_and_prints_a_line_for_each() -> None:
    with short_folder() as folder:
        owner = run(
            "create-owner", "--email", "ann@shop.example", "--name", "Ann", "--organization", "Shop", "--domain",
            "shop.example", "--password-stdin", "--data-dir", folder / "data", folder=folder,
            words="correct-horse-battery-1\n",
        )  # fmt: skip
        assert owner.returncode == 0, owner.stderr
        (folder / "mail.eml").write_text(MAIL)
        sent = ["--data-dir", str(folder / "data"), "--organization", "shop.example", "--json"]
        first = run("mail", "receive", *sent, folder / "mail.eml", folder / "mail.eml", folder=folder)
        assert first.returncode == 0, first.stderr
        created, duplicate = map(json.loads, first.stdout.splitlines())
        assert created == {
            "file": str(folder / "mail.eml"), "status": "created", "reason": None, "ticket_number": 1, "comment_id": None,
        }  # fmt: skip
        assert (duplicate["status"], duplicate["ticket_number"]) == ("duplicate", 1)
        answer = run("mail", "receive", *sent, "-", folder=folder, words=ANSWER)
        line = json.loads(answer.stdout)
        assert (line["file"], line["status"], line["ticket_number"]) == ("-", "appended", 1)
        assert line["comment_id"]
        place = ["--data-dir", str(folder / "data")]
        assert run("mail", "queue", *place, folder=folder).stdout == "No mail waits.\n"
        (folder / "nobody.eml").write_text("Subject: Nobody\n\nHello\n")
        lost = json.loads(run("mail", "receive", *sent, folder / "nobody.eml", folder=folder).stdout)
        assert (lost["status"], lost["reason"]) == ("quarantined", "no_sender")
        unknown = run("mail", "receive", *sent[:2], "--mailbox", "nothing@shop.example", "-", folder=folder, words=MAIL)
        assert (unknown.returncode, unknown.stdout) == (1, "")
