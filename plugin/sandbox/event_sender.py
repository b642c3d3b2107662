"""Push events: the subscription, its handshake, and the sender with its faults.

An event is a POST that must be answered with 200 within two seconds; after three attempts it is dropped. Events are
sent for creating and deleting an activity, for its title, type and privacy, and for a deauthorisation: never for
description, gear, private note or distance.
"""

from __future__ import annotations

import heapq
import itertools
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from plugin.sandbox.faults import Faults
from plugin.sandbox.model import Activity, Json

ANSWER_WITHIN_S = 2.0
ATTEMPTS = 3
# Strava waits longer; this is shortened for the demo.
RETRY_S = 2.0
HELD_BACK_S = 1.5
EVENT_FAULTS = ("lost_event", "twice", "out_of_order", "signed", "id_in_words")


class AlreadyThere(Exception):
    """Another subscription was made during the handshake."""


class HandshakeFailed(Exception):
    """The callback failed the handshake; the message is Strava's code for it."""


@dataclass(frozen=True, kw_only=True)
class PushSubscription:
    id: int
    callback_url: str
    made_at: float


@dataclass(kw_only=True)
class EventDelivery:
    """One event being delivered: `results` has a status or an error's name per attempt."""

    event: Json
    is_signed: bool = False
    state: str = "waiting"
    results: list[int | str] = field(default_factory=list)

    def answer(self) -> Json:
        return {"event": self.event, "state": self.state, "results": list(self.results)}


def caller() -> requests.Session:
    """A session that ignores proxies and .netrc: the sandbox calls this machine only."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Push:
    """`retry_s`: wait before the second and third attempt. `is_visible`: whether the scopes show an activity."""

    faults: Faults
    is_visible: Callable[[int, Activity], bool]
    retry_s: float = RETRY_S
    subscription: PushSubscription | None = None
    log: deque[EventDelivery] = field(default_factory=lambda: deque(maxlen=5000))
    _due: list[tuple[float, int, EventDelivery]] = field(default_factory=list, repr=False)
    _turn: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _numbers: itertools.count[int] = field(default_factory=itertools.count, repr=False)
    _sender: threading.Thread | None = field(default=None, repr=False)
    _closed: bool = False

    def subscribe(self, callback_url: str, verify_token: str) -> PushSubscription:
        """Verify the callback, then keep the subscription. Raises HandshakeFailed, AlreadyThere."""
        challenge = secrets.token_hex(8)
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            with caller() as session:
                answer = session.get(callback_url, params=asked, timeout=ANSWER_WITHIN_S, allow_redirects=False)
        except requests.RequestException as reason:
            raise HandshakeFailed("GET to callback URL does not return 200") from reason
        if answer.status_code != 200:
            raise HandshakeFailed("GET to callback URL does not return 200")
        try:
            echoed = answer.json()["hub.challenge"]
        except (ValueError, KeyError, TypeError) as reason:
            raise HandshakeFailed("not verifiable") from reason
        if echoed != challenge:
            raise HandshakeFailed("not verifiable")
        number = 270_000 + secrets.randbelow(90_000)
        with self._turn:
            if self.subscription is not None:
                raise AlreadyThere
            self.subscription = PushSubscription(id=number, callback_url=callback_url, made_at=time.time())
            return self.subscription

    def unsubscribe(self, number: int) -> bool:
        if self.subscription is None or self.subscription.id != number:
            return False
        self.subscription = None
        return True

    def on_change(self, before: Activity | None, after: Activity | None) -> None:
        """World's listener: send the events of a change, as far as the scopes show it."""
        saw = before is not None and self.is_visible(before.athlete_id, before)
        sees = after is not None and self.is_visible(after.athlete_id, after)
        activity = after or before
        if activity is None or not (saw or sees):
            return
        if before is None or (after is not None and not saw):
            self.tell("activity", activity.id, "create", activity.athlete_id)
        elif after is None or not sees:
            # With activity:read alone, making a run private sends a delete, making it visible a create.
            self.tell("activity", activity.id, "delete", activity.athlete_id)
        else:
            for updates in updates_of(before, after):
                self.tell("activity", activity.id, "update", activity.athlete_id, updates)

    def send_deauthorised(self, athlete_id: int) -> None:
        self.tell("athlete", athlete_id, "update", athlete_id, {"authorized": "false"})

    def tell(self, object_type: str, object_id: int, aspect: str, owner_id: int, updates: Json | None = None) -> None:
        subscription = self.subscription
        if subscription is None:
            return
        event: Json = {
            "aspect_type": aspect,
            "event_time": int(time.time()),
            "object_id": object_id,
            "object_type": object_type,
            "owner_id": owner_id,
            "subscription_id": subscription.id,
            "updates": updates or {},
        }
        hit = self.faults.take("EVENT", f"/{object_type}/{aspect}", EVENT_FAULTS)
        if "id_in_words" in hit:
            event["subscription_id"] = str(subscription.id)
        if "lost_event" in hit:
            self.log.append(EventDelivery(event=event, state="lost on purpose"))
            return
        for _ in range(2 if "twice" in hit else 1):
            self.send(
                EventDelivery(event=event, is_signed="signed" in hit), HELD_BACK_S if "out_of_order" in hit else 0.0
            )

    def send(self, sent: EventDelivery, wait_s: float = 0.0) -> None:
        """Send any event unchanged."""
        self.log.append(sent)
        self._put(sent, wait_s)

    def close(self) -> None:
        with self._turn:
            self._closed = True
            self._turn.notify()

    def events(self) -> list[Json]:
        """Every delivery, oldest first."""
        return [sent.answer() for sent in list(self.log)]

    def _put(self, sent: EventDelivery, wait_s: float) -> None:
        with self._turn:
            heapq.heappush(self._due, (time.monotonic() + wait_s, next(self._numbers), sent))
            if self._sender is None:
                self._sender = threading.Thread(target=self._send_all, name="sandbox-push", daemon=True)
                self._sender.start()
            self._turn.notify()

    def _send_all(self) -> None:
        with ThreadPoolExecutor(8, thread_name_prefix="sandbox-push") as pool:
            while True:
                with self._turn:
                    while not self._closed and (not self._due or self._due[0][0] > time.monotonic()):
                        self._turn.wait(self._due[0][0] - time.monotonic() if self._due else None)
                    if self._closed:
                        return
                    sent = heapq.heappop(self._due)[2]
                pool.submit(self._attempt, sent)

    def _attempt(self, sent: EventDelivery) -> None:
        subscription = self.subscription
        if subscription is None:
            sent.state = "no subscription any more"
            return
        try:
            with caller() as session:
                answer = session.post(
                    subscription.callback_url,
                    json=sent.event,
                    headers=_signature() if sent.is_signed else None,
                    timeout=ANSWER_WITHIN_S,
                    allow_redirects=False,
                )
            sent.results.append(answer.status_code)
        except requests.RequestException as reason:
            sent.results.append(type(reason).__name__)
        if sent.results[-1] == 200:
            sent.state = "taken"
        elif len(sent.results) >= ATTEMPTS:
            sent.state = "given up"
        else:
            self._put(sent, self.retry_s)


def _signature() -> dict[str, str]:
    """A header as seen on real events. How it is computed is not documented: this one proves nothing."""
    return {"X-Strava-Signature": f"t={int(time.time())},v1={secrets.token_hex(32)}"}


def updates_of(before: Activity, after: Activity) -> list[Json]:
    """The `updates` of the events of one save: title and type together, privacy apart. Booleans are strings."""
    words: Json = {}
    if after.name != before.name:
        words["title"] = after.name
    if after.sport_type != before.sport_type:
        words["type"] = after.older_type
    events = [words] if words else []
    if after.private != before.private:
        events.append({"private": "true" if after.private else "false"})
    return events
