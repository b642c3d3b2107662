"""The services that notes can be pushed to: what each asks of the runner, where it is, and who reads along there.

The runner never gives an address. A service has a host of its own, or the runner picks a server that the operator
listed in PUSH_HOSTS. Each field has a pattern that leaves no room for a path, a query or another host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plugin.ports import PushTarget
from plugin.settings.push_hosts import PushHost, PushHosts
from plugin.translations.voice import marked

SERVER = "server"
"""The field that holds the server picked, where a service has several."""
LONGEST = 400
"""Characters of a field; the longest token of these services has some 250."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a service's form. `pattern` is matched against the whole; what its group `kept` holds (without one:
    all of it) is kept, so that a pasted address is reduced to its secret part."""

    name: str
    label: str
    """A gettext message, as is `hint`."""
    hint: str
    pattern: str
    is_secret: bool = False
    """Not shown while it is typed."""
    is_required: bool = True

    def read(self, typed: str) -> str | None:
        """What is kept of what was typed; None if it cannot be right."""
        match = re.fullmatch(self.pattern, typed, re.ASCII) if len(typed) <= LONGEST else None
        return None if match is None else match.groupdict().get("kept", match[0])


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, its fields in order, its own host (None: only servers of the operator's list)."""

    name: str
    title: str
    """Its own name, the same in every language."""
    how: str
    """What the runner does there first: a gettext message."""
    fields: tuple[Field, ...]
    host: PushHost | None = None
    has_servers: bool = False
    """Others than the service itself run servers of it."""
    sends_by: str = "POST"
    """The method of the one request that carries the note."""

    def servers(self, listed: PushHosts) -> tuple[PushHost, ...]:
        """Where it can be reached here, the service's own host first; empty: not offered here."""
        own = () if self.host is None else (self.host,)
        return own + (listed.of(self.name) if self.has_servers else ())

    def server_of(self, target: PushTarget, listed: PushHosts) -> PushHost | None:
        """The server that a target names; None where it is listed no more."""
        picked = target.fields.get(SERVER, "")
        servers = self.servers(listed)
        if not picked:
            return servers[0] if servers and self.host is not None else None
        return next((one for one in servers if one.shown == picked), None)

    def read(self, typed: Mapping[str, str], listed: PushHosts) -> tuple[PushTarget, dict[str, str]]:
        """The target that a form describes, and what is wrong with it: gettext messages by field."""
        kept: dict[str, str] = {}
        wrong: dict[str, str] = {}
        for field in self.fields:
            given = typed.get(field.name, "").strip()
            value = field.read(given) if given else None
            if value is not None:
                kept[field.name] = value
            elif given or field.is_required:
                wrong[field.name] = NOT_RIGHT if given else EMPTY
        servers = self.servers(listed)
        if len(servers) > 1 or self.host is None:
            picked = typed.get(SERVER, "")
            if any(one.shown == picked for one in servers):
                kept[SERVER] = picked
            else:
                wrong[SERVER] = PICK
        return PushTarget(service=self.name, fields=kept), wrong


NOT_RIGHT = marked("This does not look right: copy it again, without blanks.")
EMPTY = marked("This is needed.")
PICK = marked("Choose one of these.")
_PHONE = r"\+[1-9][0-9]{6,14}"

SERVICES: tuple[Service, ...] = (
    Service(
        name="ntfy",
        title="ntfy",
        how=marked(
            "In the ntfy app subscribe to a topic with a long name that nobody can guess. On ntfy.sh whoever knows the "
            "name reads your notes."
        ),
        host=PushHost(name="ntfy.sh", port=443),
        has_servers=True,
        fields=(
            Field(
                name="topic",
                label=marked("Topic"),
                hint=marked("letters, digits, - and _, up to 64 of them"),
                pattern=r"[A-Za-z0-9_-]{1,64}",
            ),
            Field(
                name="token",
                label=marked("Access token"),
                hint=marked("only where the topic is protected: begins with tk_"),
                pattern=r"tk_[A-Za-z0-9]{8,64}",
                is_secret=True,
                is_required=False,
            ),
        ),
    ),
    Service(
        name="telegram",
        title="Telegram",
        how=marked(
            "Write to @BotFather to make a bot of your own, then write anything to that bot. Your own id is told by "
            "@userinfobot."
        ),
        host=PushHost(name="api.telegram.org", port=443),
        fields=(
            Field(
                name="bot_token",
                label=marked("Token of the bot"),
                hint=marked("like 123456789:AAE…, as @BotFather tells it"),
                pattern=r"[0-9]{5,12}:[A-Za-z0-9_-]{30,60}",
                is_secret=True,
            ),
            Field(
                name="chat",
                label=marked("Id of the chat"),
                hint=marked("your own number, or that of a group, which begins with -"),
                pattern=r"-?[0-9]{4,20}",
            ),
        ),
    ),
    Service(
        name="discord",
        title="Discord",
        how=marked(
            "In the settings of a channel: Integrations, Webhooks, New Webhook, Copy Webhook URL. Whoever reads that "
            "channel reads your notes."
        ),
        host=PushHost(name="discord.com", port=443),
        fields=(
            Field(
                name="webhook",
                label=marked("Address of the webhook"),
                hint=marked("as copied there; only its number and key are kept"),
                pattern=r"(?:https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/)?"
                r"(?P<kept>[0-9]{10,25}/[A-Za-z0-9_-]{20,120})",
                is_secret=True,
            ),
        ),
    ),
    Service(
        name="pushover",
        title="Pushover",
        how=marked("Your user key is on pushover.net once you are logged in; make an application there for the token."),
        host=PushHost(name="api.pushover.net", port=443),
        fields=(
            Field(
                name="user_key",
                label=marked("User key"),
                hint=marked("30 letters and digits"),
                pattern=r"[A-Za-z0-9]{30}",
                is_secret=True,
            ),
            Field(
                name="token",
                label=marked("Token of the application"),
                hint=marked("30 letters and digits"),
                pattern=r"[A-Za-z0-9]{30}",
                is_secret=True,
            ),
        ),
    ),
    Service(
        name="slack",
        title="Slack",
        how=marked(
            "Make a Slack app with an incoming webhook for the channel, and copy the webhook. Whoever reads that "
            "channel reads your notes."
        ),
        host=PushHost(name="hooks.slack.com", port=443),
        fields=(
            Field(
                name="webhook",
                label=marked("Address of the webhook"),
                hint=marked("as copied there; only its keys are kept"),
                pattern=r"(?:https://hooks\.slack\.com/services/)?"
                r"(?P<kept>T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,32})",
                is_secret=True,
            ),
        ),
    ),
    Service(
        name="gotify",
        title="Gotify",
        how=marked("On the Gotify server make an application; its token goes here."),
        has_servers=True,
        fields=(
            Field(
                name="token",
                label=marked("Token of the application"),
                hint=marked("begins with A"),
                pattern=r"[A-Za-z0-9._-]{10,64}",
                is_secret=True,
            ),
        ),
    ),
    Service(
        name="matrix",
        title="Matrix",
        how=marked(
            "Use an account made for this and a room of its own that it has joined. Notes are not end-to-end "
            "encrypted: whoever runs the server can read them."
        ),
        # matrix.org's clients are served from here.
        host=PushHost(name="matrix-client.matrix.org", port=443),
        has_servers=True,
        sends_by="PUT",
        fields=(
            Field(
                name="access_token",
                label=marked("Access token"),
                hint=marked("of that account: in Element under Help & About, Advanced"),
                pattern=r"[A-Za-z0-9_.~=-]{8,380}",
                is_secret=True,
            ),
            Field(
                name="room",
                label=marked("Id of the room"),
                hint=marked("begins with an exclamation mark; in the room's settings under Advanced"),
                pattern=r"![A-Za-z0-9_.~+-]{1,100}(?::[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?)?",
            ),
        ),
    ),
    Service(
        name="signal",
        title="Signal",
        how=marked("Whoever runs this site runs a Signal gateway and tells you the number that it sends from."),
        has_servers=True,
        fields=(
            Field(
                name="sender",
                label=marked("Number of the gateway"),
                hint=marked("like +4915112345678"),
                pattern=_PHONE,
            ),
            Field(
                name="number",
                label=marked("Your own number"),
                hint=marked("like +4915112345678"),
                pattern=_PHONE,
            ),
        ),
    ),
)
BY_NAME: Mapping[str, Service] = {service.name: service for service in SERVICES}


def offered(listed: PushHosts) -> tuple[Service, ...]:
    """The services that this installation can reach, in order."""
    return tuple(service for service in SERVICES if service.servers(listed))
