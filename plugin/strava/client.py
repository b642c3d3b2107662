"""Strava itself, or whatever stands at the two addresses in the settings (`ports.Strava`).

Every call passes the gate (is Strava open for it?), takes the runner's tokens (fresh ones), asks once, and brings the
answer over the border. Trying again later is the inbox's business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests

from plugin.errors import Disconnected, NotThere, Refused, StravaError, StravaTrouble
from plugin.ports import (
    ActivityDetail,
    ActivityList,
    Budget,
    ChannelName,
    Clock,
    Gear,
    Granted,
    Store,
    Subscription,
    Tokens,
)
from plugin.ports.counts import Counts
from plugin.strava import oauth
from plugin.strava import parse as facts
from plugin.strava.call_gate import Gate
from plugin.strava.http_session import CALL_S, open_session
from plugin.strava.refusals import WRONG_APP, Inactive, ScopeMissing, TokenRefused, TooMany, Unauthorised, in_our_words
from plugin.strava.stravalib_client import WithSecretQuery, spoken
from plugin.strava.tokens import RunnersTokens

if TYPE_CHECKING:
    from stravalib.protocol import ApiV3

Ask = Callable[["ApiV3"], Any]
FIELDS = frozenset({ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION})


class StravaClient:
    """One for each process, for all its threads. `call_s` bounds each HTTP call as a whole, in seconds."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        api_url: str,
        oauth_url: str,
        store: Store,
        clock: Clock,
        call_s: float = CALL_S,
        counts: Counts | None = None,
    ) -> None:
        self._id, self._secret, self._oauth_url, self._clock = client_id, client_secret, oauth_url, clock
        self._session = open_session(api_url, oauth_url, call_s=call_s, counts=counts)
        self._gate = Gate(store, clock)
        self._oauth = oauth.OAuth(self._session, client_id, client_secret, self._gate.heard)
        self._tokens = RunnersTokens(store, self._oauth, clock)

    # --- runs ---------------------------------------------------------------------------------------------------------

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        answer = self._as(runner_id, lambda api: api.get("/activities/{id}", id=run_id), urgent=urgent)
        return facts.seen(answer, runner_id=runner_id, run_id=run_id)

    def recent(self, runner_id: int, *, before: datetime | None = None, urgent: bool = True) -> ActivityList:
        # Strava's `before` is whole seconds and leaves out that very second
        asked: dict[str, Any] = {} if before is None else {"before": ceil(before.timestamp())}
        answer = self._as(
            runner_id, lambda api: api.get("/athlete/activities", per_page=facts.PAGE, **asked), urgent=urgent
        )
        return facts.listed(answer)

    def gear(self, runner_id: int, gear_id: str, *, urgent: bool = False) -> Gear:
        answer = self._as(runner_id, lambda api: api.get("/gear/{id}", id=gear_id), urgent=urgent)
        return facts.gear(answer, gear_id)

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        if field not in FIELDS:
            raise ValueError(f"{field} is no field of an activity")
        answer = self._as(
            runner_id, lambda api: api.put("/activities/{id}", id=run_id, body={str(field): text}), reads=False
        )
        held = answer.get(str(field), "" if text == "" else None) if isinstance(answer, dict) else None
        return held if isinstance(held, str) else None

    def comment(self, runner_id: int, run_id: int, text: str) -> None:
        self._as(
            runner_id, lambda api: api.post("/activities/{id}/comments", id=run_id, data={"text": text}), reads=False
        )

    # --- runners ------------------------------------------------------------------------------------------------------

    def authorize_url(self, *, redirect_uri: str, state: str, scopes: Collection[str] = oauth.SCOPES) -> str:
        """Where to send the runner's browser to connect; no call."""
        return oauth.authorize_url(self._oauth_url, self._id, redirect_uri=redirect_uri, state=state, scopes=scopes)

    def is_authorised(self, runner_id: int) -> bool:
        try:
            self._as(runner_id, lambda api: api.get("/athlete"), even_if_dead=True)
        except (Disconnected, TokenRefused):
            return False
        except ScopeMissing:
            pass
        return True

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        with self._gate.passing(reads=False, urgent=True, is_counted=False):
            try:
                tokens, athlete = self._oauth.exchange(code, self._clock())
            except Inactive as inactive:
                raise self._gate.is_inactive() from inactive
        if "id" not in athlete:
            # who it is stands in the answer, but no page of Strava's promises that
            athlete = self._passed(lambda api: api.get("/athlete"), access=tokens.access)
        return oauth.granted(tokens, athlete, scopes)

    def revoke(self, tokens: Tokens) -> None:
        self._oauth.revoke(tokens)

    # --- the app ------------------------------------------------------------------------------------------------------

    def budget(self) -> Budget:
        return self._gate.budget()

    def forget_inactive(self) -> None:
        """For the server's start: ask at once, even if Strava called the app inactive some minutes ago."""
        self._gate.forget_inactive()

    def subscription(self) -> Subscription | None:
        session = WithSecretQuery(self._session, urlencode(self._app()))
        answer = self._passed(lambda api: api.get("/push_subscriptions"), session=session)
        if not isinstance(answer, list):
            raise StravaTrouble("Strava's answer about the subscription cannot be read; it is asked again later.")
        return _subscription(answer[0]) if answer else None

    def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
        form = {**self._app(), "callback_url": callback_url, "verify_token": verify_token}
        answer = self._passed(lambda api: api.post("/push_subscriptions", data=form), reads=False)
        return _subscription({"callback_url": callback_url, **answer} if isinstance(answer, dict) else answer)

    def unsubscribe(self, subscription_id: int) -> None:
        try:
            self._passed(
                lambda api: api.delete("/push_subscriptions/{id}", id=subscription_id, data=self._app()), reads=False
            )
        except NotThere:
            return  # that is what was wanted

    # --- one call -----------------------------------------------------------------------------------------------------

    def _as(
        self, runner_id: int, ask: Ask, *, reads: bool = True, urgent: bool = True, even_if_dead: bool = False
    ) -> Any:
        """In a runner's name: with tokens that are fresh, and once more with new ones if they turn out not to be."""
        with self._gate.passing(reads=reads, urgent=urgent):
            try:
                tokens = self._tokens.fresh(runner_id, even_if_dead=even_if_dead)
                try:
                    return self._asked(ask, access=tokens.access, reads=reads)
                except Unauthorised:
                    tokens = self._tokens.renewed(runner_id, tokens)
                return self._asked(ask, access=tokens.access, reads=reads)
            except Inactive as inactive:  # said by the token endpoint
                raise self._gate.is_inactive() from inactive

    def _passed(self, ask: Ask, *, access: str | None = None, reads: bool = True, session: Any = None) -> Any:
        """In the app's own name, or with tokens that are not in the books yet."""
        with self._gate.passing(reads=reads, urgent=True):
            try:
                return self._asked(ask, access=access, reads=reads, session=session)
            except Unauthorised as unauthorised:
                if access is not None:
                    raise
                raise Refused(WRONG_APP) from unauthorised

    def _asked(self, ask: Ask, *, access: str | None, reads: bool, session: Any = None) -> Any:
        try:
            answer = ask(spoken(session or self._session, self._gate.heard, access=access))
        except (requests.RequestException, ValueError, RecursionError) as error:
            raise self._told(in_our_words(error), reads=reads) from error
        self._gate.is_active()
        return answer

    def _told(self, error: StravaError, *, reads: bool) -> StravaError:
        match error:
            case Inactive():
                return self._gate.is_inactive()
            case TooMany():
                self._gate.is_active()
                return self._gate.too_many(reads=reads)
            case NotThere() | Refused():
                self._gate.is_active()
        return error

    def _app(self) -> dict[str, Any]:
        return {"client_id": self._id, "client_secret": self._secret}


def _subscription(answer: Any) -> Subscription:
    number = answer.get("id") if isinstance(answer, dict) else None
    if type(number) is not int:
        raise StravaTrouble("Strava's answer about the subscription cannot be read; it is asked again later.")
    url = answer.get("callback_url")
    return Subscription(id=number, callback_url=url if isinstance(url, str) else "")
