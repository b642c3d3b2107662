"""Runners, looks, lists and deliveries to keep: with something in every field, or with little."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.ports import (
    CalendarFeed,
    ChannelFailure,
    ChannelName,
    Delivery,
    Dismissal,
    Fingerprint,
    JobKind,
    Leaving,
    NoteStatus,
    Pair,
    PushTarget,
    Runner,
    RunRecord,
    Settings,
    Snapshot,
    StayReason,
    StoredNotice,
    Tokens,
)
from plugin.training.history import Soreness
from plugin.training.runs import Run, Shoe, ShoeKind, Sport, Wear
from plugin.training.runs_set_aside import SetAsideReason

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MINUTE = timedelta(minutes=1)


def a_runner(runner_id: int = 7, **changes: Any) -> Runner:
    return Runner(id=runner_id, connected_at=NOON, **changes)


def a_full_runner(runner_id: int = 7) -> Runner:
    return a_runner(
        runner_id,
        name="Zoë <b>Ünlü</b>",
        consent_version="2",
        consent_at=NOON - MINUTE,
        scopes=frozenset({"read", "activity:read_all"}),
        tokens=Tokens(access="access-in-clear", refresh="refresh-in-clear", expires_at=NOON + timedelta(hours=6)),
        must_reconnect=True,
        told_to_reconnect=True,
        lost_at=NOON - MINUTE,
        timezone="America/New_York",
        settings=Settings(
            channel=ChannelName.EMAIL,
            until_confirmed=ChannelName.PRIVATE_NOTE,
            public_ok=True,
            email="zoe@in-clear.example",
            email_confirmed=True,
            email_bounced=True,
            push=PushTarget(
                service="telegram",
                fields={"bot_token": "12345:bot-token-in-clear", "chat": "4815162342"},
                only_mine=True,
                tried_at=NOON,
                trouble="not_told: no",
            ),
            calendar=CalendarFeed(digest="d" * 64, made_at=NOON),
            units="mi",
            language="de",
            week_starts="sunday",
            reads_soreness=True,
            strict_ramp=True,
            rules_off=frozenset({"cadence"}),
            snoozed={"*": TODAY, "ramp": TODAY},
            paused=True,
            digest=False,
            timezone="Europe/Vienna",
            check_hour=6,
            digest_day="friday",
        ),
        pairs={
            "g1": Pair(
                shoe=Shoe(
                    id="g1",
                    name="Ghost 15",
                    kind=ShoeKind.TRAIL,
                    look_m=Decimal("400000.10"),
                    replace_m=Decimal(700_000),
                    is_retired=True,
                ),
                odometer_m=Decimal("512345.70"),
                seen_at=NOON,
                of_run=41,
                before_m=Decimal("492345.60"),
                start_m=Decimal(1000),
            )
        },
        soreness=(
            Soreness(
                run_id="41",
                day=TODAY,
                labels=frozenset({"plantar_fasciitis", "red_flag"}),
                cleared=frozenset({"shin"}),
                shoe="g1",
            ),
        ),
        dismissals=(Dismissal(rule="ramp", day=TODAY, run_id=41),),
        no_runs={"43": TODAY},
        failed_channels=frozenset({ChannelName.PRIVATE_NOTE}),
        list_rows=50,
        failures=(ChannelFailure(channel=ChannelName.PRIVATE_NOTE, run_id=41, at=NOON),),
        told_once={"worn_shoe g1 500": 41},
        swept_on=TODAY,
        looked_on=TODAY,
        digested_on=TODAY,
        ended_logins={"digest-of-a-login": NOON},
        signed_out_at=NOON - MINUTE,
        leaving=Leaving(asked_at=NOON, receipt="digest-of-a-receipt", notes=4, stay={"44": StayReason.REFUSED}),
    )


def a_look(run_id: int = 41, *, runner_id: int = 7, day: date = TODAY, **changes: Any) -> RunRecord:
    return RunRecord(runner_id=runner_id, run_id=run_id, day=day, looked_at=NOON, **changes)


def a_full_look(run_id: int = 41, *, runner_id: int = 7) -> RunRecord:
    return a_look(
        run_id,
        runner_id=runner_id,
        start=NOON - timedelta(hours=2),
        facts=Fingerprint(
            is_run=True, distance_m=Decimal("20000.0"), sport="run", day=TODAY, shoe="g1", words="digest-of-words"
        ),
        found=(
            StoredNotice(
                rule="long_run",
                family="load",
                level=2,
                told=True,
                leads=True,
                withheld=None,
                once="ramp 2026-11-16 2",
                text="20.0 km is 43 % longer",
                numbers={"longest_m": Decimal("14000.00"), "days": 30, "pair": "500", "others": ("a", "b")},
            ),
            StoredNotice(
                rule="soreness",
                family="soreness",
                level=2,
                told=False,
                withheld="less important",
                text="heel words in clear",
                numbers={"labels": ("plantar_fasciitis",)},
            ),
        ),
        telling=NoteStatus.TOLD,
        channel=ChannelName.PRIVATE_NOTE,
        text="a note with heel words in clear",
        tip="towel_scrunches",
        told_at=NOON,
        reread_at=NOON,
        mailed=True,
        called_race=True,
        judged_race=True,
        judged_without=frozenset({"ramp"}),
        is_old=True,
        odometer_is_late=True,
        aside=SetAsideReason.COPY,
        judge_again=True,
        remark="kept private",
    )


def a_list(runner_id: int = 7) -> Snapshot:
    run = Run(
        id="41",
        start=NOON,
        day=TODAY,
        sport=Sport.TRAIL,
        distance_m=Decimal("10000.10"),
        moving_s=Decimal(3000),
        elapsed_s=Decimal(3100),
        shoe="g1",
        climb_m=Decimal("120.5"),
        cadence=Decimal("81.25"),
        is_race=True,
        is_workout=True,
        is_treadmill=True,
        hour_is_hidden=True,
    )
    worn = Wear(shoe="g1", id="41", start=NOON, distance_m=Decimal("10000.10"))
    return Snapshot(runner_id=runner_id, fetched_at=NOON, runs=(run,), wear=(worn,), progress="page 1")


def a_delivery(
    delivery_id: str = "d1",
    *,
    runner_id: int = 7,
    run_id: int = 41,
    why: JobKind = JobKind.EVENT,
    due: int = 0,
    **changes: Any,
) -> Delivery:
    """Due `due` minutes after noon."""
    due_at = NOON + due * MINUTE
    return Delivery(
        id=delivery_id, runner_id=runner_id, run_id=run_id, why=why, received_at=NOON, due_at=due_at, **changes
    )
