"""Reads and sends HTML forms as a browser without JavaScript does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

PATIENCE_S = 20


@dataclass
class Form:
    """One form: its action, and the fields it sends without a button."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def filled(self, **values: str) -> list[tuple[str, str]]:
        """The fields to send, with some replaced."""
        return [pair for pair in self.fields if pair[0] not in values] + list(values.items())


@dataclass
class Option:
    """One option of a select; `value` is None until its text is read, where it has no value attribute."""

    value: str | None
    is_chosen: bool


class _Forms(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[Form]()
        self._select: str | None = None
        self._options: list[Option] = []
        self._area: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(Form(action=action, method=given.get("method", "get").lower()))
        if not self.forms or "disabled" in given:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag in ("input", "button", "select", "textarea") and name:
            form.names.add(name)
        if tag == "input" and name and given.get("type", "text") not in ("submit", "button", "image"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                form.fields.append((name, given.get("value", "on" if "checked" in given else "")))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select is not None:
            self._options.append(Option(value=dict(attrs).get("value"), is_chosen="selected" in given))
        elif tag == "textarea":
            self._area = (name, "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)
        elif self._select is not None and self._options and self._options[-1].value is None:
            self._options[-1].value = data.strip()  # an option without a value sends its text

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            chosen = [option for option in self._options if option.is_chosen] or self._options[:1]
            self.forms[-1].fields += [(self._select, option.value or "") for option in chosen]
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self.forms[-1].fields.append(self._area)
            self._area = None


def forms_on(page: requests.Response) -> list[Form]:
    """Every form of a page, in order."""
    parser = _Forms(page.url)
    parser.feed(page.text)
    return parser.forms


def form_with(page: requests.Response, *names: str) -> Form | None:
    """The first form that has all of these fields."""
    return next((form for form in forms_on(page) if form.names.issuperset(names)), None)


def send(browser: requests.Session, form: Form, values: Mapping[str, str]) -> requests.Response:
    """Send it as a browser does: with Referer and Origin; redirects and pages that go on to another are followed. A
    page that only loads itself again is returned at once."""
    origin = "/".join(form.action.split("/")[:3])
    answer = browser.request(
        form.method,
        form.action,
        data=form.filled(**values),
        headers={"Referer": form.action, "Origin": origin},
        timeout=PATIENCE_S,
    )
    while "; url=" in (refresh := answer.headers.get("Refresh", "")):
        wait_s, _, address = refresh.partition("; url=")
        time.sleep(float(wait_s))
        answer = browser.get(urljoin(answer.url, address), timeout=PATIENCE_S)
    return answer
