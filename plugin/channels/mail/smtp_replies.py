"""What a mail server's answers mean: wait, another address, or the operator. Addresses never stand in a reason."""

from __future__ import annotations

import re
import smtplib
import ssl

from plugin.errors import NotTold

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_CODE_OF_OURS = re.compile(r"\b(?:530|535)\b")
_FULL = re.compile(r"(?i)mailbox (?:is )?full|over ?quota|quota (?:is )?exceeded")
# Servers have no common words. Our address or name on a list:
_LISTED = re.compile(
    r"""(?ix)
    \b(?:your|client|sending)\s(?:ip|host|server|network|domain)\b
    | \bip\b .{0,40} \b(?:listed|blocked|banned|denied|reputation)\b
    | \b(?:black|block|deny)[\s-]?list | \b(?:rbl|dnsbl|spamhaus|spamcop|barracuda|sorbs|uceprotect)\b
    """
)
# A recipient who is not there; some say so with words that are about us elsewhere:
_THEM = re.compile(
    r"(?i)recipient address rejected|(?:user|recipient|mailbox|address) (?:is )?(?:unknown|unavailable|not found)"
    r"|no such|unknown (?:user|recipient|address)|does not exist|doesn't exist|disabled|inactive"
)
# Our sender or message not wanted, our right to send:
_US = re.compile(
    r"""(?ix)
    \byour\s(?:message|mail|sender)\b
    | \breputation\b | \bspam\b | \brelay(?:ing)?\b | \b(?:spf|dkim|dmarc)\b
    | \bsender\b .{0,30} \b(?:rejected|denied|refused|invalid|unknown|verif\w+|not\sallowed|not\sowned)\b
    | \bclient\shost\b | \bhelo\b | \breverse\sdns\b | \bptr\b | \bauthenticat\w+ | \bnot\sauthori[sz]ed\b
    | \b(?:too\smany|rate\slimit|limit\sexceeded) | \bservice\s(?:unavailable|not\savailable)\b
    | \b(?:policy|access\sdenied)\b
    """
)


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
    if status == "5.2.2" or _FULL.search(text):
        return NotTold(f"The mailbox is full: {said}.", for_good=False)
    if status.startswith("5.1.") and about == "mail":
        about = "address"
    if about == "address" and not is_about_us(said):
        return NotTold(f"The mail server will not take mail for this address: {said}.", for_good=True)
    return operators(f"the mail server answers {said}", is_about_us=True)


def is_about_us(said: str) -> bool:
    """Whether a refusal, code and text, is about who sends and not about who is to receive: it would be the same for
    every address."""
    status = found.group() if (found := _STATUS.search(said)) else ""
    if _CODE_OF_OURS.search(said) or status.startswith("5.7.") or _LISTED.search(said):
        return True
    return bool(_US.search(said)) and not _THEM.search(said)


def operators(what: str, *, is_about_us: bool = False) -> NotTold:
    """Only the operator can mend it; the runner's address is not at fault."""
    return NotTold(
        f"Mail cannot be sent, {what}: the operator must look at SMTP_URL and MAIL_FROM.",
        for_good=False,
        is_about_us=is_about_us,
    )


def passing(broken: Exception) -> NotTold:
    """The network, or a server that is busy or gone: worth another try."""
    return NotTold(
        f"The mail server cannot be reached or broke off: {broken or type(broken).__name__}.", for_good=False
    )


def _text(answer: bytes | str) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
