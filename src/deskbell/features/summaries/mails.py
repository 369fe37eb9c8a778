"""The text of a summary."""

from deskbell.features.summaries.queries import Reader, Summary
from deskbell.runtime.mail import OutgoingMail

__all__ = ["compose"]


def compose(reader: Reader, summary: Summary, base_url: str) -> OutgoingMail:
    """What is open, the most urgent first, with links."""
    base = base_url.rstrip("/")
    tickets = "ticket" if summary.open == 1 else "tickets"
    head = f"{summary.open} open {tickets} of yours, {summary.overdue} overdue; {summary.unassigned} that nobody has taken."
    lines = [
        f"{'OVERDUE  ' if line.overdue else ''}#{line.number} {line.subject}\n    {base}/app/tickets/{line.id}"
        for line in summary.lines
    ]
    more = summary.open - len(lines)
    if more > 0:
        lines.append(f"… and {more} more.")
    parts = [f"Good morning {reader.name},", head, *lines, "You can switch this mail off in your settings."]
    subject = f"Today: {summary.open} open, {summary.overdue} overdue"
    return OutgoingMail(to=reader.email, subject=subject, text="\n\n".join(parts) + "\n")
