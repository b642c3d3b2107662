"""python -m plugin.sandbox [--port 8001]"""

from __future__ import annotations

import argparse
import sys

from plugin.sandbox.server import serve


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m plugin.sandbox", description="A Strava look-alike, on localhost")
    asked.add_argument("--port", type=int, default=8001)
    port = asked.parse_args().port
    try:
        serve(port, ready=lambda url: print(f"The sandbox answers at {url}/", flush=True))
    except OSError as reason:
        print(f"Port {port} cannot be used ({reason.strerror}): try another with --port.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
