"""The services that reactions and jobs use."""

from msgspec import Struct

from deskbell.runtime.database import Database
from deskbell.runtime.mail import Mailer
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage


class Tools(Struct, frozen=True):
    """The runtime's services, passed to all work outside requests."""

    settings: Settings
    database: Database
    storage: Storage
    mailer: Mailer
