"""PostgreSQL and Valkey for one machine, from wheels, run by us as children of whoever needs them.

    with embedded.services(settings.data_dir) as urls:
        ...  # urls.database_url, urls.redis_url

The *data folder* keeps what they remember; its *holder* is the Kith that runs them, anybody else *joins*. They
listen on unix sockets only, in a short private folder, and run as an *account* that is never root.
"""

from server.embedded.folder import InUse, Urls
from server.embedded.services import Services, Step, Wanted, held, services
from server.processes import CannotStart

__all__ = ["CannotStart", "InUse", "Services", "Step", "Urls", "Wanted", "held", "services"]
