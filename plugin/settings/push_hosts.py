"""`PUSH_HOSTS`: the servers that push may go to beside the services' own, and the private addresses it may reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network
SERVICES = ("ntfy", "gotify", "matrix", "signal")
"""Services that anybody may run a server of."""
NEAR = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
"""Endings of names that no stranger can register, as the standards and home routers use them."""
_NAME = r"(?=.{1,253}$)[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*"


@dataclass(frozen=True, kw_only=True)
class PushHost:
    """One server: its name or address, its port, whether it speaks TLS; `service` where it is meant for one alone."""

    name: str
    port: int
    is_https: bool = True
    service: str | None = None

    @property
    def is_usual_port(self) -> bool:
        return self.port == (443 if self.is_https else 80)

    @property
    def shown(self) -> str:
        """As runners see it and forms send it."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.is_usual_port else f"{name}:{self.port}"

    @property
    def is_near(self) -> bool:
        """Whether only the operator's own network gives this name an address: one without a dot, as containers have,
        or with an ending that no stranger can register."""
        return ":" not in self.name and ("." not in self.name or self.name.endswith(NEAR))


@dataclass(frozen=True, kw_only=True)
class PushHosts:
    """The servers that are listed, and the networks that are: a private address is called only if it is in one of
    these, or if the listed name is one of the operator's own network."""

    servers: tuple[PushHost, ...] = ()
    networks: tuple[Network, ...] = ()

    def of(self, service: str) -> tuple[PushHost, ...]:
        """The servers that may be used for a service."""
        return tuple(one for one in self.servers if one.service in (None, service))


def read_push_hosts(text: str) -> PushHosts:
    """Comma-separated: `host`, `host:port`, an address, a network like `192.168.1.0/24`; before it `http://` where it
    speaks no TLS, and `gotify=` (or another service's name) where it is for that service alone. ValueError otherwise.
    """
    servers: list[PushHost] = []
    networks: list[Network] = []
    for entry in filter(None, (part.strip().lower() for part in text.split(","))):
        if re.fullmatch(r"[0-9a-f.:]+/[0-9]{1,3}", entry):
            networks.append(ip_network(entry))
            continue
        host = _host(entry)
        servers.append(host)
        if _is_address(host.name):
            networks.append(ip_network(host.name))
    return PushHosts(servers=tuple(servers), networks=tuple(networks))


def _host(entry: str) -> PushHost:
    service, equals, address = entry.rpartition("=")
    if equals and service not in SERVICES:
        raise ValueError("no service that has servers of one's own")
    if address.count(":") > 1 and "[" not in address and "//" not in address:
        address = f"[{address}]"  # an IPv6 address alone
    url = urlsplit(address if "//" in address else f"//{address}")
    name = url.hostname or ""
    if url.scheme not in ("", "http", "https") or url.path.strip("/") or url.query or url.fragment or "@" in url.netloc:
        raise ValueError("no host")
    if not _is_address(name) and (re.fullmatch(_NAME, name) is None or name.rpartition(".")[2].isdigit()):
        raise ValueError("no name of a host")
    is_loopback = name == "localhost" or (_is_address(name) and ip_address(name).is_loopback)
    is_https = url.scheme == "https" or (not url.scheme and not is_loopback)
    port = url.port if url.port is not None else 443 if is_https else 80
    if port == 0:
        raise ValueError("no port")
    return PushHost(name=name, port=port, is_https=is_https, service=service or None)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return "%" not in name
