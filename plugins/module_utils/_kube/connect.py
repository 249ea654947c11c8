# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From connection options to an authenticated HTTP transport, by way of the kubernetes package."""

from __future__ import annotations

import shutil
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .._model.errors import Failure
from .._model.reasons import Reason
from .kubeconfig import load_context
from .options import ConnectionOptions

try:
    import urllib3
    from kubernetes.client.configuration import Configuration
    from kubernetes.client.rest import RESTClientObject
    from kubernetes.config import kube_config
    from kubernetes.config.config_exception import ConfigException
    from kubernetes.config.incluster_config import load_incluster_config

    HAS_KUBERNETES = True
except ImportError:
    HAS_KUBERNETES = False

_POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


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


def connect(options: ConnectionOptions, environ: Mapping[str, str]) -> Transport:
    """Find the API server and the credentials; sends nothing to it.

    Raises Failure(missing_library, kubeconfig_invalid, context_unknown, credentials_failed).
    """
    if not HAS_KUBERNETES:
        raise Failure(
            Reason.MISSING_LIBRARY,
            "The Python package kubernetes (24.2 or newer) is needed: "
            "install it for the interpreter that runs this task.",
        )
    scratch = tempfile.mkdtemp(prefix="sitemesh-skupper-")
    try:
        configuration, cluster, namespace = _configure(options, environ, scratch)
        _override(configuration, options)
        return _transport(configuration, options, cluster, options.namespace or namespace)
    finally:
        _forget(scratch)


def _configure(options: ConnectionOptions, environ: Mapping[str, str], scratch: str) -> tuple[Any, str, str | None]:
    configuration = Configuration()
    if options.host and not options.host.startswith(("https://", "http://")):
        raise Failure(Reason.INVALID_OPTION, f"host is {options.host}: it must be a URL like https://example.com:6443.")
    if options.is_complete():
        return configuration, f"server {options.host}", None
    if options.kubeconfig is None and options.context is None and _in_cluster(configuration):
        return configuration, "this cluster", _POD_NAMESPACE.read_text(encoding="utf-8").strip()
    document, name = load_context(options.kubeconfig, options.context, environ)
    try:
        kube_config.load_kube_config_from_dict(
            document, context=name, client_configuration=configuration, persist_config=False, temp_file_path=scratch
        )
    except (ConfigException, OSError, ValueError, KeyError, TypeError) as error:
        raise Failure(
            Reason.CREDENTIALS_FAILED, f"The credentials of context {name} can't be had: {_first_line(error)}"
        ) from None
    body = document["contexts"][0].get("context") or {}
    cluster = f"server {options.host}" if options.host else f"context {name}"
    return configuration, cluster, body.get("namespace")


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _in_cluster(configuration: Any) -> bool:
    try:
        load_incluster_config(client_configuration=configuration)
    except (ConfigException, OSError):
        return False
    return _POD_NAMESPACE.exists()


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


def _transport(configuration: Any, options: ConnectionOptions, cluster: str, namespace: str | None) -> Transport:
    manager = RESTClientObject(configuration).pool_manager
    verify = bool(configuration.verify_ssl)
    if configuration.host.startswith("https"):
        _use_context(manager, _tls_context(configuration, verify))
    return Transport(
        server=configuration.host,
        cluster=cluster,
        namespace=namespace,
        manager=manager,
        authorize=_authorizer(configuration, options),
        verify=verify,
        timeout=options.request_timeout,
    )


def _tls_context(configuration: Any, verify: bool) -> ssl.SSLContext:
    """One context for all connections; it holds key and certificates, so the files they came from can go."""
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
        raise Failure(
            Reason.CREDENTIALS_FAILED,
            f"The CA ({configuration.ssl_ca_cert}) or the client certificate ({configuration.cert_file}) for "
            f"{configuration.host} can't be used: {_first_line(error)}.",
        ) from None
    return context


def _use_context(manager: Any, context: ssl.SSLContext) -> None:
    for key in ("cert_reqs", "ca_certs", "cert_file", "key_file"):
        manager.connection_pool_kw.pop(key, None)
    manager.connection_pool_kw["ssl_context"] = context


def _authorizer(configuration: Any, options: ConnectionOptions) -> Callable[[], dict[str, str]]:
    fixed: dict[str, str] = {}
    if options.api_key:
        fixed["authorization"] = f"Bearer {options.api_key}"
    elif options.username and options.password:
        fixed.update(urllib3.util.make_headers(basic_auth=f"{options.username}:{options.password}"))

    def headers() -> dict[str, str]:
        if fixed:
            return fixed
        found = {}
        for setting in configuration.auth_settings().values():
            if setting["value"]:
                found[setting["key"]] = setting["value"]
        return found

    return headers


def _forget(scratch: str) -> None:
    """Remove the key files that the kubernetes package wrote.

    It would keep them until the interpreter exits, which a forked worker never does.
    """
    known = getattr(kube_config, "_temp_files", {})
    for content in [content for content, path in known.items() if path.startswith(scratch)]:
        del known[content]
    shutil.rmtree(scratch, ignore_errors=True)
