"""What a mail server's answers mean: wait, another address, or the operator. Addresses never stand in a reason."""

from __future__ import annotations

import re
import smtplib
import ssl

from plugin.errors import NotTold

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def before_mail(wrong: Exception) -> NotTold:
    """What broke between connecting and being logged in: nearly always the settings, else the network."""
    match wrong:
        case ssl.SSLCertVerificationError():
            return operators(f"the mail server's certificate is not valid ({wrong.verify_message})")
        case ssl.SSLError():
            return operators(f"no encrypted connection came about ({wrong.reason or 'broken off'})")
        case smtplib.SMTPResponseException():
            return verdict(wrong.smtp_code, _text(wrong.smtp_error), about="us")
        case smtplib.SMTPServerDisconnected():
            return passing(wrong)
        case smtplib.SMTPException():
            return operators(f"the mail server cannot do what we need ({_text(str(wrong)).rstrip('.')})")
        case UnicodeError():
            return operators("the name or password has letters that SMTP cannot carry")
    return passing(wrong)


def expect(answer: tuple[int, bytes], *wanted: int, about: str) -> None:
    """Nothing where the answer's code is wanted, else its verdict. `about`: us, sender, address or mail."""
    code, text = answer
    if code not in wanted:
        raise verdict(code, _text(text), about=about)


def verdict(code: int, text: str, *, about: str) -> NotTold:
    """What an answer other than yes means. Enhanced codes (RFC 3463): 5.1 and 5.2 speak of the address, 5.7 of us."""
    said = f"{code} {_ADDRESS.sub('…', text)}".strip()
    status = found.group() if (found := _STATUS.search(text)) else ""
    if not 500 <= code <= 599:
        return NotTold(f"The mail server puts us off: {said}.", for_good=False)
    is_about_us = code in (530, 535) or status.startswith("5.7.")
    if status.startswith("5.1.") and about == "mail":
        about = "address"
    if about == "address" and not is_about_us:
        return NotTold(f"The mail server will not take mail for this address: {said}.", for_good=True)
    return operators(f"the mail server answers {said}")


def operators(what: str) -> NotTold:
    """Only the operator can mend it; the runner's address is not at fault."""
    return NotTold(f"Mail cannot be sent, {what}: the operator must look at SMTP_URL and MAIL_FROM.", for_good=False)


def passing(broken: Exception) -> NotTold:
    """The network, or a server that is busy or gone: worth another try."""
    return NotTold(
        f"The mail server cannot be reached or broke off: {broken or type(broken).__name__}.", for_good=False
    )


def _text(answer: bytes | str) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
