"""A client's copy of the desk: fetched once, then kept up by events alone, and compared with what a fetch shows."""

from typing import Any

from tests.support.desk import Client


class Mirror:
    """Tickets with their comments, and notifications, each by id."""

    def __init__(self) -> None:
        self.tickets: dict[str, Any] = {}
        self.comments: dict[str, Any] = {}
        self.notifications: dict[str, Any] = {}

    @classmethod
    async def fetch(cls, client: Client) -> "Mirror":
        """The current state, from requests."""
        mirror = cls()
        for ticket in (await client.get("/tickets?limit=100")).json()["data"]["tickets"]:
            mirror.tickets[ticket["id"]] = ticket
            for comment in (await client.get(f"/tickets/{ticket['id']}/comments")).json()["data"]:
                comment.pop("deliveries", None)  # changes without an event: clients ask for it
                mirror.comments[comment["id"]] = comment
        for notification in (await client.get("/notifications?limit=100")).json()["data"]:
            mirror.notifications[notification["id"]] = notification
        return mirror

    def apply(self, message: dict[str, Any]) -> None:
        """Applies one message of `/ws`."""
        data = dict(message["data"])
        match message["event"]:
            case "ticket.created":
                self.tickets[data["id"]] = data
            case "ticket.updated" | "ticket.assigned" if data.get("deleted"):
                self.tickets.pop(data["id"], None)
                self.comments = {key: each for key, each in self.comments.items() if each["ticket_id"] != data["id"]}
            case "ticket.updated" | "ticket.assigned":
                del data["changes"]
                self.tickets[data["id"]] = data
            case "comment.added" | "comment.updated":
                ticket = data.pop("ticket")
                self.tickets[ticket["id"]] = ticket
                self.comments[data["id"]] = data
            case "comment.deleted":
                self.comments.pop(data["id"], None)
            case "notification.new":
                self.notifications[data["id"]] = data
            case other:
                raise AssertionError(f"a client would not know what to do with {other}")

    def assert_shows(self, fresh: "Mirror") -> None:
        """That nothing is missing, nothing too much, and every field alike."""
        assert self.tickets == fresh.tickets
        assert self.comments == fresh.comments
        assert self.notifications == fresh.notifications
