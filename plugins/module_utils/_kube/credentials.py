# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authenticate requests: by tokens, passwords, and what credential plugins and OIDC providers give."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, Callable

from .._model.encoding import is_vaulted
from .._model.errors import Failure
from .._model.reasons import Reason
from .credential_plugin import Credential, NoCredentials, run_plugin
from .login import Login, no_credentials, read_file
from .oidc import Provider, Trust
from .proxy import basic

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Removed from kubectl in 1.26; what it says to use instead.
_REMOVED = {"gcp": "gke-gcloud-auth-plugin", "azure": "kubelogin"}
Adopt = Callable[[str, str], None]
"""Use a client certificate and its key from now on."""


class Credentials:
    """The headers of one login. They are made for each request, since a token may expire."""

    def __init__(
        self, login: Login, ask: Callable[[], Credential] | None, provider: Provider | None, adopt: Adopt
    ) -> None:
        self._login = login
        self._ask = ask
        self._provider = provider
        self._adopt = adopt
        self._held: Credential | None = None
        self._guard = threading.Lock()

    def headers(self) -> dict[str, str]:
        """Return the headers that authenticate a request. Raise Failure(credentials_failed)."""
        try:
            value = self._authorization()
            if not value and not self._shows_certificate() and self._login.has_credentials():
                raise NoCredentials("its token is empty")
        except NoCredentials as error:
            raise no_credentials(self._login.title, str(error)) from None
        if _CONTROL.search(value) or not value.isascii():
            # http.client would quote the header in its own error.
            raise Failure(
                Reason.CREDENTIALS_FAILED,
                f"The token for {self._login.title} holds a line end or another character that no header can have.",
            )
        return {"authorization": value} if value else {}

    def _authorization(self) -> str:
        user = self._login.user
        token = _token(user)
        if token:
            return f"Bearer {token}"
        if user.get("username"):
            return basic(f"{user['username']}:{user.get('password') or ''}")
        if self._provider is not None:
            return f"Bearer {self._provider.token(datetime.now(timezone.utc))}"
        if self._ask is not None:
            token = self._plugin(self._ask).token.strip()
        return f"Bearer {token}" if token else ""

    def _shows_certificate(self) -> bool:
        user = self._login.user
        given = user.get("client-certificate") or user.get("client-certificate-data")
        return bool(given or (self._held and self._held.certificate))

    def _plugin(self, ask: Callable[[], Credential]) -> Credential:
        """Return what the plugin gave. Run it again only when that has expired."""
        with self._guard:
            held = self._held
            if held is None or (held.expires is not None and held.expires < datetime.now(timezone.utc)):
                held = self._held = ask()
                if held.certificate:
                    self._adopt(held.certificate, held.key)
            return held


def _token(user: Mapping[str, Any]) -> str:
    """Return the token of a user. A token file takes precedence over a token in the kubeconfig."""
    given = (user.get("token") or "").strip()
    file = user.get("tokenFile")
    if not file:
        return _plain(given, "token")
    try:
        found = read_file(file).decode("utf-8").strip()
    except (OSError, ValueError) as error:
        if given:
            return given
        raise NoCredentials(f"{file}: {getattr(error, 'strerror', None) or 'no text'}") from None
    if not found and not given:
        raise NoCredentials(f"{file} is empty")
    return _plain(found or given, file)


def _plain(token: str, name: str) -> str:
    if is_vaulted(token):
        raise NoCredentials(f"{name} is encrypted with Ansible Vault")
    return token


def make_credentials(
    login: Login, cluster: Mapping[str, Any], trust: Trust, adopt: Adopt, environ: Mapping[str, str], timeout: int
) -> Credentials:
    """Make the credentials of a login. A plugin or a provider is asked only if there is nothing else to log in with.

    ``cluster`` describes the cluster for a plugin. ``trust`` makes the TLS context for an OIDC provider.
    Raise Failure(credentials_failed).
    """
    user = login.user
    plugin, described = user.get("exec"), user.get("auth-provider")
    try:
        provider = _provider(described, trust, environ, timeout) if described is not None else None
    except NoCredentials as error:
        raise no_credentials(login.title, str(error)) from None
    ask = None if plugin is None or login.has_static_credentials() else lambda: run_plugin(plugin, cluster, environ)
    return Credentials(login, ask, provider, adopt)


def _provider(described: Mapping[str, Any], trust: Trust, environ: Mapping[str, str], timeout: int) -> Provider:
    name = described.get("name") or ""
    if name in _REMOVED:
        raise NoCredentials(
            f"Kubernetes has no auth-provider {name} any more: use the credential plugin {_REMOVED[name]}"
        )
    if name != "oidc":
        raise NoCredentials(f"there is no auth-provider {name!r}")
    return Provider(described.get("config") or {}, trust, environ, timeout)
