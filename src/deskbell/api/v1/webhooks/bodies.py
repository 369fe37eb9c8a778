"""v1: shapes of tickets and comments in webhook bodies, the same as in responses to staff."""

from functools import partial
from typing import Final

from deskbell.api.v1.comments.shapes import CommentView
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.webhooks.bodies import Shapes

SHAPES: Final = Shapes(ticket=partial(TicketView.of, for_staff=True), comment=CommentView.of)
