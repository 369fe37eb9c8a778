"""Separates the new text of a reply from quoted text and signatures, line by line."""

from deskbell.kernel.mail.quoting.cutting import cut_reply, separated

__all__ = ["cut_reply", "separated"]
