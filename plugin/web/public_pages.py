"""Pages for everybody: what it is, consent, privacy."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from plugin.ports import Channel
from plugin.translations import languages, named_languages
from plugin.web.dependencies import Dependencies, parts
from plugin.web.example_note import sample_note
from plugin.web.held_data import lines
from plugin.web.login import LANGUAGE


def register(app: Flask) -> None:
    """The two pages that need no runner."""
    app.add_url_rule("/", "front", front)
    app.add_url_rule("/privacy", "privacy", privacy)


def front() -> ResponseReturnValue:
    """What it is, an example, and the way in. `?language=` is how somebody without settings chooses one."""
    wanted = request.args.get("language")
    if wanted in languages():
        session[LANGUAGE] = wanted
        return redirect("/", 303)
    return landing()


def landing(*, errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None) -> str:
    """The front page, with what was wrong beside its field and what was ticked kept."""
    return render_template(
        "front.html",
        errors=errors or {},
        typed=typed or {},
        channels=first_channels(parts()),
        sample=sample_note(),
        public_url=parts().settings.public_url,
        languages=named_languages(),
    )


def first_channels(have: Dependencies) -> list[Channel]:
    """What may be chosen before anything is known of the runner: nothing that shows a note to others, or that must be
    set up on a page of its own."""
    return [
        channel
        for channel in have.channels.values()
        if channel.is_offered and not channel.is_public and channel.set_up_at is None
    ]


def privacy() -> ResponseReturnValue:
    """What is read, kept, for how long, and how it goes."""
    return render_template("privacy.html", kept=lines())
