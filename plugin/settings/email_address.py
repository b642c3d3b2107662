"""Mail addresses: exactly one, plainly written, or a sentence that says what is wrong with it.

What a form takes goes into headers and into an SMTP command, so only the common form is let through: no display name,
comment, quotation, group, list or line break, and ASCII only (an address with an umlaut can be written as `xn--…`).
"""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses

from plugin.errors import FootnoteError
from plugin.translations.voice import marked

LONGEST = 254
"""RFC 5321: a path of 256 characters with its two brackets."""
LONGEST_LOCAL = 64
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=.*[a-z])[a-z0-9-]{2,63}", re.I)

_SPELLED = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_NONE = marked("This is no address: it should look like name@example.org.")
_SENDER = "MAIL_FROM should look like footnote@example.org or Footnote <footnote@example.org>."


class BadAddress(FootnoteError):
    """What was typed is not one mail address; says why, for the runner."""


def read_address(text: str) -> str:
    """The address in `text`, blanks around it left out; raises BadAddress. Upper and lower case stay as typed."""
    address = text.strip(" ")
    if not address:
        raise BadAddress(marked("Type an address, like name@example.org."))
    if any(sign in address for sign in ",;"):
        raise BadAddress(marked("One address only, please."))
    if not address.isprintable() or " " in address:
        raise BadAddress(marked("An address has no blanks or line breaks in it."))
    if not address.isascii():
        raise BadAddress(marked("Only plain letters work here: write a domain with accents in its xn-- form."))
    if len(address) > LONGEST:
        raise BadAddress(marked("An address has at most 254 characters."))
    if not _SPELLED.fullmatch(address):
        # Before the parser of the standard library, which breaks on some of what is no address (found by fuzzing).
        raise BadAddress(_NONE)
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError) as wrong:
        raise BadAddress(_NONE) from wrong
    is_plain = parsed.addr_spec == address and '"' not in address and 0 < len(parsed.username) <= LONGEST_LOCAL
    if not is_plain or not (_DOMAIN.fullmatch(parsed.domain) or parsed.domain == "localhost"):
        raise BadAddress(_NONE)
    return address


def read_sender(text: str) -> Address:
    """`MAIL_FROM`: one address, perhaps with a name before it in the usual form; raises BadAddress. Its host may be
    one without a dot, as local mail servers have."""
    found = getaddresses([text]) if text.isprintable() else []
    try:
        [(name, spec)] = found
        sender = Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError, AttributeError) as wrong:
        raise BadAddress(_SENDER) from wrong
    if not spec.isascii() or set(spec) & set(' ,;<>"') or not sender.username or not sender.domain:
        raise BadAddress(_SENDER)
    return sender
