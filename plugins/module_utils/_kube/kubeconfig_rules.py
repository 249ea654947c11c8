# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge a cluster and a user of a kubeconfig by the rules of kubectl (client-go tools/clientcmd/validation.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .proxy import is_server_url, parse_proxy

EXEC_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_MODES = ("Never", "IfAvailable", "Always")


def cluster_objections(cluster: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a cluster."""
    server = cluster.get("server") or ""
    if not server:
        yield "it has no server"
    elif not is_server_url(server):
        # kubectl would use plain HTTP for a server without a scheme.
        yield "its server is no URL like https://example.com:6443"
    if cluster.get("proxy-url"):
        try:
            parse_proxy(cluster["proxy-url"])
        except ValueError as error:
            yield str(error)
    authority = [key for key in ("certificate-authority", "certificate-authority-data") if cluster.get(key)]
    if len(authority) > 1:
        yield "it has both certificate-authority and certificate-authority-data"
    if authority and cluster.get("insecure-skip-tls-verify") and not server.lower().startswith("http:"):
        yield f"it has {authority[0]} although insecure-skip-tls-verify is true"


def user_objections(user: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a user."""
    yield from _certificate_objections(user)
    basic = [key for key in ("username", "password") if user.get(key)]
    if (user.get("token") and basic) or (user.get("tokenFile") and "username" in basic):
        yield "it has both a token and a user name or password"
    plugin = user.get("exec")
    if plugin is not None:
        yield from _plugin_objections(plugin)
    if plugin is not None and user.get("auth-provider") is not None:
        yield "it has both exec and auth-provider"
    others = [key for key in ("as-uid", "as-groups", "as-user-extra") if user.get(key)]
    if others and not user.get("as"):
        yield f"it has {others[0]} without as"


def _certificate_objections(user: Mapping[str, Any]) -> Iterator[str]:
    certificate, key = (
        [name for name in (kind, f"{kind}-data") if user.get(name)] for kind in ("client-certificate", "client-key")
    )
    if not certificate:
        return
    if not key:
        yield "it has a client certificate without a key"
    yield from (f"it has both {found[0]} and {found[1]}" for found in (certificate, key) if len(found) > 1)


def _plugin_objections(plugin: Mapping[str, Any]) -> Iterator[str]:
    if not plugin.get("command"):
        yield "its exec has no command"
    version = plugin.get("apiVersion") or ""
    if version not in EXEC_VERSIONS:
        yield f"the apiVersion of its exec is not {' or '.join(EXEC_VERSIONS)}"
    if any(not (variable or {}).get("name") for variable in plugin.get("env") or []):
        yield "its exec has a variable without a name"
    mode = plugin.get("interactiveMode") or ("IfAvailable" if version == EXEC_VERSIONS[1] else "")
    if mode not in _MODES:
        yield f"the interactiveMode of its exec is not {', '.join(_MODES[:-1])} or {_MODES[-1]}"
