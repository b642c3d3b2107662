"""What is written about figures is what is shown: no name in the docs or the dashboard that is not, and the reverse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from plugin import __version__
from plugin.cli.commands import footnote
from plugin.monitoring.gauges import Gauges
from plugin.monitoring.metrics import Metrics
from plugin.ports import Budget
from plugin.settings.environment import OperatorSettings
from plugin.stores.memory import MemoryInbox, MemoryStore
from tests.paths import ROOT
from tests.test_docs import anchors
from tests.web.application import Application, settings

DOC = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
BOARD = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALERTS_FILE = ROOT / "docs" / "alerts.yml"
RULES = [rule for group in yaml.safe_load(ALERTS_FILE.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"]: rule["expr"] for rule in RULES if "record" in rule}
EXPRESSIONS = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]
NAME = re.compile(r"footnote_[a-z_]+")


def families(*, happened: bool = True):
    """Everything that `/metrics` shows, once everything has happened or before anything has: family to the names of
    its labels."""
    store, inbox = MemoryStore(), MemoryInbox()
    metrics = Metrics(store, lambda: NOW, errors=dict)
    if happened:
        metrics.worked("sweep", "done", is_round=True)
        metrics.told("long_run", "email", since=NOW)
        metrics.withheld("ramp", "snoozed")
        metrics.called("list", "200", 0.1)
        metrics.mailed("note", "sent")
        metrics.pushed("ntfy", "sent")
        metrics.answered("me", "GET", 200, 0.1)
        metrics._logged.labels("footnote.dispatcher").inc()
        store.change_key_value("last_event", lambda _: {"at": NOW.isoformat()})
    gauges = Gauges(
        store=store,
        inbox=inbox,
        budget=Budget,
        clock=lambda: NOW,
        live_workers=lambda: 1,
        build={"version": __version__, "commit": "abc"},
    )
    metrics.registry.register(gauges)
    site = Application(settings=settings(metrics_token="a-token-of-metrics"), registry=metrics.registry)
    text = site.browser().get("/metrics", headers={"Authorization": "Bearer a-token-of-metrics"}).text
    assert generate_latest(metrics.registry).decode() in text
    found = {}
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        if family.samples:
            found[name] = {label for sample in family.samples for label in sample.labels} - {"le"}
    return found


def series():
    """Every name that a query may use, histograms' parts among them, to its labels."""
    shown = families()
    parts = {f"{name}{end}": labels for name, labels in shown.items() for end in ("_bucket", "_sum", "_count")}
    return shown | {name: labels for name, labels in parts.items() if "_seconds_" in name}


def test_every_figure_has_its_line_and_every_line_is_a_figure():
    table = DOC.split("| name | labels | |", 1)[1].split("\n\n", 1)[0]
    rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| `")]
    told = {}
    for names, labels, *_ in rows:
        parted = labels.strip("| ").split("; ")
        for place, name in enumerate(NAME.findall(names)):
            of_it = parted[min(place, len(parted) - 1)]
            told[name] = {one.strip() for one in of_it.split(",")} - {"–"}
    assert told == families()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_query_asks_for_what_is_there(expression):
    known = series()
    names = NAME.findall(expression)
    recorded = set(re.findall(r"footnote:[a-z_]+:total", expression))
    assert names or recorded or expression.startswith("up{")
    assert recorded <= set(RECORDED)
    for name in names:
        assert name in known, name
        for chosen in re.findall(re.escape(name) + r"\{([^}]*)\}", expression):
            assert {one.split("=")[0].rstrip("!~").strip() for one in chosen.split(",")} <= known[name] | {"le"}
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)


def test_a_total_that_is_watched_is_zero_and_not_absent_before_its_first_count():
    """`increase` does not see a counter's first count, and one that is missing while nothing is scraped is not 0."""
    always = families(happened=False)
    zero = "or 0 * max(footnote_subscribed)"
    assert "footnote_subscribed" in always
    for expression in RECORDED.values():
        assert expression.endswith(zero), expression
    for name, rule in ALERTS.items():
        for of in re.findall(r"increase\(([\w:]+)", rule["expr"]):
            assert of in RECORDED or of in always, name
        for metric in NAME.findall(rule["expr"]):
            may_be_missing = metric not in always and metric.removesuffix("_bucket") not in always
            is_a_share = "rate(" in rule["expr"]  # of what is not there nothing fails
            assert not may_be_missing or is_a_share or zero in rule["expr"], (name, metric)


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_it_means_and_where_to_read_on(name):
    rule = ALERTS[name]
    assert set(rule["annotations"]) == {"summary", "description", "runbook"}
    assert rule["labels"]["severity"] in ("page", "warning", "info")
    page, _, heading = rule["annotations"]["runbook"].partition("#")
    assert page == "operating.md"
    assert heading in anchors(DOC)


def test_prometheus_own_checker_finds_nothing_where_it_is_there():
    """What the rules do in time (first counts, gaps, nothing ever) is in alerts_test.yml."""
    promtool = shutil.which("promtool")
    if promtool is not None:
        for command in (
            ["check", "rules", ALERTS_FILE],
            ["test", "rules", Path(__file__).with_name("alerts_test.yml")],
        ):
            done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_panels_and_alerts_and_each_panel_has_a_place_of_its_own():
    assert len(EXPRESSIONS) > 25
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    taken = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_the_outcomes_that_are_told_of_are_the_ones_that_there_are():
    source = (ROOT / "plugin" / "jobs" / "dispatcher.py").read_text(encoding="utf-8")
    outcomes = set(re.findall(r'return "([a-z]+)"|outcome = "([a-z]+)"', source))
    (row,) = [row for row in DOC.splitlines() if row.startswith("| `footnote_worked_total`")]
    assert len(outcomes) >= 6
    for outcome in {one or other for one, other in outcomes}:
        assert outcome in row


@pytest.mark.parametrize(
    "page", ["operating.md", *(f"deploy/{one.name}" for one in (ROOT / "docs/deploy").glob("*.md"))]
)
def test_commands_settings_and_links_in_the_docs_exist(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for command in re.findall(r"(?:^footnote|-m plugin) ([a-z]+)\b", "\n".join(re.findall(r"`([^`]+)`", text)), re.M):
        assert command in footnote.commands, command
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (ROOT / "docs" / page).parent.joinpath(link).exists(), link
    names = {name.upper() for name in OperatorSettings.model_fields}
    for setting in re.findall(r"`([A-Z]+_[A-Z_]+)[`=]", text):
        assert setting in names | {"POSTGRES_PASSWORD"}, setting
