"""The confirmation of an address: at most three an hour from one runner to one mailbox, a few more in all."""

from __future__ import annotations

from plugin.ports import Runner
from plugin.web.dependencies import Dependencies

TO_A_MAILBOX = 3
"""From one runner. Counted for each runner, so that no runner can keep another from confirming an address."""
A_MAILBOX = 9
A_RUNNER = 9
NO_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Their mailboxes have no dots: a.b@ and ab@ are one."""


def mailbox_of(address: str) -> str:
    """The mailbox that an address leads to: `name+anything@` is `name@`."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.split("+", 1)[0]
    return f"{local.replace('.', '') if domain in NO_DOTS else local}@{domain}"


def may_send(have: Dependencies, runner: Runner, address: str) -> bool:
    """Whether one more mail may go to this mailbox from this runner; counts it, by keyed digests."""
    mailbox = mailbox_of(address)
    return (
        have.may_within_hour(have.blinded(f"mail to:{mailbox}:{runner.id}"), TO_A_MAILBOX)
        and have.may_within_hour(have.blinded(f"mail from:{runner.id}"), A_RUNNER)
        and have.may_within_hour(have.blinded(f"mail to:{mailbox}"), A_MAILBOX)
    )


def send(have: Dependencies, runner: Runner, address: str) -> None:
    """The mail with the link. Raises NotTold, or another FootnoteError for an address that no mail server takes."""
    if have.mailer is not None:
        have.mailer.confirm(runner, address, have.clock())
