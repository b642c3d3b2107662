"""Four hundred callers of changing shapes attack the site while runs come in, then both ends are counted.

`make attack` does it for a minute on files and a minute on a Postgres; `tests/security` does both for some seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import selectors
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

from plugin.stores.postgres import migrate
from tests.e2e.harness import Application, until
from tests.e2e.strava import BEGIN
from tests.e2e_postgres.application import PostgresHouse
from tests.hard.seeded import seed
from tests.postgres import Server
from tests.security.shapes import GET, NOT_READ, SHAPES, TINY_CHUNKS

MANY = 400
LONGEST_LIFE_S = 8.0
OPENED_AT_ONCE = 20
"""New callers a round: a crowd of this size comes again within a second or two."""
ROUND_S = 0.05
TRICKLE_EVERY_S = 0.2
RUN_EVERY_S = 0.4
RETRY_S = 5
"""Between Strava's three tries to post an event; the real one waits longer."""


def strangers_requests(hook: bytes) -> dict[str, bytes]:
    """Whole requests of people who have no business here; `hook` is the webhook's path, whose secret has leaked."""

    def ask(line: bytes, *headers: bytes, body: bytes | None = None) -> bytes:
        length = [] if body is None else [b"Content-Length: %d" % len(body), b"Content-Type: application/json"]
        return b"\r\n".join([line + b" HTTP/1.1", b"Host: x", *headers, *length, b"", body or b""])

    event = json.dumps(
        {"object_type": "activity", "object_id": 1, "aspect_type": "create", "owner_id": 2, "subscription_id": 3,
         "updates": {}, "event_time": 1_760_000_000}
    ).encode()  # fmt: skip
    return {
        "the front page": ask(b"GET /"),
        "a runner's page": ask(b"GET /me", b"Cookie: fn=eyJhIjoxfQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"),
        "a form without its token": ask(b"POST /connect", body=b"agree=yes"),
        "a code and a state of their own": ask(b"GET /connect/callback?code=made-up&state=made-up&scope=read"),
        "a link of their own": ask(b"GET /mail/confirm/" + b"x" * 400),
        "a guess at the metrics": ask(b"GET /metrics", b"Authorization: Bearer guess"),
        "a path of hyphens": ask(b"GET /" + b"-" * 16_000),
        "no address": ask(b"GET http://["),
        "a length of thousands of digits": ask(b"POST /", b"Content-Length: " + b"9" * 5000),
        "a body framed in two ways": ask(b"POST /", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + GET),
        "another secret": ask(b"POST " + hook[:-3] + b"xyz", body=event),
        "an event of nobody": ask(b"POST " + hook, body=event),
        "an event that is none": ask(b"POST " + hook, body=b'{"object_id": ' + b"9" * 4000 + b"}"),
        "brackets": ask(b"POST " + hook, body=b"[" * 60_000),
        "four pages in one piece": ask(b"GET /") * 4,
        "tiny chunks": TINY_CHUNKS,
    }


@dataclass(eq=False)
class Caller:
    """One connection of the crowd."""

    wire: socket.socket
    reads: bool
    trickles: bool
    left: bytes
    ends_at: float


class Crowd:
    """`many` connections at any time, each of a shape drawn anew when the one before has ended. One thread drives all
    of them, so that the machine is left to the site."""

    def __init__(self, port: int, hook: bytes, many: int, chance: random.Random) -> None:
        self.opened: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.hung_up = self.refused = 0
        self._port, self._many, self._chance = port, many, chance
        self._pieces = SHAPES | strangers_requests(hook)
        self._callers: set[Caller] = set()
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)

    def __enter__(self) -> Crowd:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for caller in list(self._callers):
            self._drop(caller)
        self._selector.close()

    def _run(self) -> None:
        trickled_at = time.monotonic()
        while not self._over.is_set():
            began = time.monotonic()
            for _ in range(min(OPENED_AT_ONCE, self._many - len(self._callers))):
                self._open(began)
            for key, events in self._selector.select(0):
                self._serve(key.data, events)
            for caller in [one for one in self._callers if one.ends_at < began]:
                self._drop(caller)
            if began - trickled_at > TRICKLE_EVERY_S:
                trickled_at = began
                for caller in [one for one in self._callers if one.trickles and not one.left]:
                    self._push(caller, b"0")
            self._over.wait(max(0.0, ROUND_S - (time.monotonic() - began)))

    def _open(self, now: float) -> None:
        shape = self._chance.choice(list(self._pieces))
        self.opened[shape] += 1
        wire = socket.socket()
        reads = shape != NOT_READ
        if not reads:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        wire.setblocking(False)
        with suppress(BlockingIOError):
            wire.connect(("127.0.0.1", self._port))
        # Behind the one router that is trusted there are many addresses, so no limit keeps them off.
        address = b"\r\nX-Forwarded-For: 10.1.%d.%d\r\n" % (self._chance.randrange(256), self._chance.randrange(256))
        piece = self._pieces[shape].replace(b"\r\nHost: x\r\n", b"\r\nHost: x" + address)
        lives_s = self._chance.uniform(0.5, LONGEST_LIFE_S)
        caller = Caller(wire=wire, reads=reads, trickles=shape in SHAPES, left=piece, ends_at=now + lives_s)
        self._callers.add(caller)
        self._selector.register(wire, selectors.EVENT_READ | selectors.EVENT_WRITE, caller)

    def _serve(self, caller: Caller, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            if not self._push(caller, caller.left):
                return
            wanted = (selectors.EVENT_READ if caller.reads else 0) | (selectors.EVENT_WRITE if caller.left else 0)
            if wanted:
                self._selector.modify(caller.wire, wanted, caller)
            else:
                self._selector.unregister(caller.wire)
        if events & selectors.EVENT_READ and caller.reads:
            try:
                answer = caller.wire.recv(65536)
            except BlockingIOError:
                return
            except ConnectionError:
                answer = b""
            for line in answer.split(b"HTTP/1.")[1:]:
                self.answers[line[2:5].decode("latin-1")] += 1
            if not answer:
                self.hung_up += 1
                self._drop(caller)

    def _push(self, caller: Caller, piece: bytes) -> bool:
        """Whether the connection is still there."""
        try:
            caller.left = piece[caller.wire.send(piece) :] if piece else b""
        except BlockingIOError:
            caller.left = piece
        except OSError as gone:
            self.refused += isinstance(gone, ConnectionRefusedError)
            self._drop(caller)
            return False
        return True

    def _drop(self, caller: Caller) -> None:
        self._callers.discard(caller)
        with suppress(KeyError):
            self._selector.unregister(caller.wire)
        caller.wire.close()


@dataclass
class Attack:
    """What is counted while the crowd is there."""

    application: Application
    chance: random.Random
    runs: dict[int, int] = field(default_factory=dict)
    posts_ms: list[float] = field(default_factory=list)
    pages: Counter[int] = field(default_factory=Counter)
    crowd: Crowd | None = None
    rss_mb: float = 0.0

    def run(self, runners: list[int], *, seconds: float, many: int) -> None:
        """So many runs as there are runners come in, evenly, while the crowd is there; then all is worked off."""
        application = self.application
        hook = application.hook.removeprefix(application.url).encode()
        browser = application.browser()
        self.crowd = Crowd(application.port, hook, many, self.chance)
        with self.crowd:
            began = time.monotonic()
            for number, runner in enumerate(runners):
                time.sleep(max(0.0, began + (number + 1) * seconds / (len(runners) + 1) - time.monotonic()))
                self.runs[runner] = application.strava.record(runner)
                asked = time.monotonic()
                assert requests.post(application.hook, json={}, timeout=60).status_code == 400
                self.posts_ms.append((time.monotonic() - asked) * 1000)
                self.pages[browser.get(f"{application.url}/", timeout=60).status_code] += 1
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            assert application.site is not None
            assert application.site.poll() is None, application.said()[-3000:]
            pages = int(Path(f"/proc/{application.site.pid}/statm").read_text().split()[1])
            self.rss_mb = pages * 4096 / 1e6
        until(lambda: all(one["state"] != "waiting" for one in application.strava.events()), "the events", seconds=120)
        until(application.rests, "the inbox to rest", seconds=300, every=0.5)

    def figures(self) -> dict[str, int]:
        """What became of every run and every request."""
        application, crowd = self.application, self.crowd
        assert crowd is not None
        said = application.said() + (application.worked() if isinstance(application, PostgresHouse) else "")
        statuses = Counter(crowd.answers)
        logged = [json.loads(line) for line in said.splitlines() if line.startswith("{") and '"status"' in line]
        statuses.update(str(line["status"]) for line in logged if line.get("logger") == "plugin.access")
        notes = {run: application.strava.private_note(run).count(BEGIN) for run in self.runs.values()}
        events = Counter(one["state"] for one in application.strava.events())
        counts = application.inbox.counts()
        return {
            "connections opened": sum(crowd.opened.values()),
            "of so many shapes": len(crowd.opened),
            "answers that strangers read": sum(crowd.answers.values()),
            "connections the site ended": crowd.hung_up,
            "connections refused": crowd.refused,
            "requests in the log": sum(line.get("logger") == "plugin.access" for line in logged),
            "runs": len(self.runs),
            "events acknowledged": events["taken"],
            "events lost": sum(many for state, many in events.items() if state != "taken"),
            "runs not judged": sum(
                application.store.run_record(runner, run) is None for runner, run in self.runs.items()
            ),
            "runs without their note": sum(not many for many in notes.values()),
            "runs with two notes": sum(many > 1 for many in notes.values()),
            "deliveries parked": counts["now_parked"],
            "answers 5xx but 503": sum(
                many for status, many in statuses.items() if status.startswith("5") and status != "503"
            ),
            "answers 503": statuses["503"],
            "tracebacks": said.count("Traceback") + said.count("uncaptured python exception"),
            "front pages shown to a runner": self.pages[200],
            "front pages not shown": sum(self.pages.values()) - self.pages[200],
            "longest wait for the webhook, ms": round(max(self.posts_ms)),
            "median wait for the webhook, ms": round(sorted(self.posts_ms)[len(self.posts_ms) // 2]),
            "RSS of the site, MB": round(self.rss_mb),
        }


NEVER = (
    "connections refused",
    "events lost",
    "runs not judged",
    "runs without their note",
    "runs with two notes",
    "deliveries parked",
    "answers 5xx but 503",
    "tracebacks",
    "front pages not shown",
)


def broken_promises(figures: dict[str, int]) -> list[str]:
    """What must not be, in words; empty if all is well."""
    return [f"{name}: {figures[name]}" for name in NEVER if figures[name]]


def attacked(application: Application, *, seconds: float, many: int = MANY, number: int = 0) -> dict[str, int]:
    """Attack a house whose sandbox runs and whose site does not yet; the figures."""
    application.strava.ask("PUT", "/push", retry_seconds=RETRY_S)
    runners = seed(application, max(4, round(seconds / RUN_EVERY_S)))
    application.start()
    attack = Attack(application, random.Random(number))
    attack.run(runners, seconds=seconds, many=many)
    return attack.figures()


@contextmanager
def files_house(folder: Path) -> Iterator[Application]:
    """Everything but the site runs."""
    with closing(Application(folder, log_format="json", reread_hours="0")) as application:
        yield application.open()


@contextmanager
def database_house(folder: Path, url: str) -> Iterator[PostgresHouse]:
    """Everything but the site runs, a worker too."""
    with closing(PostgresHouse(folder, url, log_format="json", reread_hours="0")) as application:
        application.open()
        application.work(1)
        application.are_working(1)
        yield application


@contextmanager
def own_database() -> Iterator[str]:
    """A Postgres with a database that is up to date."""
    server = Server(durable=True)
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as wire:
            wire.execute("CREATE DATABASE attacked")
        migrate(server.url("attacked"))
        yield server.url("attacked")
    finally:
        server.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each store")
    parser.add_argument("--connections", type=int, default=MANY)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--output", default="build/attack.json")
    given = parser.parse_args()
    figures: dict[str, dict[str, int]] = {}
    attack: Callable[[Application], dict[str, int]] = lambda application: attacked(  # noqa: E731
        application, seconds=given.seconds, many=given.connections, number=given.seed
    )
    folder = Path(tempfile.mkdtemp(prefix="footnote-attack-"))
    try:
        (folder / "files").mkdir()
        (folder / "postgres").mkdir()
        with files_house(folder / "files") as application:
            figures["files"] = attack(application)
        with own_database() as url, database_house(folder / "postgres", url) as application:
            figures["postgres"] = attack(application)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    output = Path(given.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"seed": given.seed, "seconds": given.seconds, "figures": figures}, indent=2) + "\n")
    print(f"{'files':>8}  {'postgres':>8}")
    for name in figures["files"]:
        print(f"{figures['files'][name]:>8}  {figures['postgres'][name]:>8}  {name}")
    print(f"\n{given.connections} connections, {given.seconds:g} s for each store, seed {given.seed}; also in {output}")
    if wrong := [f"{store}: {one}" for store in figures for one in broken_promises(figures[store])]:
        sys.exit(f"Broken: {'; '.join(wrong)}.")


if __name__ == "__main__":
    main()
