"""Runners, messages and a Strava with nothing but two fields and a thread, by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from plugin.channels import NoteCheck
from plugin.errors import FootnoteError
from plugin.ports import NOTE_CHECK, ActivityDetail, ChannelName, Message, PushTarget, Runner, Settings, Texts
from plugin.stores.memory import MemoryStore
from plugin.summary.model import PairSummary, WeekSummary
from plugin.training.runs import ShoeKind

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
RUN_ID = 9_876_543_210
PUBLIC_URL = "https://footnote.example.org"
NOTE = (
    "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km). Jumps like this go with more "
    "overuse injuries on average. An easy day or two, and no longer next time, is a cheap hedge.\n"
    "Your next run can be up to 15.4 km, and this week has 9.0 km left."
)
SUBJECT = "20.0 km: 43 % longer than your longest run lately"


PUSHED = PushTarget(service="ntfy", fields={"topic": "ana-kx83jf72ls"})


def a_runner(**settings) -> Runner:
    chosen = {"email": "ana@example.org", "email_confirmed": True, "public_ok": True, "push": PUSHED} | settings
    return Runner(
        id=7,
        name="Ana Meier",
        connected_at=NOW,
        scopes=frozenset({"read", "activity:read", "activity:read_all", "activity:write"}),
        settings=Settings(**chosen),
    )


def seen(texts: Texts) -> ActivityDetail:
    return ActivityDetail(
        id=RUN_ID,
        runner_id=7,
        run=None,
        distance_m=Decimal(20000),
        sport="Run",
        day=DAY,
        start=NOW,
        texts=texts,
        gear=None,
    )


def a_message(text: str = NOTE, *, runner: Runner | None = None, texts: Texts | None = None, **more) -> Message:
    given = {"run_id": RUN_ID, "subject": SUBJECT, "lead_rule": "long_run", "before": seen(texts or Texts())} | more
    return Message(runner=runner or a_runner(), day=DAY, text=text, **given)


def twelve_weeks() -> tuple[WeekSummary, ...]:
    kilometres = [(20, None), (22, None), (24, 25), (25, 27), (18, 28), (27, 28), (36, 30), (30, 33), (0, 36), (33, 36)]
    kilometres += [(35, 38), (32, 38)]
    return tuple(
        WeekSummary(
            first_day=date.fromordinal(date(2026, 8, 31).toordinal() + 7 * number),
            metres=Decimal(run) * 1000,
            ceiling_m=None if ceiling is None else Decimal(ceiling) * 1000,
        )
        for number, (run, ceiling) in enumerate(kilometres)
    )


def a_pair(name: str = "Pegasus 40", **more) -> PairSummary:
    given = {"metres": Decimal(742000), "retires_in_week_of": date(2026, 12, 14)} | more
    return PairSummary(
        id="g1", name=name, kind=ShoeKind.DAILY, look_m=Decimal(500000), replace_m=Decimal(800000), **given
    )


def checked(found: str | None = "kept and shown") -> NoteCheck:
    """What is known of private notes at Strava; None: none was written yet. Waits for nothing."""
    store = MemoryStore()
    if found is not None:
        store.change_key_value(NOTE_CHECK, lambda _: {"found": found})
    return NoteCheck(store, lambda wait_s: None)


@dataclass
class FakeFields:
    """Strava's write calls on one activity. `keeps`, `shows` and `fails` are its bad days."""

    texts: dict[ChannelName, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    writes: list[tuple[ChannelName, str]] = field(default_factory=list)
    reads: int = 0
    keeps: bool = True
    shows: bool = True
    line_breaks: str = "\n"
    trims: bool = False
    fails: FootnoteError | None = None

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        assert (runner_id, run_id) == (7, RUN_ID)
        if self.fails is not None:
            raise self.fails
        self.writes.append((field, text))
        if self.keeps:
            kept = text.replace("\n", self.line_breaks)
            self.texts[field] = kept.strip() if self.trims else kept
        return self.texts.get(field, "") if self.shows else None

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        assert (runner_id, run_id) == (7, RUN_ID)
        self.reads += 1
        return seen(self.read())

    def comment(self, runner_id: int, run_id: int, text: str) -> None:
        assert (runner_id, run_id) == (7, RUN_ID)
        if self.fails is not None:
            raise self.fails
        self.comments.append(text)

    def read(self) -> Texts:
        return Texts(
            description=self.texts.get(ChannelName.DESCRIPTION, ""),
            private_note=self.texts.get(ChannelName.PRIVATE_NOTE, ""),
        )
