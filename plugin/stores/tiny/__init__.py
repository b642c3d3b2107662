"""TinyDB in small files, for one server and some ten runners; short commands of other processes work beside it.

`storage` is how a file is read and replaced, `locks` who may, `books` and `inbox` what is in them.
"""

from plugin.stores.tiny.books import TinyBooks
from plugin.stores.tiny.inbox import TinyInbox
from plugin.stores.tiny.locks import serve_alone

__all__ = ["TinyBooks", "TinyInbox", "serve_alone"]
