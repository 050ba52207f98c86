"""From where the console can be reached."""

import ipaddress

from starlette.requests import HTTPConnection

from core.errors import SettingsError
from core.settings import Settings


def check_reachable(settings: Settings, address: str | None) -> None:
    """Raises SettingsError where other machines could reach a console without a password."""
    if settings.console_password is None and not is_loopback(address or ""):
        place = f"on {address}" if address else "on every address of this machine"
        raise SettingsError(
            f"CONSOLE_PASSWORD must be set where the console listens {place} (server.address), because other machines "
            "reach it there: set a password, or listen on 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine and no other."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def client_of(connection: HTTPConnection) -> str:
    """The address that attempts are counted by: an IPv6 network of 64 bits belongs to one client."""
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
