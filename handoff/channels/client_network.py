"""From where somebody writes, for the flood limit alone; never logged or kept (``handoff.store.flood``)."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

IPV6_HOUSEHOLD_BITS = 64


def client_network(connection: HTTPConnection) -> str | None:
    """The address behind trusted proxies (uvicorn reads their header); an IPv6 line counts as one.

    None when no address is known: then nobody is limited, rather than everybody together.
    """
    return network_of(connection.client.host) if connection.client else None


def network_of(host: str) -> str | None:
    """What is counted as one: an IPv4 address, or the /64 that an IPv6 line has to itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_HOUSEHOLD_BITS), strict=False))
    return str(address)
