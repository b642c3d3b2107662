"""Whatever a runner, a look, a list or a delivery holds, its document gives back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC
from decimal import Decimal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ports import Fingerprint, NoteStatus, Pair, Runner, RunRecord, Settings, Snapshot, StoredNotice, Tokens
from plugin.settings.encryption import Keyring
from plugin.stores import record_json
from plugin.training.history import Soreness
from plugin.training.runs import Run, Shoe, Wear
from tests.promises import samples

KEYRING = Keyring("a secret key that is only for tests, and long enough")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
times = st.datetimes(timezones=st.just(UTC))
days = st.dates()
decimals = st.decimals(allow_nan=False, allow_infinity=False)
maybe_decimal = st.none() | decimals
ids = st.integers(0, 2**62)
numbers = st.dictionaries(texts, decimals | st.integers(-(2**52), 2**52) | texts | st.tuples(texts, texts), max_size=3)

tokens = st.builds(Tokens, access=texts, refresh=texts, expires_at=times)
shoes = st.builds(Shoe, id=texts, name=texts, look_m=maybe_decimal, replace_m=maybe_decimal)
pairs = st.builds(Pair, shoe=shoes, odometer_m=maybe_decimal, seen_at=st.none() | times, start_m=decimals)
sore = st.builds(
    Soreness, run_id=texts, day=days, labels=st.frozensets(texts, max_size=3), cleared=st.frozensets(texts, max_size=3)
)
chosen = st.builds(
    Settings, email=st.none() | texts, rules_off=st.frozensets(texts), snoozed=st.dictionaries(texts, days, max_size=2)
)
runners = st.builds(
    Runner,
    id=ids,
    name=texts,
    connected_at=times,
    scopes=st.frozensets(texts, max_size=3),
    tokens=st.none() | tokens,
    settings=chosen,
    pairs=st.dictionaries(texts, pairs, max_size=2),
    soreness=st.lists(sore, max_size=2).map(tuple),
    swept_on=st.none() | days,
)
findings = st.builds(
    StoredNotice,
    rule=texts | st.just("soreness"),
    family=st.sampled_from(["load", "shoe", "soreness"]),
    level=st.integers(0, 4),
    told=st.booleans(),
    text=texts,
    numbers=numbers,
)
run_records = st.builds(
    RunRecord,
    runner_id=ids,
    run_id=ids,
    day=days,
    looked_at=times,
    found=st.lists(findings, max_size=3).map(tuple),
    facts=st.none()
    | st.builds(
        Fingerprint,
        is_run=st.booleans(),
        distance_m=decimals,
        sport=texts,
        day=days,
        shoe=st.none() | texts,
        words=texts,
    ),
    text=texts,
    tip=st.none() | texts,
    remark=texts,
)
runs = st.builds(Run, id=texts, start=times, day=days, distance_m=maybe_decimal, elapsed_s=maybe_decimal)
worn = st.builds(Wear, shoe=texts, id=texts, start=times, distance_m=maybe_decimal)
lists = st.builds(
    Snapshot,
    runner_id=ids,
    fetched_at=times,
    runs=st.lists(runs, max_size=2).map(tuple),
    wear=st.lists(worn, max_size=2).map(tuple),
)


def through_json(doc):
    return orjson.loads(orjson.dumps(doc))


@given(runners)
@settings(deadline=None)
def test_any_runner_comes_back_and_nothing_secret_is_in_the_document(runner):
    doc = through_json(record_json.runner_doc(runner, KEYRING))
    assert record_json.read_runner(doc, KEYRING) == runner
    assert doc["tokens"] is None or isinstance(doc["tokens"], str)
    assert doc["soreness"] == [] or isinstance(doc["soreness"], str)
    if runner.settings.email:
        assert doc["settings"]["email"] != runner.settings.email


@given(run_records)
@settings(deadline=None)
def test_any_look_comes_back_and_one_with_soreness_tells_nothing(run_record):
    doc = through_json(record_json.look_doc(run_record, KEYRING))
    back = record_json.read_look(doc, KEYRING)
    assert back == run_record
    assert [type(number) for found in back.found for number in found.numbers.values()] == [
        type(number) for found in run_record.found for number in found.numbers.values()
    ]
    if (run_record.facts and run_record.facts.words) or any(found.family == "soreness" for found in run_record.found):
        assert (doc["facts"], doc["found"], doc["text"], doc["tip"], doc["remark"]) == (None, [], "", None, "")


@given(lists)
@settings(deadline=None)
def test_any_list_comes_back(snapshot):
    for run in snapshot.runs:
        assert run.order  # what a run works out about itself is not kept
    assert record_json.read_snapshot(through_json(record_json.snapshot_doc(snapshot))) == snapshot


def test_a_delivery_comes_back():
    delivery = samples.a_delivery(tries=3, reason="503", event_time=samples.NOON, taken_at=samples.NOON)
    assert record_json.read_delivery(through_json(record_json.delivery_doc(delivery))) == delivery


STANDS_OUT_BY_BEING_EMPTY = {"digest", "leads"}


def test_the_samples_of_the_promises_fill_every_field_of_what_is_kept():
    """A field without a value there would come back rightly from a store that does not keep it."""
    runner, run_record = samples.a_full_runner(), samples.a_full_look()
    for sample in (
        runner,
        runner.tokens,
        runner.settings,
        runner.pairs["g1"],
        runner.pairs["g1"].shoe,
        run_record,
        run_record.facts,
    ):
        empty = {field.name for field in fields(sample) if not getattr(sample, field.name)}
        missing = empty - STANDS_OUT_BY_BEING_EMPTY
        assert not missing, f"tests/promises/samples.py needs a value for {missing} of {type(sample).__name__}"


def test_decimals_keep_their_digits():
    doc = record_json.snapshot_doc(samples.a_list())
    assert doc["runs"][0]["distance_m"] == "10000.10"
    assert str(record_json.read_snapshot(doc).runs[0].distance_m) == str(Decimal("10000.10"))


def test_times_are_written_in_utc():
    assert record_json.delivery_doc(samples.a_delivery())["due_at"] == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize("status", NoteStatus)
def test_every_status_is_written_as_the_first_edition_reads_it(status: NoteStatus) -> None:
    doc = through_json(record_json.look_doc(replace(samples.a_full_look(), telling=status), KEYRING))
    assert doc["telling"] in {"nothing", "sending", "told", "unknown", "removed by the runner", "taken out"}
    assert record_json.read_look(doc, KEYRING).telling is status
