"""Access tokens, refreshed before they expire: one refresh per runner at a time across all processes, and both new
tokens stored before the first is used.

A refresh may invalidate the old refresh token at once. Two concurrent refreshes, or one whose answer is lost, force
the runner to connect again.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from plugin.errors import Disconnected, Refused, StravaTrouble
from plugin.ports import Clock, Runner, Store, Tokens
from plugin.strava.oauth import DeadToken, OAuth

log = logging.getLogger("footnote.strava")

RENEW_BEFORE = timedelta(minutes=5)
"""Tokens with less time left are refreshed before use."""
LOCK_PURPOSE = "tokens"
RECONNECT = "Strava no longer accepts this runner's tokens: the runner must connect again."


class RunnersTokens:
    """One per process."""

    def __init__(self, store: Store, oauth: OAuth, clock: Clock) -> None:
        self._store, self._oauth, self._clock = store, oauth, clock
        self._unwritten: dict[int, tuple[Tokens, Tokens]] = {}
        """Runner id to (old, new) while the store could not be written: the only copy of the new tokens. Used under the
        lock."""

    def fresh(self, runner_id: int, *, even_if_refused: bool = False) -> Tokens:
        """Tokens with time left. Raises Disconnected; with `even_if_refused` only after asking Strava once more."""
        tokens = self._stored(runner_id, even_if_refused=even_if_refused)
        if not self._expires_soon(tokens):
            return tokens
        with self._store.lock(runner_id, purpose=LOCK_PURPOSE):
            tokens = self._stored(runner_id, even_if_refused=even_if_refused)
            return self._renew(runner_id, tokens) if self._expires_soon(tokens) else tokens

    def renewed(self, runner_id: int, refused: Tokens) -> Tokens:
        """Tokens newer than those that Strava just refused. Raises Disconnected."""
        with self._store.lock(runner_id, purpose=LOCK_PURPOSE):
            tokens = self._stored(runner_id, even_if_refused=True)
            return self._renew(runner_id, tokens) if tokens.access == refused.access else tokens

    def _expires_soon(self, tokens: Tokens) -> bool:
        return tokens.expires_at - self._clock() < RENEW_BEFORE

    def _stored(self, runner_id: int, *, even_if_refused: bool) -> Tokens:
        runner = self._store.runner(runner_id)
        if runner is None or runner.tokens is None or (runner.must_reconnect and not even_if_refused):
            raise Disconnected(RECONNECT)
        return runner.tokens

    def _renew(self, runner_id: int, tokens: Tokens) -> Tokens:
        """Call it under the lock."""
        old, new = self._unwritten.get(runner_id, (None, None))
        if new is None or old != tokens:
            # Do not refresh while the store cannot be written: the new tokens would be lost.
            self._store.is_there()
            try:
                new = self._oauth.refresh(tokens, self._clock())
            except DeadToken as dead:
                return self._after_death(runner_id, tokens, dead)
            except Refused as refused:
                # A problem of the app, not of this runner: their connection and channel must not suffer for it.
                raise StravaTrouble(str(refused)) from refused
            self._unwritten[runner_id] = (tokens, new)
        kept = self._write(runner_id, tokens, replace_by=new)
        del self._unwritten[runner_id]
        log.info("tokens refreshed")
        return kept

    def _write(self, runner_id: int, tokens: Tokens, *, replace_by: Tokens) -> Tokens:
        def change(runner: Runner) -> Runner:
            # A runner who connected again meanwhile has newer tokens.
            if runner.tokens != tokens:
                return runner
            return replace(runner, tokens=replace_by, must_reconnect=False, told_to_reconnect=False)

        runner = self._store.change_runner(runner_id, change)
        if runner is None or runner.tokens is None:
            self._unwritten.pop(runner_id, None)
            raise Disconnected(RECONNECT)
        return runner.tokens

    def _after_death(self, runner_id: int, tokens: Tokens, dead: DeadToken) -> Tokens:
        def change(runner: Runner) -> Runner:
            return replace(runner, must_reconnect=True) if runner.tokens == tokens else runner

        runner = self._store.change_runner(runner_id, change)
        if runner is None or runner.tokens is None or runner.tokens == tokens:
            log.warning("%s", RECONNECT)
            raise Disconnected(RECONNECT) from dead
        return runner.tokens
