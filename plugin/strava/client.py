"""The calls to Strava's API (`ports.Strava`), or to whatever answers at the two base URLs in the settings.

Each call passes the gate (may it be made now?), uses fresh tokens of the runner, makes one request and parses the
answer. Retries are the dispatcher's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests

from plugin.errors import Disconnected, NotThere, Refused, StravaError, StravaTrouble
from plugin.ports import (
    MOST_PAGES,
    MOST_TEXT,
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
from plugin.strava import parse
from plugin.strava.call_gate import Gate
from plugin.strava.http_session import CALL_S, open_session
from plugin.strava.list_pages import ListPages
from plugin.strava.oauth import OAuth, granted
from plugin.strava.paging import read_back
from plugin.strava.refusals import (
    WRONG_APP,
    Inactive,
    ScopeMissing,
    TokenRefused,
    TooMany,
    TooSlow,
    Unauthorised,
    error_details,
    strava_error,
    subscription_refused,
)
from plugin.strava.stravalib_client import SecretQuerySession, protocol_for
from plugin.strava.tokens import RunnersTokens

if TYPE_CHECKING:
    from stravalib.protocol import ApiV3

Call = Callable[["ApiV3"], Any]
MOST_URL = 2_000
FIELDS = frozenset({ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION})


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """One answer of the API as it came, and how long it took."""

    body: Any
    headers: Mapping[str, str]
    seconds: float


class StravaClient:
    """One per process, shared by its threads. `call_s` bounds each HTTP call as a whole, in seconds."""

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
        self._id, self._secret, self._clock = client_id, client_secret, clock
        self._session = open_session(api_url, oauth_url, call_s=call_s, counts=counts)
        self._gate = Gate(store, clock)
        self._oauth = OAuth(self._session, client_id, client_secret, self._gate.note_headers)
        self._pages = ListPages(store, clock, call_s=call_s)
        self._tokens = RunnersTokens(store, self._oauth, clock)

    # --- runs ---------------------------------------------------------------------------------------------------------

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        answer = self._as_runner(runner_id, lambda api: api.get("/activities/{id}", id=run_id), urgent=urgent)
        return parse.activity_detail(answer, runner_id=runner_id, run_id=run_id)

    def recent(
        self,
        runner_id: int,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        begins: datetime | None = None,
        at_most: int = MOST_PAGES,
        urgent: bool = True,
    ) -> ActivityList:
        def read_page(until: datetime | None) -> ActivityList:
            # Strava's `before` is in whole seconds and exclusive.
            asked: dict[str, Any] = {} if until is None else {"before": ceil(until.timestamp())}
            rows, began = self._pages.rows_for(runner_id), monotonic()
            try:
                answer = self._as_runner(
                    runner_id, lambda api: api.get("/athlete/activities", per_page=rows, **asked), urgent=urgent
                )
            except TooSlow:
                self._pages.timed_out(runner_id, rows, monotonic() - began)
                raise
            page = parse.activity_list(answer)
            self._pages.answered(runner_id, rows, len(answer), monotonic() - began)
            return page

        return read_back(read_page, since=since, before=before, begins=begins, at_most=at_most)

    def gear(self, runner_id: int, gear_id: str, *, urgent: bool = False) -> Gear:
        answer = self._as_runner(runner_id, lambda api: api.get("/gear/{id}", id=gear_id), urgent=urgent)
        return parse.gear(answer, gear_id)

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        if field not in FIELDS:
            raise ValueError(f"{field} is no field of an activity")
        answer = self._as_runner(runner_id, lambda api: api.put("/activities/{id}", id=run_id, body={str(field): text}))
        held = answer.get(str(field), "" if text == "" else None) if isinstance(answer, dict) else None
        return held[: MOST_TEXT + 1] if isinstance(held, str) else None

    def comment(self, runner_id: int, run_id: int, text: str) -> None:
        self._as_runner(runner_id, lambda api: api.post("/activities/{id}/comments", id=run_id, data={"text": text}))

    def inspect(
        self, runner_id: int, path: str, query: Mapping[str, Any] | None = None, *, body: Any = None
    ) -> Inspection:
        """A call as it is, for the operator's probe: a GET, or with `body` a PUT."""
        headers: dict[str, str] = {}
        began = monotonic()
        answer = self._as_runner(
            runner_id,
            lambda api: api.get(path, **(query or {})) if body is None else api.put(path, body=body),
            keep_headers=headers.update,
        )
        return Inspection(body=answer, headers=headers, seconds=monotonic() - began)

    # --- runners ------------------------------------------------------------------------------------------------------

    def is_authorised(self, runner_id: int) -> bool:
        try:
            self._as_runner(runner_id, lambda api: api.get("/athlete"), even_if_refused=True)
        except (Disconnected, TokenRefused):
            return False
        except ScopeMissing:
            pass
        return True

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        with self._gate.permit(urgent=True, is_counted=False):
            try:
                tokens, athlete = self._oauth.exchange(code, self._clock())
            except Inactive as inactive:
                raise self._gate.is_inactive() from inactive
        if "id" not in athlete:
            # Strava does not document that the token answer names the athlete.
            athlete = self._with_tokens(tokens, lambda api: api.get("/athlete"))
        return granted(tokens, athlete, scopes)

    def revoke(self, tokens: Tokens) -> None:
        self._oauth.revoke(tokens)

    # --- the app ------------------------------------------------------------------------------------------------------

    def budget(self) -> Budget:
        return self._gate.budget()

    def forget_inactive(self) -> None:
        """For the server's start: make the next trial call at once, even if the app was inactive minutes ago."""
        self._gate.forget_inactive()

    def subscription(self) -> Subscription | None:
        session = SecretQuerySession(self._session, urlencode(self._app()))
        answer = self._as_app(lambda api: api.get("/push_subscriptions"), session=session)
        if not isinstance(answer, list):
            raise StravaTrouble("Strava's answer about the subscription cannot be read; it is asked again later.")
        return _subscription(answer[0]) if answer else None

    def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
        form = {**self._app(), "callback_url": callback_url, "verify_token": verify_token}
        try:
            answer = self._as_app(lambda api: api.post("/push_subscriptions", data=form))
        except Refused as refused:
            details = error_details(refused.__cause__) if isinstance(refused.__cause__, Exception) else None
            raise (details and subscription_refused(details)) or refused from refused
        return _subscription({"callback_url": callback_url, **answer} if isinstance(answer, dict) else answer)

    def unsubscribe(self, subscription_id: int) -> None:
        try:
            self._as_app(lambda api: api.delete("/push_subscriptions/{id}", id=subscription_id, data=self._app()))
        except NotThere:
            return  # it is already gone

    # --- one call -----------------------------------------------------------------------------------------------------

    def _as_runner(
        self,
        runner_id: int,
        make: Call,
        *,
        urgent: bool = True,
        even_if_refused: bool = False,
        keep_headers: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> Any:
        """One call with the runner's tokens; refreshed and repeated once if Strava refuses them."""
        with self._gate.permit(urgent=urgent):
            try:
                tokens = self._tokens.fresh(runner_id, even_if_refused=even_if_refused)
                try:
                    return self._request(make, access=tokens.access, keep_headers=keep_headers)
                except Unauthorised:
                    tokens = self._tokens.renewed(runner_id, tokens)
                return self._request(make, access=tokens.access, keep_headers=keep_headers)
            except Inactive as inactive:  # the token endpoint answered so
                raise self._gate.is_inactive() from inactive

    def _with_tokens(self, tokens: Tokens, make: Call) -> Any:
        """One call with tokens that are not stored yet."""
        with self._gate.permit(urgent=True):
            return self._request(make, access=tokens.access)

    def _as_app(self, make: Call, *, session: Any = None) -> Any:
        """One call about the push subscription, as the app. Strava counts these apart: their headers are not read."""
        with self._gate.permit(urgent=True, is_counted=False):
            try:
                return self._request(make, session=session, is_counted=False)
            except Unauthorised as unauthorised:
                raise Refused(WRONG_APP) from unauthorised
            except TooMany as too_many:
                raise StravaTrouble("Strava answers 429 about the subscription; it is asked again later.") from too_many

    def _request(
        self,
        make: Call,
        *,
        access: str | None = None,
        session: Any = None,
        is_counted: bool = True,
        keep_headers: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> Any:
        def on_headers(headers: Mapping[str, str], method: str) -> None:
            keep_headers(headers)
            if is_counted:
                self._gate.note_headers(headers, method)

        try:
            answer = make(protocol_for(session or self._session, on_headers, access=access))
        except (requests.RequestException, ValueError, RecursionError) as error:
            raise self._noted(strava_error(error), is_counted=is_counted) from error
        self._gate.is_active()
        return answer

    def _noted(self, error: StravaError, *, is_counted: bool) -> StravaError:
        match error:
            case Inactive():
                return self._gate.is_inactive()
            case TooMany() if is_counted:
                self._gate.is_active()
                return self._gate.too_many()
            case NotThere() | Refused():
                self._gate.is_active()
        return error

    def _app(self) -> dict[str, Any]:
        return {"client_id": self._id, "client_secret": self._secret}


def _subscription(answer: Any) -> Subscription:
    number = answer.get("id") if isinstance(answer, dict) else None
    if type(number) is not int or not 0 < number < 2**63:
        raise StravaTrouble("Strava's answer about the subscription cannot be read; it is asked again later.")
    url = answer.get("callback_url")
    return Subscription(id=number, callback_url=url[:MOST_URL] if isinstance(url, str) else "")
