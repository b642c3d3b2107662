"""A letter as a mail: headers that nothing can be injected into, plain text beside HTML, the picture inside."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

from plugin.channels.mail.letter import Letter, one_line


class _AsItIs(BaseHeader):
    """A header of one long word (a link, an id): the default folds it into encoded words, which nobody reads back."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "message-id"):
    _headers.map_to_type(_name, _AsItIs)
POLICY = SMTP.clone(header_factory=_headers)


def as_mail(letter: Letter, *, sender: Address, to: str, host: str, now: datetime) -> EmailMessage:
    """`to` is one plain address (`read_address`); `host` the public one; `now` aware."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=host)
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe is not None:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe.url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.as_text(), cte="quoted-printable")
    picture = f"weeks@{host}"
    mail.add_alternative(letter.as_html(f"cid:{picture}"), subtype="html", cte="quoted-printable")
    if letter.figure is not None:
        page = mail.get_payload()[1]  # type: ignore[index]  # the alternative just added
        assert isinstance(page, EmailMessage)
        page.add_related(
            letter.figure.png, "image", "png", cid=f"<{picture}>", disposition="inline", filename="weeks.png"
        )
    return mail
