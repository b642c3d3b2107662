"""Every runner's tokens, fresh when they are used: one refresh per runner at a time in all processes, and both new
tokens in the books before the first of them is used.

A refresh may kill the old refresh token at once. Two refreshes of one runner, or one whose tokens are lost, cost the
runner a new connection.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from plugin.errors import Disconnected, Refused, StravaTrouble
from plugin.ports import Clock, Runner, Store, Tokens
from plugin.strava.oauth import DeadToken, OAuth

log = logging.getLogger("footnote.strava")

LEFT = timedelta(minutes=5)
"""Tokens with less than this left are renewed before they are used."""
HOLD = "tokens"
RECONNECT = "Strava no longer accepts this runner's tokens: the runner must connect again."


class RunnersTokens:
    """One for each process."""

    def __init__(self, store: Store, oauth: OAuth, clock: Clock) -> None:
        self._store, self._oauth, self._clock = store, oauth, clock
        self._unwritten: dict[int, tuple[Tokens, Tokens]] = {}
        """Runner id to (old, new): a full disk must not cost the only copy of new tokens. Touched under the hold."""

    def fresh(self, runner_id: int, *, even_if_dead: bool = False) -> Tokens:
        """Tokens with time left. Raises Disconnected; `even_if_dead` asks Strava once more before it does."""
        tokens = self._kept(runner_id, even_if_dead=even_if_dead)
        if not self._is_over(tokens):
            return tokens
        with self._store.lock(runner_id, purpose=HOLD):
            tokens = self._kept(runner_id, even_if_dead=even_if_dead)
            return self._renew(runner_id, tokens) if self._is_over(tokens) else tokens

    def renewed(self, runner_id: int, refused: Tokens) -> Tokens:
        """Tokens other than those that Strava just refused. Raises Disconnected."""
        with self._store.lock(runner_id, purpose=HOLD):
            tokens = self._kept(runner_id, even_if_dead=True)
            return self._renew(runner_id, tokens) if tokens.access == refused.access else tokens

    def _is_over(self, tokens: Tokens) -> bool:
        return tokens.expires_at - self._clock() < LEFT

    def _kept(self, runner_id: int, *, even_if_dead: bool) -> Tokens:
        runner = self._store.runner(runner_id)
        if runner is None or runner.tokens is None or (runner.must_reconnect and not even_if_dead):
            raise Disconnected(RECONNECT)
        return runner.tokens

    def _renew(self, runner_id: int, tokens: Tokens) -> Tokens:
        """Under the hold."""
        old, new = self._unwritten.get(runner_id, (None, None))
        if new is None or old != tokens:
            # where nothing can be written nothing is asked: the answer would be lost
            self._store.is_there()
            try:
                new = self._oauth.refresh(tokens, self._clock())
            except DeadToken as dead:
                return self._after_death(runner_id, tokens, dead)
            except Refused as refused:
                # the operator's to mend: it must not count against this runner or their channel
                raise StravaTrouble(str(refused)) from refused
            self._unwritten[runner_id] = (tokens, new)
        kept = self._write(runner_id, tokens, replace_by=new)
        del self._unwritten[runner_id]
        log.info("tokens renewed")
        return kept

    def _write(self, runner_id: int, tokens: Tokens, *, replace_by: Tokens) -> Tokens:
        def change(runner: Runner) -> Runner:
            # a runner who connected again meanwhile has newer tokens than ours
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
