# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the proxy to an API server as kubectl does.

The kubernetes package does not: 24.2 ignores a kubeconfig's proxy-url, 34.1 to 35 ignore NO_PROXY, and no version
takes a user name and a password out of the URL.
"""

from __future__ import annotations

import base64
import importlib.util
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from .._model.errors import Failure
from .._model.reasons import Reason

try:
    import urllib3
except ImportError:
    # connect() says what is missing.
    urllib3 = None  # type: ignore[assignment]

_SCHEMES = ("http", "https", "socks5")
_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
# Connections to keep, one for each request that may be under way. Further ones are made when needed, and not kept.
_CONNECTIONS = 32


@dataclass(frozen=True)
class Proxy:
    """A proxy, and the user to log in as."""

    scheme: str
    address: str
    """Host and port."""
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.address}"


def parse_url(text: str) -> SplitResult:
    """Split a URL that has a scheme and a host. Raise ValueError."""
    parts = urlsplit(text)
    if _UNSAFE.search(text) or not parts.scheme or not parts.hostname or parts.port == 0:
        raise ValueError("no URL")
    return parts


def is_server_url(text: str) -> bool:
    """Return whether a text is the URL of a server that is reached over HTTP, with TLS or without."""
    try:
        return parse_url(text).scheme in ("http", "https")
    except ValueError:
        return False


def parse_proxy(text: str) -> Proxy:
    """Read the URL of a proxy. Raise ValueError with what is wrong, which names it without its password."""
    shown = re.sub(r"[^!-~]", "?", text.rpartition("@")[2])[:200]
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        raise ValueError(f"the proxy {shown} has no scheme, put http://, https:// or socks5:// before it")
    try:
        parts = parse_url(text)
    except ValueError:
        raise ValueError(f"the proxy {shown} is no URL with a host") from None
    if parts.scheme not in _SCHEMES:
        raise ValueError(f"the proxy {parts.scheme}://{shown} is not one of http, https or socks5")
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    address = f"{host}:{parts.port or _PORTS[parts.scheme]}"
    return Proxy(parts.scheme, address, unquote(parts.username or ""), unquote(parts.password or ""))


def environment_proxy(server: SplitResult, environ: Mapping[str, str]) -> str | None:
    """Return the proxy that the environment has for a server, as Go's programs understand it."""
    found = _in_either_case(environ, f"{server.scheme}_proxy")
    if not found or _is_local(str(server.hostname)) or bypasses(server, _in_either_case(environ, "no_proxy")):
        return None
    return socks5(found) if "://" in found else f"http://{found}"


def socks5(url: str) -> str:
    """Return the URL of a proxy with the one scheme for SOCKS 5 that kubeconfigs allow. Go knows two."""
    return re.sub(r"^socks5h://", "socks5://", url, flags=re.IGNORECASE)


def _in_either_case(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name.upper()) or environ.get(name) or ""


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bypasses(server: SplitResult, no_proxy: str) -> bool:
    """Return whether a server is reached without a proxy."""
    host, port = str(server.hostname), str(server.port or _PORTS.get(server.scheme))
    return any(_matches(entry.strip().lower(), host, port) for entry in no_proxy.split(",") if entry.strip())


def _matches(entry: str, host: str, port: str) -> bool:
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name, _colon, only = (
        entry.rpartition(":") if re.search(r":\d+$", entry) and entry.count(":") == 1 else (entry, "", "")
    )
    if only and only != port:
        return False
    name = name[1:] if name.startswith("*.") else name
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def basic(pair: str) -> str:
    """Return the header's value for a user name and a password, which are joined with a colon."""
    # urllib3's own function supports only Latin-1.
    return f"Basic {base64.b64encode(pair.encode('utf-8', 'surrogatepass')).decode('ascii')}"


def make_manager(proxy: Proxy | None, headers: Mapping[str, str], context: Any, server_name: str) -> Any:
    """Make the urllib3 manager that reaches a server. ``context`` is its TLS context, None for plain HTTP."""
    settings: dict[str, Any] = {"maxsize": _CONNECTIONS}
    if context is not None:
        settings["ssl_context"] = context
        _leave_names_to_urllib3(context)
    if context is not None and server_name:
        settings["server_hostname"] = server_name
    if proxy is None:
        return urllib3.PoolManager(**settings)
    if proxy.scheme == "socks5":
        return _socks(proxy, settings)
    login = {}
    if proxy.username or proxy.password:
        login = {"proxy-authorization": basic(f"{proxy.username}:{proxy.password}")}
    if proxy.scheme == "https" and context is not None:
        # kubectl verifies such a proxy with the cluster's CA, too.
        settings["proxy_ssl_context"] = context
    return urllib3.ProxyManager(str(proxy), proxy_headers={**login, **headers}, **settings)


def _leave_names_to_urllib3(context: Any) -> None:
    """Let urllib3 before 2.0 compare names. It gives OpenSSL no name if a server is addressed by IP."""
    if str(getattr(urllib3, "__version__", "")).startswith("1."):
        context.check_hostname = False


def _socks(proxy: Proxy, settings: dict[str, Any]) -> Any:
    # urllib3's own module warns if that package is missing.
    if importlib.util.find_spec("socks") is None:
        raise Failure(
            Reason.MISSING_LIBRARY,
            f"The Python package PySocks is needed for the proxy {proxy}: "
            "install it for the interpreter that runs this task.",
        )
    from urllib3.contrib.socks import SOCKSProxyManager

    # As in Go, names are looked up by the proxy.
    return SOCKSProxyManager(f"socks5h://{proxy.address}", proxy.username or None, proxy.password or None, **settings)
