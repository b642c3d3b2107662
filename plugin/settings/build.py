"""Which build of the program this is: the version, and the commit it was built from, or else a digest of its source."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from plugin import __version__

PACKAGE = Path(__file__).parent.parent
COMMITS = ("SOURCE_VERSION", "HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT", "RENDER_GIT_COMMIT", "GIT_COMMIT")
"""Where platforms name the commit."""
SHOWN = 10


@cache
def build_id() -> str:
    """As `0.1.0+1a2b3c4d5e`."""
    return f"{__version__}+{commit_of(os.environ, PACKAGE.parent) or source_digest()}"


def commit_of(environ: Mapping[str, str], checkout: Path) -> str:
    """The commit, as the platform or the checkout says; "" where neither does."""
    named = next((environ[name] for name in COMMITS if environ.get(name)), "") or _checked_out(checkout)
    return named[:SHOWN] if named.isalnum() else ""


def source_digest() -> str:
    """Of every source file of the package."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:SHOWN]


def _checked_out(checkout: Path) -> str:
    """What HEAD of the git checkout is; git itself may not be there."""
    with suppress(OSError, ValueError):
        git = checkout / ".git"
        if git.is_file():  # a worktree
            git = checkout / git.read_text().removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        common = git / (git / "commondir").read_text().strip() if (git / "commondir").exists() else git
        for place in (git, common):
            if (place / name).is_file():
                return (place / name).read_text().strip()
        for line in (common / "packed-refs").read_text().splitlines():
            if line.endswith(f" {name}"):
                return line.split()[0]
    return ""
