# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From connection options to an authenticated HTTP transport, by way of the kubernetes package."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .._model.errors import Failure
from .._model.reasons import Reason
from .login import HAS_KUBERNETES, Login, log_in
from .options import ConnectionOptions

try:
    import urllib3
    from kubernetes.client.rest import RESTClientObject
except ImportError:
    # connect() says what is missing.
    urllib3 = None  # type: ignore[assignment]


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Transport:
    """An API server that can be asked."""

    server: str
    cluster: str
    """The context or the server, as messages name it."""
    namespace: str | None
    manager: Any
    """A urllib3 PoolManager or ProxyManager."""
    authorize: Callable[[], dict[str, str]]
    """Headers that authenticate a request; asks again for credentials that have run out."""
    verify: bool
    timeout: int
    """Seconds that one request may take."""
    authority_pem: bytes | None = None
    """The CA certificates that the server is verified with; None if those are the system's, or it is not."""


def connect(options: ConnectionOptions, environ: Mapping[str, str]) -> Transport:
    """Find the API server and the credentials; sends nothing to it.

    Raises Failure(missing_library, kubeconfig_invalid, context_unknown, credentials_failed, invalid_option).
    """
    if not HAS_KUBERNETES:
        raise Failure(
            Reason.MISSING_LIBRARY,
            "The Python package kubernetes (24.2 or newer) is needed: "
            "install it for the interpreter that runs this task.",
        )
    if options.host and not options.host.startswith(("https://", "http://")):
        raise Failure(Reason.INVALID_OPTION, f"host is {options.host}: it must be a URL like https://example.com:6443.")
    with log_in(options, environ) as login:
        _override(login.configuration, options)
        return _transport(login, options)


def _override(configuration: Any, options: ConnectionOptions) -> None:
    """Options that are given win over what the kubeconfig says."""
    given = {
        "host": options.host.rstrip("/") if options.host else None,
        "ssl_ca_cert": options.ca_cert,
        "cert_file": options.client_cert,
        "key_file": options.client_key,
        "verify_ssl": options.validate_certs,
        "proxy": options.proxy,
        "no_proxy": options.no_proxy,
        "proxy_headers": _proxy_headers(options.proxy_headers),
    }
    for name, value in given.items():
        if value is not None:
            setattr(configuration, name, value)


def _proxy_headers(headers: Mapping[str, Any] | None) -> dict[str, str] | None:
    if not headers:
        return None
    made: dict[str, str] = urllib3.util.make_headers(**{k: v for k, v in headers.items() if v is not None})
    return made


def _transport(login: Login, options: ConnectionOptions) -> Transport:
    configuration = login.configuration
    manager = RESTClientObject(configuration).pool_manager
    verify = bool(configuration.verify_ssl)
    secure = configuration.host.startswith("https")
    if secure:
        _use_context(manager, _tls_context(login, verify))
    return Transport(
        server=configuration.host,
        cluster=f"server {options.host}" if options.host else login.title,
        namespace=options.namespace or login.namespace,
        manager=manager,
        authorize=_authorizer(login, options),
        verify=verify,
        timeout=options.request_timeout,
        authority_pem=_authority_pem(configuration.ssl_ca_cert) if secure and verify else None,
    )


def _authority_pem(file: str | None) -> bytes | None:
    """Read the CA certificates, whose file may be gone when someone asks for them; the TLS context has refused bad ones."""
    try:
        return Path(file).read_bytes() if file else None
    except OSError:
        return None


def _tls_context(login: Login, verify: bool) -> ssl.SSLContext:
    """One context for all connections; it holds key and certificates, so the files they came from can go."""
    configuration = login.configuration
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        if configuration.ssl_ca_cert:
            context.load_verify_locations(configuration.ssl_ca_cert)
        elif verify:
            context.load_default_certs()
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, configuration.key_file)
    except (OSError, ValueError) as error:
        raise _unusable(login, str(getattr(error, "strerror", None) or error)) from None
    return context


def _unusable(login: Login, why: str) -> Failure:
    named = {
        "CA": login.name_of(login.configuration.ssl_ca_cert),
        "client certificate": login.name_of(login.configuration.cert_file),
        "key": login.name_of(login.configuration.key_file),
    }
    files = ", ".join(f"{what} {name}" for what, name in named.items() if name)
    return Failure(
        Reason.CREDENTIALS_FAILED,
        f"The certificates for {login.configuration.host} can't be used ({files}): {why.rstrip('.')}.",
    )


def _use_context(manager: Any, context: ssl.SSLContext) -> None:
    for key in ("cert_reqs", "ca_certs", "cert_file", "key_file"):
        manager.connection_pool_kw.pop(key, None)
    manager.connection_pool_kw["ssl_context"] = context


def _authorizer(login: Login, options: ConnectionOptions) -> Callable[[], dict[str, str]]:
    """Headers that authenticate, asked for at every request since a credential plugin's token may run out."""
    fixed: dict[str, str] = {}
    if options.api_key:
        fixed["authorization"] = f"Bearer {options.api_key.strip()}"
    elif options.username and options.password:
        fixed.update(urllib3.util.make_headers(basic_auth=f"{options.username}:{options.password}"))

    def headers() -> dict[str, str]:
        settings = login.configuration.auth_settings().values()
        found = fixed or {setting["key"]: setting["value"].strip() for setting in settings if setting["value"]}
        if any(_CONTROL.search(value) for value in found.values()):
            # http.client would quote the header in its own error.
            raise Failure(
                Reason.CREDENTIALS_FAILED, f"The token for {login.title} holds a line end or another control character."
            )
        return found

    return headers
