"""Platforms that are recognised by the variables they set: their disk is wiped, and they know the site's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A platform whose disk is wiped at every restart, unless a volume is mounted."""

    sign: str
    """The variable by which it is recognised."""
    address: str
    """The variable that names the site's host or address, where the platform sets it."""
    host_ends: str = ""
    """What the host ends in, where the variable has only its beginning."""

    def public_url(self, environ: Mapping[str, str]) -> str | None:
        """The https address that the platform gave the site; None where it does not tell."""
        told = environ.get(self.address, "").strip()
        if not told:
            return None
        return told if "://" in told else f"https://{told}{self.host_ends}"


HEROKU = Platform(sign="DYNO", address="HEROKU_APP_DEFAULT_DOMAIN_NAME")
PLATFORMS = (
    HEROKU,
    Platform(sign="RENDER", address="RENDER_EXTERNAL_URL"),
    Platform(sign="RAILWAY_ENVIRONMENT_NAME", address="RAILWAY_PUBLIC_DOMAIN"),
    Platform(sign="FLY_APP_NAME", address="FLY_APP_NAME", host_ends=".fly.dev"),
    Platform(sign="KOYEB_APP_NAME", address="KOYEB_PUBLIC_DOMAIN"),
)


def platform_of(environ: Mapping[str, str]) -> Platform | None:
    """The platform that this process runs on; None on a machine of one's own."""
    return next((one for one in PLATFORMS if environ.get(one.sign)), None)
