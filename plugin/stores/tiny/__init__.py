"""TinyDB in small files, for one server and some ten runners; short commands of other processes work beside it.

`storage` is how a file is read and replaced, `locks` who may, `store` and `inbox` what is in them.
"""

from plugin.stores.tiny.inbox import TinyInbox
from plugin.stores.tiny.locks import serve_alone
from plugin.stores.tiny.store import TinyStore

__all__ = ["TinyInbox", "TinyStore", "serve_alone"]
