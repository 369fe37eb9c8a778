"""The demo's accounts: printed at the start, and shown on the start page."""

from typing import Final

PASSWORD: Final = "demo-password-1"  # noqa: S105 - public on purpose; the demo listens on loopback only
SIGN_INS: Final = (
    ("Demo Outfitters", "owner@demo.example", "owner, platform admin"),
    ("", "admin@demo.example", "admin"),
    ("", "lead@demo.example", "team lead"),
    ("", "agent@demo.example, agent2@demo.example", "agent"),
    ("", "customer@demo.example, customer2@demo.example", "customer"),
    ("Rival Goods", "owner@rival.example", "owner"),
    ("", "agent@rival.example", "agent"),
    ("", "customer@rival.example", "customer"),
)
