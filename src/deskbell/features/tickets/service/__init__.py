"""Commands on tickets and comments, and the reads that every contract shares."""

from deskbell.features.tickets.service.bulk import bulk_delete, bulk_update
from deskbell.features.tickets.service.changing import assign, close, reopen, set_status, update
from deskbell.features.tickets.service.comments import (
    add_comment,
    delete_comment,
    edit_comment,
    list_comments,
    page_comments,
)
from deskbell.features.tickets.service.creating import create
from deskbell.features.tickets.service.deleting import delete, restore
from deskbell.features.tickets.service.followers import (
    add_follower,
    add_followers,
    list_followers,
    remove_follower,
)
from deskbell.features.tickets.service.linking import add_link, list_links, merge, remove_link
from deskbell.features.tickets.service.reading import (
    get,
    get_locked,
    get_with_attachments,
    history,
    list_tickets,
    page_history,
)
from deskbell.features.tickets.service.whole import belongs_to_another_customer, conversation, get_with_conversation

__all__ = [
    "add_comment",
    "add_follower",
    "add_followers",
    "add_link",
    "assign",
    "belongs_to_another_customer",
    "bulk_delete",
    "bulk_update",
    "close",
    "conversation",
    "create",
    "delete",
    "delete_comment",
    "edit_comment",
    "get",
    "get_locked",
    "get_with_attachments",
    "get_with_conversation",
    "history",
    "list_comments",
    "list_followers",
    "list_links",
    "list_tickets",
    "merge",
    "page_comments",
    "page_history",
    "remove_follower",
    "remove_link",
    "reopen",
    "restore",
    "set_status",
    "update",
]
