"""Pushes one note by Apprise. The only module that imports it, together with `guarded_http.py`; imported when the first
note is pushed, so that a process that never pushes does not carry it.

Plugins are made from the checked fields, not from Apprise's URLs: a URL can turn on redirects, turn off certificates,
name files to attach and load further plugins.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from html import escape
from types import ModuleType
from typing import Any

import requests
from apprise import AppriseAsset
from apprise.common import NotifyFormat
from apprise.plugins import discord, gotify, ntfy, pushover, signal_api, slack, telegram
from apprise.plugins.matrix import base as matrix

from plugin.channels.push_services.guarded_http import NOTE_S, Exchange, Guarded, Lookup, look_up
from plugin.channels.push_services.services import BY_NAME
from plugin.errors import NotTold
from plugin.ports import PushTarget
from plugin.settings.push_hosts import PushHost, PushHosts
from plugin.translations.voice import marked

log = logging.getLogger("footnote.push")

NOT_LISTED = marked("This site no longer calls the server that was chosen: choose another one.")
NOT_ALLOWED = marked("The server's address is one that this site may not call: ask whoever runs it.")
NOT_ACCEPTED = marked("The service does not accept this: check what was filled in there, and whether it still exists.")
ELSEWHERE = marked("The service points to another address, which is not followed: ask whoever runs this site.")
BUSY = marked("The service is busy or out of order.")
NOT_REACHED = marked("The service could not be reached.")
ANSWER_LOST = marked("The service did not say whether it took the note: it may have arrived.")
PASSING = frozenset({408, 423, 425, 429})
"""Answers below 500 that may be others a moment later."""
MODULES: tuple[ModuleType, ...] = (ntfy, telegram, discord, pushover, slack, gotify, matrix, signal_api)

_guarded = Guarded()


def _take_over(modules: tuple[ModuleType, ...]) -> None:
    """Put our guarded calls where the plugins have `requests`."""
    # It prints addresses with tokens in them.
    logging.getLogger("apprise").disabled = True
    for module in modules:
        if vars(module).get("requests") is not requests:
            raise ImportError(f"{module.__name__} no longer sends by requests: this version of Apprise is not known")
        vars(module)["requests"] = _guarded


_take_over(MODULES)


def push(
    target: PushTarget,
    hosts: PushHosts,
    *,
    title: str,
    text: str,
    lookup: Lookup = look_up,
    trust: bool | str = True,
    note_s: float = NOTE_S,
) -> None:
    """Push it; raises NotTold. `lookup`, `trust` (a file with authorities) and `note_s` (seconds) are for tests."""
    service = BY_NAME.get(target.service)
    host = service.server_of(target, hosts) if service is not None else None
    if service is None or host is None:
        raise NotTold(NOT_LISTED, for_good=True)
    if service.read(target.fields, hosts)[1]:
        # An earlier version's form took them. A plugin would do other things with them: Matrix's registers an account.
        raise NotTold(NOT_ACCEPTED, for_good=True)
    plugin = PLUGINS[service.name](host, target.fields)
    plugin.request_rate_per_sec = 0  # the calls of one note need no pause between them
    note = _in_its_words(service.name, title, text)
    exchange = Exchange(host, hosts.networks, service.sends_by, lookup)
    with _guarded.note(exchange, trust=trust, note_s=note_s):
        try:
            is_told = plugin.notify(**note)
        except Exception as stumbled:
            # A plugin reads answers as they come; what it cannot read must not become a bug of ours.
            log.warning("%s: an answer was not understood: %s", service.name, type(stumbled).__name__)
            is_told = exchange.is_sent
    if is_told and exchange.is_sent:
        return
    log.warning("%s did not take a note: %s", service.name, exchange.status or "no answer")
    raise _why(exchange)


def _in_its_words(service: str, title: str, text: str) -> dict[str, Any]:
    """Title, body and format, such that the text arrives to the letter and mentions nobody."""
    if service == "telegram":
        # The plugin sends HTML in any case, and takes plain text for HTML.
        return {
            "body": escape(text, quote=False),
            "title": escape(title, quote=False),
            "body_format": NotifyFormat.HTML,
        }
    if service == "discord":
        text, title = text.replace("@", "@\u200b"), title.replace("@", "@\u200b")
    if service in ("discord", "matrix", "signal"):
        # These have no titles: Apprise would put it before the body with a mark of its own.
        text, title = f"{title}\n{text}", ""
    return {"body": text, "title": title, "body_format": NotifyFormat.TEXT}


def _why(exchange: Exchange) -> NotTold:
    status = exchange.status
    if exchange.is_blocked:
        return NotTold(NOT_ALLOWED, for_good=True)
    if exchange.may_have_left:
        return NotTold(ANSWER_LOST, for_good=False, may_have_left=True)
    if status == 0:
        return NotTold(NOT_REACHED, for_good=False)
    if 300 <= status < 400:
        return NotTold(ELSEWHERE, for_good=True)
    if status in PASSING or status >= 500:
        return NotTold(BUSY, for_good=False)
    return NotTold(NOT_ACCEPTED, for_good=True)


def _at(host: PushHost) -> dict[str, Any]:
    name = f"[{host.name}]" if ":" in host.name else host.name
    port = None if host.is_usual_port else host.port
    return {"host": name, "port": port, "secure": host.is_https, "asset": _asset()}


def _asset() -> Any:
    """Nothing of Apprise's own in a note: no pictures from elsewhere, no files, no retries, no redirects."""
    return AppriseAsset(
        app_id="Footnote",
        app_desc="Footnote",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask=False,
        http_redirects=False,
        async_mode=False,
        storage_mode="memory",
        default_service_retry=0,
        interpret_emojis=False,
    )


def _ntfy(host: PushHost, fields: Mapping[str, str]) -> Any:
    token = fields.get("token")
    auth = {"auth": "token", "token": token} if token else {}
    return ntfy.NotifyNtfy(targets=[fields["topic"]], mode="private", include_image=False, **auth, **_at(host))


def _telegram(host: PushHost, fields: Mapping[str, str]) -> Any:
    return telegram.NotifyTelegram(
        bot_token=fields["bot_token"], targets=[fields["chat"]], detect_owner=False, asset=_asset()
    )


def _discord(host: PushHost, fields: Mapping[str, str]) -> Any:
    webhook_id, _, token = fields["webhook"].partition("/")
    return discord.NotifyDiscord(webhook_id=webhook_id, webhook_token=token, avatar=False, asset=_asset())


def _pushover(host: PushHost, fields: Mapping[str, str]) -> Any:
    return pushover.NotifyPushover(user_key=fields["user_key"], token=fields["token"], asset=_asset())


def _slack(host: PushHost, fields: Mapping[str, str]) -> Any:
    token_a, token_b, token_c = fields["webhook"].split("/")
    return slack.NotifySlack(
        token_a=token_a,
        token_b=token_b,
        token_c=token_c,
        include_image=False,
        include_footer=False,
        include_timestamp=False,
        asset=_asset(),
    )


def _gotify(host: PushHost, fields: Mapping[str, str]) -> Any:
    return gotify.NotifyGotify(token=fields["token"], **_at(host))


def _matrix(host: PushHost, fields: Mapping[str, str]) -> Any:
    # Discovery would ask another host, and end-to-end encryption would register a device.
    return matrix.NotifyMatrix(
        targets=[fields["room"]],
        password=fields["access_token"],
        include_image=False,
        discovery=False,
        hsreq=False,
        e2ee=False,
        **_at(host),
    )


def _signal(host: PushHost, fields: Mapping[str, str]) -> Any:
    return signal_api.NotifySignalAPI(source=fields["sender"], targets=[fields["number"]], **_at(host))


PLUGINS: Mapping[str, Callable[[PushHost, Mapping[str, str]], Any]] = {
    "ntfy": _ntfy,
    "telegram": _telegram,
    "discord": _discord,
    "pushover": _pushover,
    "slack": _slack,
    "gotify": _gotify,
    "matrix": _matrix,
    "signal": _signal,
}
