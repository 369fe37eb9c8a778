"""PostgreSQL's programs get the connection string of the database, and the password in their environment alone."""

import pytest

from deskbell.runtime.backup import connection_for_tools


@pytest.mark.parametrize(
    ("dsn", "shown", "password"),
    [
        ("postgresql://ann:a%2Fb@db:5433/desk", "postgresql://ann@db:5433/desk?", "a/b"),
        ("postgres://ann@db/desk?password=a%2Fb&sslmode=require", "postgres://ann@db/desk?sslmode=require", "a/b"),
        ("postgresql://ann@/desk?host=/tmp/a%20b", "postgresql://ann@/desk?host=%2Ftmp%2Fa%20b", None),
        ("postgresql:///desk", "postgresql:///desk?", None),
    ],
)
def test_the_password_is_not_in_the_connection_string(
    monkeypatch: pytest.MonkeyPatch, dsn: str, shown: str, password: str | None
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    connection, environment = connection_for_tools(dsn)
    assert (connection, environment.get("PGPASSWORD")) == (shown, password)
