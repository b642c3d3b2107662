"""The sandbox: a server that imitates Strava for trying and testing, on this machine only.

    from plugin.sandbox import serve
    serve(8001)                              # blocks; python -m plugin.sandbox --port 8001 does the same

    from plugin.sandbox import served
    with served() as strava:                 # a free port, in threads of this process
        requests.get(f"{strava.url}/sandbox/state")

API base `<url>/api/v3`, OAuth base `<url>/oauth`, pages at `<url>/`. Client 12345 with the secret `sandbox-secret`.
State is in memory and lost with the process. Only `demo/` imports from the rest of the plugin.

To consent without a browser, POST the query of /oauth/authorize back to it with the form decision=allow,
athlete=ID, scope=… (several).

Endpoints for tests are below `/sandbox`: the docstring of `control_api` lists them all.
"""

from __future__ import annotations

from plugin.sandbox.app import CLIENT_ID, CLIENT_SECRET, create_sandbox
from plugin.sandbox.demo_world import KIM, ROBIN, demo_world
from plugin.sandbox.faults import KINDS, REPORTED, Fault
from plugin.sandbox.rate_limits import RateLimits
from plugin.sandbox.server import Served, serve, served
from plugin.sandbox.world import World

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "KIM",
    "KINDS",
    "REPORTED",
    "ROBIN",
    "Fault",
    "RateLimits",
    "Served",
    "World",
    "create_sandbox",
    "demo_world",
    "serve",
    "served",
]
