# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn connection options into an authenticated HTTP transport."""

from __future__ import annotations

import base64
import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote

from .._model.encoding import decode_base64, is_vaulted
from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .credentials import Credentials, make_credentials
from .login import HAS_KUBERNETES, Login, log_in, no_credentials, read_file
from .options import ConnectionOptions
from .proxy import (
    Proxy,
    basic,
    bypasses,
    environment_proxy,
    is_server_url,
    make_manager,
    parse_proxy,
    parse_url,
    socks5,
)


@dataclass(frozen=True)
class Transport:
    """An API server, and how to send requests to it."""

    server: str
    cluster: str
    """The context or the server, as messages name it."""
    namespace: str | None
    manager: Any
    """A urllib3 PoolManager or ProxyManager."""
    authorize: Callable[[], dict[str, str]]
    """Return headers that authenticate a request. Renew credentials that have expired."""
    verify: bool
    timeout: int
    """Seconds that one request may take."""
    authority_pem: bytes | None = None
    """The CA certificates that the server is verified with. None for the system's, or without verification."""
    proxy: str = ""
    """The proxy on the way, without a password; "" if there is none."""
    impersonate: Sequence[tuple[str, str]] = ()
    """Headers that name whom to act as. A name may occur more than once."""

    @property
    def way(self) -> str:
        """Return the server and how it is reached, as messages name it."""
        return f"{self.server} through the proxy {self.proxy}" if self.proxy else self.server


def connect(options: ConnectionOptions, environ: Mapping[str, str]) -> Transport:
    """Find the API server and the credentials. Send nothing to the server.

    Raise Failure(missing_library, kubeconfig_invalid, context_unknown, credentials_failed, invalid_option).
    """
    if not HAS_KUBERNETES:
        raise Failure(
            Reason.MISSING_LIBRARY,
            "The Python package kubernetes (24.2 or newer) is needed: "
            "install it for the interpreter that runs this task.",
        )
    _check(options)
    login = log_in(options, environ)
    proxy = _proxy(login, options, environ)
    if login.is_secure():
        return _secure(login, options, proxy, environ)
    manager = make_manager(proxy, _proxy_headers(options), None, "")
    credentials = make_credentials(login, {}, _system_trust, _adopt_nothing, environ, options.request_timeout)
    return _transport(login, options, proxy, manager, credentials, None)


def _check(options: ConnectionOptions) -> None:
    if options.host and not is_server_url(options.host):
        raise Failure(
            Reason.INVALID_OPTION,
            f"host is {options.host.rpartition('@')[2]}: it must be a URL like https://example.com:6443.",
        )
    if options.proxy:
        _read_proxy(socks5(options.proxy), "proxy")


def _read_proxy(text: str, source: str) -> Proxy:
    try:
        return parse_proxy(text)
    except ValueError as error:
        raise Failure(Reason.INVALID_OPTION, f"{source} can't be used: {error}.") from None


def _proxy(login: Login, options: ConnectionOptions, environ: Mapping[str, str]) -> Proxy | None:
    server = parse_url(login.server)
    if bypasses(server, options.no_proxy or ""):
        return None
    named = login.cluster.get("proxy-url")
    if named:
        return parse_proxy(named)
    found = environment_proxy(server, environ)
    return _read_proxy(found, f"{server.scheme.upper()}_PROXY in the environment") if found else None


def _proxy_headers(options: ConnectionOptions) -> dict[str, str]:
    given = options.proxy_headers or {}
    made = {
        "proxy-authorization": basic(given["proxy_basic_auth"]) if given.get("proxy_basic_auth") else "",
        "authorization": basic(given["basic_auth"]) if given.get("basic_auth") else "",
        "user-agent": given.get("user_agent") or "",
    }
    return {name: value for name, value in made.items() if value}


def _transport(
    login: Login,
    options: ConnectionOptions,
    proxy: Proxy | None,
    manager: Any,
    credentials: Credentials,
    authority: bytes | None,
) -> Transport:
    # Find out here whether a plugin fails, before anything is done.
    credentials.headers()
    return Transport(
        server=login.server,
        cluster=f"server {login.server}" if options.host else login.title,
        namespace=options.namespace or login.namespace,
        manager=manager,
        authorize=credentials.headers,
        verify=not login.cluster.get("insecure-skip-tls-verify"),
        timeout=options.request_timeout,
        authority_pem=authority,
        proxy=str(proxy or ""),
        impersonate=tuple(_impersonation(login.user)),
    )


def _secure(login: Login, options: ConnectionOptions, proxy: Proxy | None, environ: Mapping[str, str]) -> Transport:
    verify = not login.cluster.get("insecure-skip-tls-verify")
    authority = _content(login, login.cluster, "certificate-authority")
    pair = _content(login, login.user, "client-certificate"), _content(login, login.user, "client-key")
    context = _tls_context(login, verify, authority, pair)
    manager = make_manager(proxy, _proxy_headers(options), context, login.cluster.get("tls-server-name") or "")

    def adopt(certificate: str, key: str) -> None:
        _load_pair(login, context, certificate.encode("utf-8"), key.encode("utf-8"))
        # Connections that are open show the former one.
        manager.clear()

    described = _cluster_info(login, authority)
    credentials = make_credentials(
        login, described, lambda: _provider_trust(login), adopt, environ, options.request_timeout
    )
    return _transport(login, options, proxy, manager, credentials, authority if verify else None)


def _cluster_info(login: Login, authority: bytes | None) -> dict[str, Any]:
    """Return the cluster as a credential plugin gets it (client.authentication.k8s.io ExecCredential, spec.cluster)."""
    cluster = login.cluster
    described = {
        key: cluster.get(key)
        for key in ("tls-server-name", "insecure-skip-tls-verify", "proxy-url", "disable-compression")
    }
    if authority:
        described["certificate-authority-data"] = base64.b64encode(authority).decode("ascii")
    extensions = {(each or {}).get("name"): (each or {}).get("extension") for each in cluster.get("extensions") or []}
    described["config"] = extensions.get("client.authentication.k8s.io/exec")
    return {"server": login.server, **{key: value for key, value in described.items() if value}}


def _content(login: Login, body: Mapping[str, Any], name: str) -> bytes | None:
    """Return certificates or a key, given as data or as a file. Raise Failure(credentials_failed)."""
    data, file = body.get(f"{name}-data"), body.get(name)
    if not data and not file:
        return None
    # What should be a file's name may be a key itself, which must not be shown.
    shown = f"{name}-data" if data else name if is_content(str(file)) else file
    try:
        content = decode_base64(data) if data else read_file(str(file))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise no_credentials(login.title, f"{shown}: {why}") from None
    if is_vaulted(content):
        raise no_credentials(login.title, f"{shown} is encrypted with Ansible Vault")
    return content


def _tls_context(
    login: Login, verify: bool, authority: bytes | None, pair: tuple[bytes | None, bytes | None]
) -> ssl.SSLContext:
    """Return one context for all connections. It holds key and certificates, so that their files can be removed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with _temporary_files(authority) as (authority_file,):
        try:
            if authority_file:
                context.load_verify_locations(authority_file)
            elif verify:
                context.load_default_certs()
        except (OSError, ValueError) as error:
            raise _unusable(login, str(getattr(error, "strerror", None) or error)) from None
    certificate, key = pair
    if certificate is not None and key is not None:
        _load_pair(login, context, certificate, key)
    return context


def _load_pair(login: Login, context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    with _temporary_files(certificate, key) as (certificate_file, key_file):
        try:
            # Without a password OpenSSL would ask for one at the terminal.
            context.load_cert_chain(str(certificate_file), key_file, password="")
        except (OSError, ValueError) as error:
            raise _unusable(login, str(getattr(error, "strerror", None) or error)) from None


@contextmanager
def _temporary_files(*contents: bytes | None) -> Iterator[list[str | None]]:
    """Yield files with the contents, since OpenSSL reads only files. Remove them at the end of the block."""
    scratch = tempfile.mkdtemp(prefix="sitemesh-skupper-")
    try:
        yield [
            None if each is None else _write(Path(scratch) / str(number), each) for number, each in enumerate(contents)
        ]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(path: Path, content: bytes) -> str:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    return str(path)


def _unusable(login: Login, why: str) -> Failure:
    kinds = {
        "CA": (login.cluster, "certificate-authority"),
        "client certificate": (login.user, "client-certificate"),
        "key": (login.user, "client-key"),
    }
    named = {
        what: f"of {login.title}" if body.get(f"{key}-data") else body.get(key) for what, (body, key) in kinds.items()
    }
    files = ", ".join(f"{what} {name}" for what, name in named.items() if name) or f"of {login.title}"
    return Failure(
        Reason.CREDENTIALS_FAILED,
        f"The certificates for {login.server} can't be used ({files}): {why.rstrip('.')}.",
    )


def _provider_trust(login: Login) -> ssl.SSLContext:
    described = (login.user.get("auth-provider") or {}).get("config") or {}
    return _tls_context(login, True, _content(login, described, "idp-certificate-authority"), (None, None))


def _system_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _adopt_nothing(_certificate: str, _key: str) -> None:
    return


def _impersonation(user: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the headers that say whom to act as (client-go transport/round_trippers.go)."""
    if user.get("as"):
        yield "Impersonate-User", user["as"]
    if user.get("as-uid"):
        yield "Impersonate-Uid", user["as-uid"]
    yield from (("Impersonate-Group", group or "") for group in user.get("as-groups") or [])
    for name, values in (user.get("as-user-extra") or {}).items():
        yield from ((f"Impersonate-Extra-{quote(str(name), safe='!#$&*^`|~')}", value or "") for value in values or [])
