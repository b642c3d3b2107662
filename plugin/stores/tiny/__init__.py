"""TinyDB in small files, for one server and some ten runners; short commands of other processes work beside it.

`storage` reads and replaces a file, `locks` and `serving` control access, `store` and `inbox` are the contents.
"""

from plugin.stores.tiny.inbox import TinyInbox
from plugin.stores.tiny.serving import is_served, serve_alone
from plugin.stores.tiny.store import TinyStore

__all__ = ["TinyInbox", "TinyStore", "is_served", "serve_alone"]
