"""A rule is its file, its table and a tip: with these, and no other line changed, it is on every page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.paths import ROOT

RULE = '''"""moonlight: a run of one length, so that a test knows when it is noticed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plugin.rules.notice import NOTE, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Run
from plugin.translations.voice import Voice, marked

NAME = "moonlight"
TITLE = marked("runs by moonlight")
DESCRIPTION = marked("A run that only a test would notice.")
FAMILY = Family.FORM
RANK = 15
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = True


@dataclass(frozen=True, kw_only=True)
class MoonlightLimits:
    quiet_days: int
    length_m: Decimal


LIMITS = MoonlightLimits


def find(run: Run, ledger: Ledger, limits: MoonlightLimits) -> Notice | None:
    return notice(NAME, FAMILY, NOTE, run, run_m=run.metres) if run.metres == limits.length_m else None


def say(notice: Notice, voice: Voice, today: date) -> str:
    return voice.say("{run} under the moon.", run=voice.distance(metres(notice, "run_m")))


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    return voice.say("Look up now and then.")
'''
TABLE = """
[moonlight]
quiet_days = 7
length_m = 7777
"""
TIP = """
[[tip]]
id = "moon_tip"
words = "Leave the lamp at home."
article = "None: made up by a test"
evidence = "None"
fits = ["moonlight"]
"""
SENTENCE = "7.8 km under the moon."
ADVICE = "Look up now and then."


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, str]:
    """What every page, file and mail shows with one rule more."""
    tree = tmp_path_factory.mktemp("product")
    for folder in ("plugin", "config"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "plugin" / "rules" / "moonlight.py").write_text(RULE)
    for file, more in (("rules.toml", TABLE), ("tips.toml", TIP)):
        path = tree / "config" / file
        path.write_text(path.read_text() + more)
    out = tmp_path_factory.mktemp("out")
    played = subprocess.run(
        [sys.executable, "-m", "tests.rules.play_a_new_rule", str(out)],
        cwd=out,
        env={**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert played.returncode == 0, played.stderr[-2000:]
    return json.loads(played.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "place", ["replay text", "replay json", "replay html", "note", "mail", "/me", "/me/preview", "export"]
)
def test_its_sentence_is_shown(shown, place):
    assert SENTENCE in shown[place]


@pytest.mark.parametrize("place", ["replay text", "replay html", "note", "mail", "/me"])
def test_its_advice_is_given_and_its_tip_offered(shown, place):
    assert ADVICE in shown[place]
    assert "Leave the lamp at home." in shown[place]


def test_the_settings_page_offers_it_with_title_and_description(shown):
    page = shown["/me/settings"]
    assert 'name="rule" value="moonlight" checked' in page
    assert "Runs by moonlight" in page
    assert "A run that only a test would notice." in page


def test_a_replay_counts_it(shown):
    assert json.loads(shown["replay json"])["summary"]["by_rule"]["moonlight"] == {"found": 1, "told": 1}
    assert "runs by moonlight" in shown["replay html"]


def test_a_race_can_be_named_where_the_rule_says_that_it_matters(shown):
    assert "It was a race" in shown["mail"]
    assert "It was a race" in shown["/me"]
