"""v1: the shapes of tickets and comments in the bodies of outgoing webhooks; the same as in answers to staff."""

from functools import partial
from typing import Final

from deskbell.api.v1.comments.shapes import CommentView
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.webhooks.bodies import Shapes

SHAPES: Final = Shapes(ticket=partial(TicketView.of, for_staff=True), comment=CommentView.of)
