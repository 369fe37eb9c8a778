"""The demo: two invented organizations with people, conversations, a help centre and canned responses."""

from deskbell.demo.loading import ensure_demo

__all__ = ["ensure_demo"]
