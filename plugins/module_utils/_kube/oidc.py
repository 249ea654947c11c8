# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get tokens of an OpenID Connect provider, as kubectl does (client-go plugin/pkg/client/auth/oidc).

The kubernetes package does not verify a provider that has no CA of its own, and fails in many ways if it can't be reached.
"""

from __future__ import annotations

import base64
import binascii
import json
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Callable
from urllib.parse import quote_plus, urlencode

from .credential_plugin import NoCredentials
from .errors import innermost
from .proxy import environment_proxy, make_manager, parse_proxy, parse_url

try:
    import urllib3
except ImportError:
    # connect() says what is missing.
    urllib3 = None  # type: ignore[assignment]

# A token must not expire on its way.
_SPARE = timedelta(seconds=10)
_LARGEST = 1024 * 1024

Trust = Callable[[], ssl.SSLContext]
"""Make the TLS context for the provider."""


class Provider:
    """The id token of one user. It is renewed when it has expired."""

    def __init__(self, config: Mapping[str, Any], trust: Trust, environ: Mapping[str, str], timeout: int) -> None:
        """Raise NoCredentials if the provider is not described well enough."""
        self._config = {key: str(value or "") for key, value in config.items()}
        for key in ("idp-issuer-url", "client-id"):
            if not self._config.get(key):
                raise NoCredentials(f"the auth-provider oidc has no {key}")
        self._issuer = self._config["idp-issuer-url"].rstrip("/")
        self._trust = trust
        self._environ = environ
        self._timeout = timeout

    def token(self, now: datetime) -> str:
        """Return a token that is good now. Raise NoCredentials."""
        if not _lasts(self._config.get("id-token") or "", now):
            self._refresh()
        return self._config["id-token"]

    def _refresh(self) -> None:
        if not self._config.get("refresh-token"):
            raise NoCredentials(f"the id-token of {self._issuer} has ended and there is no refresh-token: log in again")
        endpoint = self._ask("GET", f"{self._issuer}/.well-known/openid-configuration").get("token_endpoint")
        if not isinstance(endpoint, str) or not endpoint:
            raise NoCredentials(f"the OIDC provider {self._issuer} names no token_endpoint")
        answer = self._exchange(endpoint)
        if not isinstance(answer.get("id_token"), str) or not answer["id_token"]:
            raise NoCredentials(f"the OIDC provider {self._issuer} gave no id_token")
        self._config["id-token"] = answer["id_token"]
        if isinstance(answer.get("refresh_token"), str) and answer["refresh_token"]:
            self._config["refresh-token"] = answer["refresh_token"]

    def _exchange(self, endpoint: str) -> dict[str, Any]:
        client, secret = self._config["client-id"], self._config.get("client-secret") or ""
        form = {"grant_type": "refresh_token", "refresh_token": self._config["refresh-token"]}
        basic = urllib3.util.make_headers(basic_auth=f"{quote_plus(client)}:{quote_plus(secret)}")
        try:
            return self._ask("POST", endpoint, form, basic)
        except NoCredentials:
            # Providers accept one of two ways to authenticate a client, and do not say which.
            return self._ask("POST", endpoint, {**form, "client_id": client, "client_secret": secret}, {})

    def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        body = urlencode(form) if form else None
        kind = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        try:
            answer = self._manager(url).request(
                method,
                url,
                body=body,
                headers={"accept": "application/json", **kind, **(headers or {})},
                timeout=urllib3.Timeout(total=self._timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            data = answer.read(_LARGEST)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NoCredentials(f"the OIDC provider {self._issuer} is not reachable: {innermost(error)}") from None
        if answer.status != 200:
            raise NoCredentials(f"the OIDC provider {self._issuer} answered {answer.status}: log in again")
        return _json(data, self._issuer)

    def _manager(self, url: str) -> Any:
        parts = parse_url(url)
        if parts.scheme not in ("http", "https"):
            raise ValueError("no URL")
        proxy = environment_proxy(parts, self._environ)
        context = self._trust() if parts.scheme == "https" else None
        return make_manager(parse_proxy(proxy) if proxy else None, {}, context, "")


def _json(data: bytes, issuer: str) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise NoCredentials(f"the OIDC provider {issuer} answered with something else than JSON")
    return document


def _lasts(token: str, now: datetime) -> bool:
    """Return whether a token is good for a while. Raise NoCredentials if it is none."""
    if not token:
        return False
    try:
        _head, claims, _signature = token.split(".")
        padded = claims + "=" * (-len(claims) % 4)
        expiry = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)).get("exp")
        ends = datetime.fromtimestamp(float(expiry or 0), timezone.utc)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError, binascii.Error, RecursionError):
        raise NoCredentials("the id-token is no JSON Web Token") from None
    return now + _SPARE < ends
