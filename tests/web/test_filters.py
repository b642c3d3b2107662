"""No template decides once, when it is compiled, what depends on who looks at it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, nodes
from jinja2.defaults import DEFAULT_FILTERS

from plugin.channels.mail.layout import PAPER
from plugin.sandbox import template_filters as sandbox_filters
from plugin.web import template_filters
from tests.web.application import Application, change

READERS = {
    "request",
    "here",
    "language",
    "units",
    "_locale",
    "parts",
    "gettext",
    "ngettext",
    "current_app",
    "session",
    "g",
}
"""What a filter of the site may learn of the request by; `_` of `plugin.web.wording` is gettext."""


def names_in(function: object, seen: set[object]) -> Iterator[str]:
    """Every global that a function uses, and that those use which are functions of ours."""
    function = inspect.unwrap(function)  # type: ignore[arg-type]
    if function in seen or not inspect.isfunction(function):
        return
    seen.add(function)
    for name in function.__code__.co_names:
        yield name
        used = function.__globals__.get(name)
        if inspect.isfunction(used) and used.__module__.startswith("plugin."):
            yield from names_in(used, seen)


def environments() -> dict[str, Environment]:
    sandbox = Flask("sandbox")
    sandbox_filters.install(sandbox)
    return {"web": Application().app.jinja_env, "mail": PAPER, "sandbox": sandbox.jinja_env}


@pytest.mark.parametrize("where", ["web", "mail", "sandbox"])
def test_a_filter_that_reads_the_request_is_never_computed_when_a_template_is_compiled(where: str) -> None:
    environment = environments()[where]
    ours = {name: show for name, show in environment.filters.items() if DEFAULT_FILTERS.get(name) is not show}
    readers = {name for name, show in ours.items() if READERS & set(names_in(show, set()))}
    folded = {name for name in readers if not takes_context(ours[name])}
    assert not folded
    assert bool(readers) == (where == "web")


def takes_context(show: object) -> bool:
    return getattr(show, "jinja_pass_arg", None) is not None and show.jinja_pass_arg.name == "context"


def test_the_test_above_knows_a_filter_that_would_be_folded() -> None:
    """The compiler does fold: what this file forbids is a thing that happens."""
    calls = []
    environment = Environment(loader=DictLoader({"a": "{{ 3000 | far }}"}), autoescape=True)
    environment.filters["far"] = lambda metres: calls.append(metres) or "3 km"
    environment.get_template("a")
    assert calls == [3000]
    assert {"units", "_locale"} <= set(names_in(template_filters.far, set()))


def test_no_template_of_the_site_folds_a_filter_of_ours_over_a_constant() -> None:
    """Over all templates: compiling them asks no filter that depends on the reader."""
    environment = Application().app.jinja_env
    names = {show.__name__ for show in template_filters.READ_THE_REQUEST}
    constants = 0
    for template in environment.list_templates(extensions=["html", "svg", "txt"]):
        source, _, _ = environment.loader.get_source(environment, template)  # type: ignore[union-attr]
        for used in environment.parse(source).find_all(nodes.Filter):
            if used.name in names and isinstance(used.node, nodes.Const):
                constants += 1
                with pytest.raises(nodes.Impossible):
                    used.as_const(nodes.EvalContext(environment))
    assert constants >= 3


@pytest.mark.parametrize("first", ["km", "mi"])
def test_the_first_runner_to_look_does_not_choose_the_units_of_the_next(first: str) -> None:
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    for units in (first, "mi" if first == "km" else "km"):
        change(application, units=units)
        page = browser.get("/me").text
        assert ("3.0\u00a0km" in page) == (units == "km")
        assert ("1.9\u00a0mi" in page) == (units == "mi")


@pytest.mark.parametrize(
    ("accept", "units"), [("en-US,en;q=0.9", "mi"), ("en-GB,en-US;q=0.9", "km"), ("de", "km"), ("", "km")]
)
def test_who_comes_from_a_country_of_miles_is_shown_miles(accept: str, units: str) -> None:
    application = Application()
    browser = application.browser()
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accept
    assert f"\u00a0{units}" in browser.get("/").text or f" {units}" in browser.get("/").text
    browser.connect()
    assert application.runner().settings.units == units
