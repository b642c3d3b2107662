"""Encryption and signatures: all keys are derived from `SECRET_KEY`, one for each purpose, and none opens another.

The path secret, the session key, the keys that seal tokens at rest, and the signatures of links. Old keys
(`SECRET_KEY_FALLBACKS`) still open and verify; only the current one seals and signs.
"""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from plugin.errors import FootnoteError

Payload = Mapping[str, str | int]


class BadSeal(FootnoteError):
    """Something kept sealed was not sealed by any of our keys, or not for this purpose."""


class BadLink(FootnoteError):
    """A signed link or state is not ours, not for this action, or too old."""


class Keyring:
    """The keys of one installation. `fallbacks` are older secret keys, the newest first."""

    def __init__(
        self, secret_key: str, fallbacks: Sequence[str] = (), *, seconds_now: Callable[[], float] = time.time
    ) -> None:
        if not secret_key:
            raise ValueError("a keyring without a secret key would seal nothing")
        self._keys = (secret_key, *(old for old in fallbacks if old and old != secret_key))
        self._seconds_now = seconds_now
        self._fernets: dict[str, MultiFernet] = {}

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} keys>"

    @property
    def webhook_secret(self) -> str:
        """The last part of the webhook's path, and its verify token: 43 url-safe characters."""
        return self.webhook_secrets[0]

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The current path secret first, then those of the old keys, so that a rotation loses no event."""
        return tuple(_derive(key, "webhook path") for key in self._keys)

    @property
    def session_key(self) -> str:
        """Signs the browser's session."""
        return _derive(self._keys[0], "session")

    @property
    def session_keys_old(self) -> list[str]:
        """Sessions signed with these still count (Flask's SECRET_KEY_FALLBACKS)."""
        return [_derive(key, "session") for key in self._keys[1:]]

    def seal(self, plain: bytes, *, purpose: str) -> str:
        """Encrypted and authenticated, as text; opens only for the same purpose."""
        return self._fernet(purpose).encrypt(plain).decode("ascii")

    def unseal(self, sealed: str, *, purpose: str) -> bytes:
        """What was sealed; raises BadSeal."""
        try:
            return self._fernet(purpose).decrypt(sealed.encode())
        except InvalidToken as wrong:
            raise BadSeal(
                f"What is kept ({purpose}) does not open with SECRET_KEY: put the key it was sealed with into "
                "SECRET_KEY_FALLBACKS."
            ) from wrong

    def is_current(self, sealed: str, *, purpose: str) -> bool:
        """Whether it was sealed with the current secret key, not with a fallback."""
        try:
            Fernet(_derive(self._keys[0], f"seal {purpose}") + "=").decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def sign_link(self, action: str, payload: Payload) -> str:
        """A url-safe token that proves `payload` for this one action."""
        return self._sign(f"link {action}", payload)

    def read_link(self, action: str, token: str, *, max_age_s: int) -> dict[str, Any]:
        """The payload of a link signed for `action` at most `max_age_s` seconds ago; raises BadLink."""
        return self._read(f"link {action}", token, max_age_s=max_age_s)

    def read_dated_link(self, action: str, token: str, *, max_age_s: int) -> tuple[dict[str, Any], datetime]:
        """The payload as `read_link` gives it, and when the link was signed, to the second."""
        return self._read_dated(f"link {action}", token, max_age_s=max_age_s)

    def sign_state(self, payload: Payload) -> str:
        """The OAuth state: proves that we sent this browser to Strava."""
        return self._sign("oauth state", payload)

    def read_state(self, token: str, *, max_age_s: int) -> dict[str, Any]:
        """The payload of a state signed at most `max_age_s` seconds ago; raises BadLink."""
        return self._read("oauth state", token, max_age_s=max_age_s)

    def _fernet(self, purpose: str) -> MultiFernet:
        if purpose not in self._fernets:
            self._fernets[purpose] = MultiFernet([Fernet(_derive(key, f"seal {purpose}") + "=") for key in self._keys])
        return self._fernets[purpose]

    def _signer(self, use: str) -> URLSafeTimedSerializer:
        # itsdangerous signs with the last key of the list and accepts all.
        keys = [_derive(key, f"sign {use}") for key in reversed(self._keys)]
        return URLSafeTimedSerializer(
            keys,
            salt=use,
            signer=_Dated,
            signer_kwargs={"seconds_now": self._seconds_now, "digest_method": hashlib.sha256},
        )

    def _sign(self, use: str, payload: Payload) -> str:
        return str(self._signer(use).dumps(dict(payload)))

    def _read(self, use: str, token: str, *, max_age_s: int) -> dict[str, Any]:
        return self._read_dated(use, token, max_age_s=max_age_s)[0]

    def _read_dated(self, use: str, token: str, *, max_age_s: int) -> tuple[dict[str, Any], datetime]:
        try:
            payload, signed_at = self._signer(use).loads(token, max_age=max_age_s, return_timestamp=True)
        except SignatureExpired as late:
            raise BadLink("This link is too old: ask for a new one.") from late
        except BadSignature as wrong:
            raise BadLink("This link is not one of ours, or part of it is missing: copy it whole.") from wrong
        if not isinstance(payload, dict):
            raise BadLink("This link is not one of ours.")
        return payload, signed_at


class _Dated(TimestampSigner):
    """Dates what it signs by the clock it is given, so that tests can say a time."""

    def __init__(self, *args: Any, seconds_now: Callable[[], float], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._seconds_now = seconds_now

    def get_timestamp(self) -> int:
        return int(self._seconds_now())


@cache
def _derive(secret_key: str, use: str) -> str:
    """32 bytes for one use only, as 43 url-safe characters (RFC 5869)."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"footnote {use}".encode()).derive(secret_key.encode())
    return urlsafe_b64encode(key).decode("ascii").rstrip("=")
