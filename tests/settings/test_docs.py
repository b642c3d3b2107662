"""What is written for operators is what the program reads: no setting or command without its line, and the reverse."""

import json
import re
import tomllib
from pathlib import Path

import click
import pytest

from plugin.cli.commands import footnote
from plugin.settings.environment import NEEDED, OperatorSettings
from plugin.settings.formats import PERCENT_ENCODED
from plugin.settings.platforms import PLATFORMS
from plugin.settings.push_hosts import PushHosts
from tests.paths import ROOT

README = (ROOT / "README.md").read_text()
NAMES = {name.upper() for name in OperatorSettings.model_fields}


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its own heading left out."""
    part = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def in_code(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def test_every_setting_has_its_line_and_every_line_is_a_setting():
    assert {name for row in table("Settings") for name in in_code(row[0])} == NAMES


def test_the_defaults_that_are_written_are_the_ones_in_force():
    for names, default, _ in table("Settings"):
        told = [one.strip("` ") for one in default.split(",")]
        for name, value in zip(sorted(in_code(names), key=names.index), told, strict=False):
            kept = OperatorSettings.model_fields[name.lower()].default
            given = {
                "–": ("", None, (), frozenset(), PushHosts()),
                "*": (None,),
                "off": (False,),
                "./var": (Path("var"),),
            }.get(value)
            assert kept in given if given else str(kept).removesuffix(".0") == value, name


def test_what_the_readme_and_the_error_say_of_percent_encoding_is_the_same():
    (row,) = [row for row in table("Settings") if "SMTP_URL" in row[0]]
    assert PERCENT_ENCODED in row[2]
    assert PERCENT_ENCODED in OperatorSettings.model_fields["smtp_url"].description


@pytest.mark.parametrize("page", ["docker", "heroku", "home", "render"])
def test_every_page_about_deploying_names_the_callback_domain(page):
    assert "Authorization Callback Domain" in (ROOT / "docs" / "deploy" / f"{page}.md").read_text()


def test_every_command_has_its_line_and_every_line_is_a_command():
    told = {row[0].split("`")[1].split()[1] for row in table("Commands")}
    assert told == set(footnote.commands)
    for name, command in footnote.commands.items():
        if isinstance(command, click.Group):
            (row,) = [row for row in table("Commands") if f"`footnote {name} " in row[0]]
            assert {code.replace(f"footnote {name} ", "").split()[0] for code in in_code(row[0])} == set(
                command.commands
            )


def test_the_button_asks_for_settings_that_exist_and_for_all_that_are_needed():
    asked = set(json.loads((ROOT / "app.json").read_text())["env"])
    assert asked <= NAMES
    assert {name.upper() for name in NEEDED} <= asked


def test_the_procfile_runs_commands_that_exist():
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert lines.keys() == {"release", "web", "worker"}
    for line in lines.values():
        assert line.split("python -m plugin ")[1] in footnote.commands


def test_what_containers_and_blueprints_set_is_read():
    beside = {"PYTHONUNBUFFERED", "PYTHON_VERSION", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
    text = (ROOT / "Dockerfile").read_text()
    told = {one.split("=")[0] for line in re.findall(r"^ENV (.*)", text, re.M) for one in line.split()}
    for name in ("compose.yaml", "render.yaml"):
        text = (ROOT / name).read_text()
        told |= set(re.findall(r"^ +([A-Z_]{4,}): ", text, re.M)) | set(re.findall(r"- key: (\w+)", text))
    assert told - beside - {platform.address for platform in PLATFORMS} <= NAMES


def test_requirements_are_hashed_and_name_no_host():
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [line for line in lines if re.match(r"[a-z]", line)]
        assert len(pins) > 20
        assert all(re.fullmatch(r"[\w.\[\],-]+==[\w.!+-]+( ; .+)? \\", pin) for pin in pins)
        assert not [
            line for line in lines if "://" in line or (line.strip().startswith(("-", "--")) and "--hash" not in line)
        ]


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, wanted in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-test.txt", project["dependencies"] + project["optional-dependencies"]["test"]),
    ):
        pinned = {re.split(r"[\[=]", line)[0].lower() for line in (ROOT / name).read_text().splitlines()}
        assert {re.split(r"[\[<>=]", one)[0].lower() for one in wanted} <= pinned
