"""The sandbox's pages."""

from __future__ import annotations

from flask import Blueprint, render_template

from .scenarios import SCENARIOS
from .stage import here
from .visitor import logged_in

pages = Blueprint("pages", __name__)


@pages.get("/")
def feed() -> str:
    who = logged_in()
    return render_template(
        "feed.html", who=who, scenarios=SCENARIOS, activities=here().world.activities_of(who.id)[::-1]
    )
