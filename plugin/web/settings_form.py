"""The settings form, read: either a change to the runner, or what is wrong, field by field. No I/O, no Flask.

A field that was not sent keeps its value. Checkboxes send nothing when unticked, so those of a whole section count
only where the form says (`listed`) that the section was on it; `public_ok` and `soreness` always count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from werkzeug.datastructures import MultiDict

from plugin.activities.channel_failures import without_failures
from plugin.ports import Channel, ChannelName, HowMuch, Pair, Runner, Settings
from plugin.rules import CAN_BE_TURNED_OFF
from plugin.settings.email_address import BadAddress, read_address
from plugin.settings.formats import WEEKDAYS
from plugin.training.calendar import zone_names
from plugin.training.runs import NONE, ShoeKind
from plugin.translations import languages
from plugin.translations.voice import UNITS
from plugin.web.distance_input import read_distance
from plugin.web.wording import _

LEAST_LIMIT_M, MOST_M = Decimal(100_000), Decimal(20_000_000)
"""No pair is worn out sooner, and none has gone farther."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be chosen: channels in order, whether Strava lets us write, whether mail can be sent."""

    channels: tuple[Channel, ...]
    can_write: bool
    has_mailer: bool

    def channel(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.name == name), None)


@dataclass(kw_only=True)
class Read:
    """The form as read: errors by field, or with none of them, the change to apply."""

    typed: MultiDict[str, str]
    shown_in: str
    errors: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, object] = field(default_factory=dict)
    pairs: dict[str, Callable[[Pair], Pair]] = field(default_factory=dict)
    waits_for_address: bool = False
    """The chosen channel needs an address that must be confirmed first."""
    again: ChannelName | None = None
    """A channel that failed before and gets another chance."""

    def change(self, was: Runner) -> Runner:
        """The runner with what was chosen; what the form does not know of stays."""
        settings: Settings = replace(was.settings, **self.chosen)  # type: ignore[arg-type]
        if settings.email != was.settings.email:
            settings = replace(settings, email_confirmed=False, email_bounced=False)
        if settings.channel != was.settings.channel:
            # A channel that works stays in use until the new one works.
            before = was.settings.until_confirmed or was.settings.channel
            settings = replace(settings, until_confirmed=before if self.waits_for_address else None)
        pairs = {
            shoe_id: self.pairs[shoe_id](pair) if shoe_id in self.pairs else pair for shoe_id, pair in was.pairs.items()
        }
        changed = replace(was, settings=settings, pairs=pairs)
        return without_failures(changed, self.again) if self.again else changed


def read_choices(form: MultiDict[str, str], runner: Runner, offer: Offer) -> Read:
    """Everything in the form, checked."""
    shown_in = form.get("shown_in") or runner.settings.units
    read = Read(typed=form, shown_in=shown_in if shown_in in UNITS else runner.settings.units)
    _address(read, runner, offer)
    _channel(read, runner, offer)
    _one_of(read, "units", frozenset(UNITS))
    _one_of(read, "week_starts", frozenset({"monday", "sunday"}))
    _how_much(read)
    _one_of(read, "digest_day", frozenset(WEEKDAYS) | {""})
    _one_of(read, "language", frozenset({"", *languages()}))
    _one_of(read, "timezone", frozenset({"", *zone_names()}))
    _hour(read)
    read.chosen["reads_soreness"] = bool(form.get("soreness"))
    listed = set(form.getlist("listed"))
    if "rules" in listed:
        on = set(form.getlist("rule"))
        read.chosen["rules_off"] = frozenset(rule.NAME for rule in CAN_BE_TURNED_OFF if rule.NAME not in on)
        read.chosen["strict_ramp"] = bool(form.get("strict_ramp"))
    if "week" in listed:
        read.chosen["digest"] = bool(form.get("digest"))
    if "quiet" in listed:
        read.chosen["paused"] = bool(form.get("paused"))
    for shoe_id, pair in runner.pairs.items():
        _pair(read, shoe_id, pair, retired_listed="pairs" in listed)
    return read


def _address(read: Read, runner: Runner, offer: Offer) -> None:
    typed = read.typed.get("email")
    if typed is None:
        return
    try:
        address = read_address(typed) if typed.strip(" ") else ""
    except BadAddress as wrong:
        read.errors["email"] = _(str(wrong))
        return
    if address and not offer.has_mailer and address != runner.settings.email:
        read.errors["email"] = _("This site has no mail server: no address can be used here.")
    else:
        read.chosen["email"] = address or None


def _channel(read: Read, runner: Runner, offer: Offer) -> None:
    typed = read.typed.get("channel")
    public_ok = bool(read.typed.get("public_ok"))
    if typed is None and not public_ok:
        return
    read.chosen["public_ok"] = public_ok
    if typed is None:
        return
    channel = offer.channel(typed)
    if channel is None:
        read.errors["channel"] = _("Choose one of these.")
        return
    if channel.needs_public_ok and not public_ok:
        read.errors["public_ok"] = _(
            "Everyone who sees the activity reads its description: say that this is all right."
        )
    if channel.is_on_activity and not offer.can_write and channel.name != runner.settings.channel:
        read.errors["channel"] = _("Strava did not allow Footnote to write: connect again and leave that box ticked.")
    needed = channel.needs_setting
    if needed is not None and needed not in read.errors and not _setting(read, runner, needed):
        read.errors[needed] = _(channel.missing)
    read.chosen["channel"] = channel.name
    read.waits_for_address = needed is not None and channel.set_up_at is None
    if channel.name != runner.settings.channel or "try_again" in read.typed:
        read.again = channel.name


def _setting(read: Read, runner: Runner, name: str) -> object:
    return read.chosen.get(name, getattr(runner.settings, name))


def _one_of(read: Read, name: str, words: frozenset[str]) -> None:
    typed = read.typed.get(name)
    if typed is None:
        return
    if typed not in words:
        read.errors[name] = _("Choose one of these.")
    else:
        read.chosen[name] = typed or None


def _how_much(read: Read) -> None:
    typed = read.typed.get("how_much")
    if typed is None:
        return
    if typed not in set(HowMuch):
        read.errors["how_much"] = _("Choose one of these.")
    else:
        read.chosen["how_much"] = HowMuch(typed)


def _hour(read: Read) -> None:
    typed = read.typed.get("check_hour")
    if typed is None:
        return
    if typed and (re.fullmatch("[0-9]{1,2}", typed) is None or int(typed) > 23):
        read.errors["check_hour"] = _("Choose an hour from 0 to 23.")
    else:
        read.chosen["check_hour"] = int(typed) if typed else None


def _pair(read: Read, shoe_id: str, pair: Pair, *, retired_listed: bool) -> None:
    prefix = f"pair-{shoe_id}-"
    kind = read.typed.get(prefix + "kind")
    if kind is not None and kind not in set(ShoeKind):
        read.errors[prefix + "kind"] = _("Choose one of these.")
        return
    look_m = _limit(read, prefix + "look", pair.shoe.look_m)
    replace_m = _limit(read, prefix + "replace", pair.shoe.replace_m)
    one_number = _("Write a number without a mark for thousands, like 650 or 1000.")
    start_m = _far(read, prefix + "start", pair.start_m, least_m=NONE, wrong=one_number)
    if look_m is not None and replace_m is not None and look_m >= replace_m:
        read.errors[prefix + "replace"] = _("Replacing comes after looking closely: this must be the larger number.")
    is_retired = bool(read.typed.get(prefix + "retired")) if retired_listed else pair.shoe.is_retired

    def change(was: Pair) -> Pair:
        shoe = replace(
            was.shoe,
            kind=ShoeKind(kind) if kind is not None else was.shoe.kind,
            look_m=look_m,
            replace_m=replace_m,
            is_retired=is_retired,
        )
        return replace(was, shoe=shoe, start_m=start_m or Decimal(0))

    read.pairs[shoe_id] = change


def _limit(read: Read, name: str, before: Decimal | None) -> Decimal | None:
    """A typed limit in metres. A very small one is refused as a slip: it would be told on every run."""
    unit_m = UNITS[read.shown_in]
    wrong = _(
        "Write a distance from %(least)s to %(most)s %(unit)s, like 650 or 1000.",
        least=f"{(LEAST_LIMIT_M / unit_m).to_integral_value(ROUND_CEILING):f}",
        most=f"{(MOST_M / unit_m).to_integral_value(ROUND_FLOOR):f}",
        unit=read.shown_in,
    )
    return _far(read, name, before, least_m=LEAST_LIMIT_M, wrong=wrong)


def _far(read: Read, name: str, before: Decimal | None, *, least_m: Decimal, wrong: str) -> Decimal | None:
    """A typed distance in metres; empty is none; not sent keeps what was."""
    typed = read.typed.get(name)
    if typed is None:
        return before
    if not typed.strip():
        return None
    metres = read_distance(typed, unit_m=UNITS[read.shown_in], least_m=least_m, most_m=MOST_M)
    if metres is None:
        read.errors[name] = wrong
        return before
    return metres
