"""What reactions and jobs work with beside the database."""

from msgspec import Struct

from deskbell.runtime.database import Database
from deskbell.runtime.mail import Mailer
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage


class Tools(Struct, frozen=True):
    """The runtime, as handed to everything that runs outside a request."""

    settings: Settings
    database: Database
    storage: Storage
    mailer: Mailer
