"""Records as JSON documents and back. Tokens, email address, push target and soreness are sealed: never stored in
clear text.

A field that this version does not know is ignored on reading, one that is missing takes its default: an older and a
newer version can work on the same store. Times are ISO 8601, decimals are strings, to the digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any, Protocol, TypeVar, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from plugin.errors import FootnoteError, StoreBroken, Unreadable
from plugin.ports import Delivery, NoteStatus, Runner, RunRecord, Snapshot, Store
from plugin.settings.encryption import BadSeal
from plugin.stores.each_runner import each_runner

Doc = dict[str, Any]
T = TypeVar("T")

OF_A_LOOK = ("facts", "found", "text", "tip", "remark")
"""The parts of a run record that are sealed where they would reveal soreness or name a pair."""
SORENESS = "soreness"
NAMES = "names"
DECIMAL = "$decimal"
"""Tags a decimal among a notice's numbers, which may also be texts."""


class Seals(Protocol):
    """The part of the keyring that sealing uses."""

    def seal(self, plain: bytes, *, purpose: str) -> str:
        """Encrypted and authenticated, for one purpose."""

    def unseal(self, sealed: str, *, purpose: str) -> bytes:
        """The text that was sealed; raises BadSeal."""

    def is_current(self, sealed: str, *, purpose: str) -> bool:
        """Whether it was sealed with the current key and not with an earlier one."""


class LostKey(FootnoteError):
    """A runner's own key is not where it should be; everything but their names can be read."""


@cache
def _shape(kind: Any) -> TypeAdapter[Any]:
    # Built at first use: an import costs nothing.
    return TypeAdapter(kind)


def _doc(kind: Any, value: object) -> Doc:
    return json_copy(_shape(kind).dump_python(value, mode="json"))


def json_copy(doc: Any) -> Doc:
    """The document as it will be read again; raises TypeError if it is not a JSON object.

    Half a surrogate, which JSON from elsewhere may carry, cannot be written, and Postgres keeps no NUL: `�` stands for
    them from here on.
    """
    try:
        content = orjson.dumps(doc)
    except TypeError:
        content = orjson.dumps(_cleaned(doc))
    if rb"\u0000" in content:
        content = orjson.dumps(_cleaned(doc))
    copy: Doc = orjson.loads(content)
    return copy


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def _value(kind: type[T], doc: Mapping[str, Any]) -> T:
    try:
        value: T = _shape(cast(Any, kind)).validate_python(doc)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreBroken(
            f"A {kind.__name__.lower()} is kept in a shape that this version does not know "
            f"({where}: {first['msg']}): run the version that wrote it, or a newer one."
        ) from wrong
    return value


@contextmanager
def reading_of(runner_id: int) -> Iterator[None]:
    """Whatever is wrong with the kept data that is read in here is wrong with this runner's alone."""
    try:
        yield
    except BadSeal as wrong:
        raise Unreadable(runner_id, str(wrong), by_key=True) from wrong
    except (StoreBroken, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as wrong:
        known = isinstance(wrong, StoreBroken)
        why = str(wrong) if known else f"What is kept cannot be understood ({type(wrong).__name__})."
        raise Unreadable(runner_id, why) from wrong


def runner_doc(runner: Runner, seals: Seals) -> Doc:
    """A runner; tokens, soreness, the address, the push target and all names sealed, each for its own purpose."""
    doc = _doc(Runner, runner)
    for at, name in _sealed_places(doc):
        at[name] = _sealed(at[name], seals, name)
    # One seal for all names (`runner_keys`): a database keeps deleted rows for a while, in its files and its log.
    doc[NAMES] = _sealed({"runner": doc["name"], "pairs": _named(doc)}, seals, NAMES)
    doc["name"] = ""
    for pair in doc["pairs"].values():
        pair["shoe"]["name"] = ""
    return doc


def read_runner(doc: Mapping[str, Any], seals: Seals) -> Runner:
    """The runner of a document; raises BadSeal if the keys are wrong, StoreBroken if the shape is."""
    clear: Doc = {**doc, "settings": dict(doc.get("settings") or {})}
    for at, name in _sealed_places(clear):
        at[name] = _unsealed(at[name], seals, name)
    if clear.get(NAMES):  # an earlier version kept them in clear
        names = _names(clear[NAMES], seals)
        clear["name"] = names["runner"]
        clear["pairs"] = {
            shoe_id: {**pair, "shoe": {**pair["shoe"], "name": names["pairs"].get(shoe_id, "")}}
            for shoe_id, pair in clear["pairs"].items()
        }
    return _value(Runner, clear)


def _names(sealed: str, seals: Seals) -> Doc:
    try:
        names: Doc = _unsealed(sealed, seals, NAMES)
    except LostKey:
        # Strava gives them again; nothing else of the runner depends on them.
        return {"runner": "", "pairs": {}}
    return names


def _named(doc: Doc) -> dict[str, str]:
    return {shoe_id: pair["shoe"]["name"] for shoe_id, pair in doc["pairs"].items()}


def _sealed_places(doc: Doc) -> list[tuple[Doc, str]]:
    """The places of a runner's secrets that are filled."""
    places = [(doc, "tokens"), (doc, SORENESS), (doc["settings"], "email"), (doc["settings"], "push")]
    return [(at, name) for at, name in places if at.get(name)]


STORED_STATUS = {NoteStatus.REMOVED: "removed by the runner", NoteStatus.TAKEN_OUT: "taken out"}
"""As the first edition wrote them: during a release both versions read the same records."""


def look_doc(run_record: RunRecord, seals: Seals) -> Doc:
    """The document of a run record; what could name a soreness or a pair is sealed."""
    doc = _doc(RunRecord, run_record)
    doc["telling"] = STORED_STATUS.get(run_record.telling, run_record.telling.value)
    for found, kept in zip(run_record.found, doc["found"], strict=True):
        kept["numbers"] = {name: _tagged(number) for name, number in found.numbers.items()}
    doc["sealed"] = None
    if _is_private(run_record):
        doc["sealed"] = _sealed({name: doc.pop(name) for name in OF_A_LOOK}, seals, "look")
        doc.update(facts=None, found=[], text="", tip=None, remark="")
    return doc


def _is_private(run_record: RunRecord) -> bool:
    # The fingerprint carries the labels of soreness, whether or not a rule found anything in them.
    is_in_facts = run_record.facts is not None and run_record.facts.words != ""
    return is_in_facts or any(
        found.rule == SORENESS or found.family in (SORENESS, "shoe") for found in run_record.found
    )


def read_look(doc: Mapping[str, Any], seals: Seals) -> RunRecord:
    """The run record of a document."""
    clear = {**doc, **(_unsealed(doc["sealed"], seals, "look") if doc.get("sealed") else {})}
    clear["found"] = [
        {**found, "numbers": {name: _untagged(number) for name, number in (found.get("numbers") or {}).items()}}
        for found in clear.get("found") or ()
    ]
    return _value(RunRecord, clear)


def snapshot_doc(snapshot: Snapshot) -> Doc:
    """A cached list: nothing in it is a secret, and it is gone after seven days."""
    return _doc(Snapshot, snapshot)


def read_snapshot(doc: Mapping[str, Any]) -> Snapshot:
    """The cached list of a document. The first edition did not say how far back a list reaches: no further than what
    is in it."""
    if "reaches" not in doc:
        starts = [one["start"] for one in (*doc["runs"], *doc.get("wear", ()))]
        doc = {**doc, "reaches": min(starts, default=doc["fetched_at"])}
    return _value(Snapshot, doc)


def delivery_doc(delivery: Delivery) -> Doc:
    """A delivery: ids, times, a reason; nothing secret."""
    return _doc(Delivery, delivery)


def read_delivery(doc: Mapping[str, Any]) -> Delivery:
    """The delivery of a document."""
    return _value(Delivery, doc)


def reseal(store: Store, *, seen: Callable[[int], None] = lambda runner_id: None) -> tuple[int, list[Unreadable]]:
    """Write every runner and run record anew, sealed with the current key; then the old keys may go.

    Returns the number of runners, and what is wrong with those who could not be read: they still need the old keys.
    `seen` is called with each. It can be interrupted and repeated.
    """

    def anew(runner_id: int) -> None:
        store.change_runner(runner_id, lambda runner: runner)
        for run_record in store.run_records(runner_id):
            store.change_run_record(runner_id, run_record.run_id, lambda run_record: run_record)
        seen(runner_id)

    runner_ids = store.runner_ids()
    apart = each_runner(store, anew, runner_ids=runner_ids)
    return len(runner_ids) - len(apart), apart


def _sealed(value: Any, seals: Seals, purpose: str) -> str:
    return seals.seal(orjson.dumps(value), purpose=purpose)


def _unsealed(value: str, seals: Seals, purpose: str) -> Any:
    return orjson.loads(seals.unseal(value, purpose=purpose))


def _tagged(number: Any) -> Any:
    if isinstance(number, Decimal):
        return {DECIMAL: str(number)}
    return list(number) if isinstance(number, tuple) else number


def _untagged(number: Any) -> Any:
    if isinstance(number, dict) and DECIMAL in number:
        return Decimal(number[DECIMAL])
    return tuple(number) if isinstance(number, list) else number
