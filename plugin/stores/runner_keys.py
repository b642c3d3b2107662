"""A key for each runner, which seals their names and goes with them.

Deleted rows and earlier states of a file stay on a disk for a while. What they hold of a runner's names opens only with
this key, which is kept once and apart, wrapped by SECRET_KEY.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken

from plugin.settings.encryption import BadSeal
from plugin.stores.record_json import NAMES, LostKey, Seals

PURPOSE = "runner key"


class RunnerSeals:
    """The installation's seals, with the runner's own key for names. `wrapped` is that key as it is kept; None for a
    runner of an earlier version, or if the key is lost."""

    def __init__(self, seals: Seals, wrapped: str | None) -> None:
        self._seals = seals
        self._own = Fernet(seals.unseal(wrapped, purpose=PURPOSE)) if wrapped else None

    def seal(self, plain: bytes, *, purpose: str) -> str:
        if purpose != NAMES or self._own is None:
            return self._seals.seal(plain, purpose=purpose)
        return self._own.encrypt(plain).decode("ascii")

    def unseal(self, sealed: str, *, purpose: str) -> bytes:
        if purpose != NAMES:
            return self._seals.unseal(sealed, purpose=purpose)
        if self._own is not None:
            try:
                return self._own.decrypt(sealed)
            except InvalidToken:
                pass  # sealed before the runner had a key
        try:
            return self._seals.unseal(sealed, purpose=purpose)
        except BadSeal as wrong:
            raise LostKey("The key that sealed a runner's names is lost.") from wrong

    def is_current(self, sealed: str, *, purpose: str) -> bool:
        return self._seals.is_current(sealed, purpose=purpose)


def key_to_keep(wrapped: str | None, seals: Seals) -> str:
    """The runner's key as it is kept from now on: a new one if there is none, wrapped anew after a rotation."""
    if wrapped is None:
        return seals.seal(Fernet.generate_key(), purpose=PURPOSE)
    if seals.is_current(wrapped, purpose=PURPOSE):
        return wrapped
    return seals.seal(seals.unseal(wrapped, purpose=PURPOSE), purpose=PURPOSE)
