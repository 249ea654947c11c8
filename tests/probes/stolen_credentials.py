# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stolen credentials, and thieves who use them: what they copied as members, and what they try with it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import yaml

from testbed import Site

from .access_checks import Dial, dial, lets_in, redeem
from .secrets import links, unwrap

_PATIENCE = 20.0  # seconds
_SERVICES = ("inter-router", "edge")
_CERTIFICATE = "connection-token"

Token = Mapping[str, Any]


class StolenCredentials:
    """Claims and certificates that a thief has copied, and tries at the endpoints of sites."""

    def __init__(self, dial: Dial = dial) -> None:
        self.certificates: dict[str, Mapping[str, bytes]] = {}
        """By names that say where they are from."""
        self.claims: dict[str, Token] = {}
        self._dial = dial

    def copy_links(self, site: Site) -> None:
        """Copy the certificates of all links of a site."""
        for name, kept in links(site).items():
            if kept.kind == _CERTIFICATE:
                self.certificates[f"link {name} of {site.name}"] = kept.data

    def keep(self, token: Token) -> None:
        """Keep a token, of either type."""
        kept = unwrap(token)
        if kept.kind == _CERTIFICATE:
            self.certificates[f"cert token {kept.name}"] = kept.data
        else:
            self.claims[kept.name] = token

    def tries(self, sites: Iterable[Site]) -> list[str]:
        """Try everything at all endpoints of some sites, and name what works; OSError if an endpoint does not answer.

        A certificate that a claim is redeemed for is tried, too, and kept.
        """
        sites = list(sites)
        servers = {site.endpoint("claims") for site in sites}
        claims = [(name, token) for name, token in self.claims.items() if _server(token) in servers]
        worked = [found for name, token in claims if (found := self._redeem(name, token))]
        endpoints = [(site.name, site.endpoint(service)) for site in sites for service in _SERVICES]
        return worked + [
            f"{name} opens {site} at {endpoint}"
            for name, data in self.certificates.items()
            for site, endpoint in endpoints
            if self._opens(endpoint, data)
        ]

    def opens(self, site: Site) -> bool:
        """Whether one of the certificates gives access to a site; redeem nothing."""
        return any(self._opens(site.endpoint(_SERVICES[0]), data) for data in self.certificates.values())

    def _redeem(self, name: str, token: Token) -> str:
        status, answer = redeem(token, dial=self._dial)
        if status != 200:
            return ""
        self.certificates[f"what claim {name} was redeemed for"] = unwrap(yaml.safe_load(answer)).data
        return f"claim {name} is redeemed"

    def _opens(self, endpoint: str, data: Mapping[str, bytes]) -> bool:
        """Show the certificate alone, and with those of the CAs that came with it, which a router may want to see."""
        chain = {**data, "tls.crt": data["tls.crt"] + data.get("ca.crt", b"")}
        return any(lets_in(endpoint, shown, self._dial) for shown in (data, chain))


def _server(token: Token) -> str:
    """Name host and port of the claim server that a claim is redeemed at."""
    return urlsplit(unwrap(token).annotations["skupper.io/url"]).netloc


class Thief(threading.Thread):
    """Redeems claims in a tight loop and keeps the certificates it gets."""

    def __init__(self, tokens: Sequence[dict[str, Any]], dial: Dial = dial) -> None:
        super().__init__(daemon=True)
        self.stolen: list[dict[str, bytes]] = []
        self.refused = 0
        self._tokens = tokens
        self._dial = dial
        self._over = threading.Event()

    def run(self) -> None:
        """Redeem until it is stopped; go on if there is no answer for a while."""
        while not self._over.is_set():
            for token in self._tokens:
                try:
                    status, answer = redeem(token, dial=self._dial)
                except OSError:
                    continue
                if status == 200:
                    self.stolen.append(unwrap(yaml.safe_load(answer)).data)
                else:
                    self.refused += 1

    def stop(self) -> list[dict[str, bytes]]:
        """End it; return the certificates in the order in which they came."""
        self._over.set()
        self.join(_PATIENCE)
        return self.stolen


class SlowThief(threading.Thread):
    """Redeems a claim once, and waits long for the answer."""

    def __init__(self, token: Token, dial: Dial = dial, patience: float = 60.0) -> None:
        super().__init__(daemon=True)
        self._token = token
        self._dial = dial
        self._patience = patience
        self._stolen: Mapping[str, bytes] | None = None

    def run(self) -> None:
        """Redeem it; the claim server may end before it answers."""
        try:
            status, answer = redeem(self._token, dial=self._dial, patience=self._patience)
        except (OSError, http.client.HTTPException):
            return
        if status == 200:
            self._stolen = unwrap(yaml.safe_load(answer)).data

    def result(self) -> Mapping[str, bytes] | None:
        """Wait for the answer; None if it was no certificate."""
        self.join(self._patience)
        return self._stolen
