"""Everything that is kept of a runner, said in lines that people can read; `/privacy` shows them.

Each line names the fields it is about: `Type.field` of `plugin.ports`, `mark.<key>` for a key value of the store, and
`once.<what>` for a token that may be used once. A test fails for a field without a line and for a line without a field,
so that the page is complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugin.web.wording import _


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """What is kept, what for, how long; and the fields that are meant."""

    what: str
    why: str
    long: str
    fields: str


def lines() -> tuple[KeptLine, ...]:
    """The page's table, in the reader's language."""
    until_left = _("until you leave")
    seven_days = _("seven days at most")
    return (
        KeptLine(
            what=_("Your Strava number and name, your time zone"),
            why=_("to know whose run it is and what day it was"),
            long=until_left,
            fields="Runner.id Runner.name Runner.timezone RunRecord.runner_id Snapshot.runner_id Delivery.runner_id",
        ),
        KeptLine(
            what=_("Keys to your Strava account and what they allow, encrypted"),
            why=_("to read runs and write notes"),
            long=_("until you leave; if Strava no longer lets us in, everything here goes after four weeks"),
            fields="Runner.tokens Runner.scopes Runner.must_reconnect Runner.told_to_reconnect Runner.lost_at "
            "Tokens.access Tokens.refresh Tokens.expires_at",
        ),
        KeptLine(
            what=_("When you connected, and when you consented to which text"),
            why=_("to be able to show it"),
            long=until_left,
            fields="Runner.connected_at Runner.consent_version Runner.consent_at",
        ),
        KeptLine(
            what=_("Your settings and email address"),
            why=_("to speak as you like it"),
            long=_("until you leave or change them"),
            fields="Runner.settings Runner.failed_channels Runner.failures Runner.list_rows "
            "ChannelFailure.channel ChannelFailure.run_id ChannelFailure.at Settings.channel Settings.until_confirmed "
            "Settings.public_ok Settings.email "
            "Settings.email_confirmed Settings.email_bounced Settings.units Settings.language "
            "Settings.week_starts Settings.reads_soreness Settings.strict_ramp Settings.how_much Settings.rules_off "
            "Settings.paused Settings.digest Settings.check_hour Settings.digest_day Settings.timezone",
        ),
        KeptLine(
            what=_("Where your notes are pushed, if you set that up: the service and what you filled in, encrypted"),
            why=_("to push them there"),
            long=_("until you remove it or leave"),
            fields="Settings.push PushTarget.service PushTarget.fields PushTarget.only_mine PushTarget.tried_at "
            "PushTarget.trouble",
        ),
        KeptLine(
            what=_("That your calendar may fetch the week, if you asked for it: a fingerprint of its address"),
            why=_("to know the address again"),
            long=_("until you end it or leave"),
            fields="Settings.calendar CalendarFeed.digest CalendarFeed.made_at",
        ),
        KeptLine(
            what=_("Pairs: name, kind, limits, last mileage seen"),
            why=_("to know when a limit is crossed"),
            long=_("until you leave; the mileage seven days"),
            fields="Runner.pairs Runner.told_once Pair.shoe Pair.odometer_m Pair.seen_at Pair.of_run Pair.before_m "
            "Pair.start_m Shoe.id Shoe.name Shoe.kind Shoe.look_m Shoe.replace_m Shoe.is_retired",
        ),
        KeptLine(
            what=_("The list of your last activities"),
            why=_("for the pictures on your page"),
            long=seven_days,
            fields="Snapshot.fetched_at Snapshot.runs Snapshot.wear Snapshot.reaches Snapshot.begins "
            "Snapshot.older_fetched_at Snapshot.progress Run.id Run.start Run.day "
            "Run.sport Run.distance_m Run.moving_s Run.elapsed_s Run.shoe Run.climb_m Run.cadence Run.is_race "
            "Run.is_workout Run.is_treadmill Run.is_flagged Run.is_no_run Run.hour_is_hidden Wear.shoe Wear.id "
            "Wear.start Wear.distance_m",
        ),
        KeptLine(
            what=_("Of each run looked at: day, which rule spoke or was withheld"),
            why=_("so that nothing is said twice"),
            long=_("62 days; seven where nothing was found"),
            fields="RunRecord.run_id RunRecord.day RunRecord.looked_at RunRecord.found RunRecord.telling "
            "RunRecord.channel RunRecord.tip RunRecord.told_at RunRecord.mailed RunRecord.judged_race "
            "RunRecord.judged_without RunRecord.is_old RunRecord.aside RunRecord.judge_again "
            "RunRecord.odometer_is_late RunRecord.reread_at StoredNotice.rule "
            "StoredNotice.family StoredNotice.level StoredNotice.told StoredNotice.leads StoredNotice.withheld "
            "StoredNotice.once",
        ),
        KeptLine(
            what=_("Its numbers and the words of the note"),
            why=_("so that the note can be changed or taken out"),
            long=seven_days,
            fields="RunRecord.start RunRecord.facts RunRecord.text RunRecord.remark Fingerprint.is_run "
            "Fingerprint.distance_m Fingerprint.sport Fingerprint.day Fingerprint.shoe StoredNotice.text "
            "StoredNotice.numbers",
        ),
        KeptLine(
            what=_("What you said hurts, and, if you agreed, labels of what was read: the day and the pair, encrypted"),
            why=_("to see what lasts"),
            long=_("28 days, or as long as one soreness goes on"),
            fields="Runner.soreness Soreness.warnings Soreness.cut_short Soreness.score Soreness.place "
            "Soreness.side Soreness.mentioned Soreness.answers "
            "Soreness.run_id Soreness.day Soreness.labels Soreness.cleared Soreness.shoe "
            "Soreness.since Fingerprint.words",
        ),
        KeptLine(
            what=_("What you dismissed, snoozed, called a race or called no run"),
            why=_("to do as you said"),
            long=_("until it no longer counts, or you leave"),
            fields="Runner.dismissals Dismissal.rule Dismissal.day Dismissal.run_id Runner.no_runs Settings.snoozed "
            "RunRecord.called_race",
        ),
        KeptLine(
            what=_("When we last looked and wrote"),
            why=_("so that nothing comes twice"),
            long=until_left,
            fields="Runner.swept_on Runner.looked_on Runner.digested_on",
        ),
        KeptLine(
            what=_(
                "While you leave and notes are taken out first: how far that is, and afterwards how many there were"
            ),
            why=_("to tell you what came of it"),
            long=_("a day at most; the numbers, under no name, two days longer"),
            fields="Runner.leaving Leaving.asked_at Leaving.receipt Leaving.notes Leaving.stay mark.left",
        ),
        KeptLine(
            what=_("Work that waits: numbers of runner and run, times, the reason of a failure"),
            why=_("so that no run is lost"),
            long=_("until it is done"),
            fields="Delivery.id Delivery.run_id Delivery.why Delivery.received_at Delivery.due_at Delivery.state "
            "Delivery.is_new Delivery.tries Delivery.reason Delivery.event_time Delivery.taken_at mark.unreadable",
        ),
        KeptLine(
            what=_(
                "Fingerprints that tell nothing by themselves: of a deleted activity, a session signed out, an address "
                "just written to, a way in that was used"
            ),
            why=_("so that none of them comes back"),
            long=_("two days for the activity, 90 days for the session, hours for the others"),
            fields="mark.gone Runner.ended_logins Runner.signed_out_at once.state once.mail_to once.mail_from",
        ),
        KeptLine(
            what=_("About this site, not about you: its subscription at Strava, calls left, when its daily jobs ran"),
            why=_("to run"),
            long=_("always"),
            fields="mark.subscription mark.note_check mark.lists mark.last_event mark.gate mark.metrics mark.rounds "
            "mark.moving mark.probe mark.mail",
        ),
    )
