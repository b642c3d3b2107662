"""Everything we hold of a runner, as JSON, and never a token."""

import json
from dataclasses import dataclass, field
from typing import Any

from plugin.stores.export import export_of
from plugin.stores.memory import MemoryInbox, MemoryStore
from tests.promises.samples import a_delivery, a_full_look, a_full_runner, a_list, a_runner


@dataclass
class Application:
    store: Any = field(default_factory=MemoryStore)
    inbox: Any = field(default_factory=MemoryInbox)


def held() -> Application:
    application = Application()
    application.store.enrol(a_full_runner(7), limit=10)
    application.store.change_run_record(7, 41, lambda _: a_full_look(41, runner_id=7))
    application.store.keep_snapshot(a_list(7))
    application.inbox.keep(a_delivery(runner_id=7, run_id=41))
    return application


def test_the_headings_are_those_of_the_contract():
    assert {"runner", "settings", "notes", "shoes", "soreness", "inbox"} <= export_of(held(), 7).keys()


def test_everything_of_a_full_runner_has_a_form_in_json():
    exported = json.loads(json.dumps(export_of(held(), 7)))
    runner = a_full_runner(7)
    assert exported["runner"]["id"] == 7
    assert exported["settings"]["channel"] == runner.settings.channel
    assert len(exported["shoes"]) == len(runner.pairs) > 0
    assert len(exported["soreness"]) == len(runner.soreness) > 0
    assert exported["notes"][0]["run_id"] == 41
    assert exported["inbox"][0]["run_id"] == 41
    assert len(exported["runs"]["runs"]) == len(a_list(7).runs) > 0


def test_no_token_is_in_it():
    tokens = a_full_runner(7).tokens
    assert tokens is not None
    text = json.dumps(export_of(held(), 7))
    assert tokens.access not in text
    assert tokens.refresh not in text
    assert '"tokens"' not in text


def test_nobody_gets_what_is_anothers():
    application = held()
    application.store.enrol(a_runner(8), limit=10)
    exported = export_of(application, 8)
    assert (exported["notes"], exported["inbox"], exported["shoes"]) == ([], [], [])


def test_of_a_stranger_nothing_is_held():
    assert export_of(held(), 99) == {}
