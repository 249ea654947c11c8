# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the API server, and the user to log in as, by options and environment.

Kubeconfig, pod and options are all turned into a cluster and a user as kubeconfigs have them, so that the same
rules hold for all of them. The kubernetes package finds a pod's own account. Kubeconfigs are read here, since the
package reads them differently from kubectl: any text is true, a user that can't log in is anonymous, and a proxy, a server
name or a kubeconfig's impersonation are ignored, each by other versions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .._model.errors import Failure
from .._model.printable import printable
from .._model.reasons import Reason
from .kubeconfig import load_context, title_of
from .kubeconfig_rules import cluster_objections, user_objections
from .options import ConnectionOptions
from .proxy import parse_url, socks5

try:
    from kubernetes.client.configuration import Configuration
    from kubernetes.config import incluster_config
    from kubernetes.config.config_exception import ConfigException

    HAS_KUBERNETES = True
except ImportError:
    HAS_KUBERNETES = False

_POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
# Of what a credential plugin or a provider says.
_LONGEST = 300
_LOGINS = ("token", "tokenFile", "username", "password")
# Any of these is enough to log in without asking a plugin or a provider.
_STATIC = ("token", "tokenFile", "username", "client-certificate", "client-certificate-data")
_CERTIFICATES = ("client-certificate", "client-certificate-data", "client-key", "client-key-data")


@dataclass(frozen=True)
class Login:
    """An API server and a user there, in the words of kubeconfigs. Both have been checked."""

    cluster: Mapping[str, Any]
    user: Mapping[str, Any]
    title: str
    """The context or the server, as messages name it."""
    namespace: str | None

    @property
    def server(self) -> str:
        """Return the URL of the API server, without a slash at its end."""
        return parse_url(self.cluster["server"])._replace(query="", fragment="").geturl().rstrip("/")

    def is_secure(self) -> bool:
        """Return whether the API server is reached over TLS."""
        return parse_url(self.cluster["server"]).scheme == "https"

    def has_static_credentials(self) -> bool:
        """Return whether the user can log in without a plugin or a provider."""
        return any(map(self.user.get, _STATIC))

    def has_credentials(self) -> bool:
        """Return whether the user has anything to log in with."""
        return self.has_static_credentials() or any(
            self.user.get(each) is not None for each in ("exec", "auth-provider")
        )


def no_credentials(title: str, why: str) -> Failure:
    """Make the failure for a user who can't log in."""
    return Failure(
        Reason.CREDENTIALS_FAILED,
        f"Could not get the credentials of {title}: {printable(why.strip().rstrip('.'), _LONGEST)}.",
    )


def log_in(options: ConnectionOptions, environ: Mapping[str, str]) -> Login:
    """Find the login that options and environment lead to, in the order of kubernetes.core.

    That is: explicit options, a named kubeconfig or context, a pod's account, the default file.
    Raise Failure(kubeconfig_invalid, context_unknown, credentials_failed).
    """
    if options.is_complete():
        return _login(_cluster(options, {}), _user(options, {}), "", None)
    if options.kubeconfig is None and options.context is None:
        pod = _in_pod(options)
        if pod is not None:
            return pod
    return _by_kubeconfig(options, environ)


def _login(cluster: dict[str, Any], user: dict[str, Any], title: str, namespace: str | None) -> Login:
    """Make a login. Move a name and a password from the URL of the server to the user."""
    parts = parse_url(cluster["server"])
    if parts.username is not None:
        cluster["server"] = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        if not any(map(user.get, _LOGINS)) and user.get("exec") is None and user.get("auth-provider") is None:
            user.update(username=unquote(parts.username), password=unquote(parts.password or ""))
    return Login(cluster, user, title or f"server {cluster['server']}", namespace)


def _in_pod(options: ConnectionOptions) -> Login | None:
    configuration = Configuration()
    try:
        incluster_config.load_incluster_config(client_configuration=configuration)
        namespace = _POD_NAMESPACE.read_text(encoding="utf-8").strip()
    except (ConfigException, OSError, UnicodeError):
        return None
    cluster = {"server": configuration.host, "certificate-authority": configuration.ssl_ca_cert}
    user = {"tokenFile": incluster_config.SERVICE_TOKEN_FILENAME}
    return _login(_cluster(options, cluster), _user(options, user), "this cluster", namespace)


def _by_kubeconfig(options: ConnectionOptions, environ: Mapping[str, str]) -> Login:
    document, name = load_context(options.kubeconfig, options.context, environ)
    context = document["contexts"][0].get("context") or {}
    title = f"context {name} of {title_of(options.kubeconfig, environ)}"
    cluster = _cluster(options, document["clusters"][0].get("cluster") or {})
    user = _user(options, document["users"][0].get("user") or {} if document["users"] else {})
    _accept(f"The cluster of {title}", cluster_objections(cluster))
    login = _login(cluster, user, f"context {name}", context.get("namespace") or None)
    if not _gives_login(options):
        _refuse_anonymous(login, context.get("user"), title)
    _accept(f"The user of {title}", user_objections(user))
    return login


def _accept(what: str, objections: Iterable[str]) -> None:
    for objection in objections:
        raise Failure(Reason.KUBECONFIG_INVALID, f"{what} can't be used: {objection}.")


def _refuse_anonymous(login: Login, user: str | None, title: str) -> None:
    """Raise Failure if requests would be anonymous. kubectl would send them.

    The API server would answer that the anonymous user lacks a right. To grant rights to that user is no remedy.
    """
    if user is None and login.is_secure() and not login.has_credentials():
        raise Failure(Reason.KUBECONFIG_INVALID, f"The {title} names no user, and anonymous requests are not sent.")
    if user is not None and not login.has_credentials():
        named = f"user {user} has" if user else "its user has no name, and"
        raise no_credentials(login.title, f"{named} no token, password, certificate, plugin or OIDC provider")
    if user is not None and not login.is_secure():
        raise Failure(
            Reason.KUBECONFIG_INVALID,
            f"The server of {title} is {login.server}, and credentials of a kubeconfig are not sent over plain HTTP: "
            "take user out of the context if a proxy logs in for it, else use https.",
        )


def _gives_login(options: ConnectionOptions) -> bool:
    return bool(options.api_key or (options.username and options.password) or options.client_cert)


def _cluster(options: ConnectionOptions, cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cluster with the given options in place of what a kubeconfig says, as kubectl does with its own options."""
    made = dict(cluster)
    if options.host:
        # Another server has another name.
        made.update({"server": options.host, "tls-server-name": ""})
    if options.proxy:
        made["proxy-url"] = socks5(options.proxy)
    if options.validate_certs is not None:
        made["insecure-skip-tls-verify"] = not options.validate_certs
    elif options.ca_cert:
        # A user who gives a CA wants the server to be verified.
        made["insecure-skip-tls-verify"] = False
    if options.ca_cert or options.validate_certs is False:
        authority = "" if options.validate_certs is False else options.ca_cert
        made.update({"certificate-authority": authority, "certificate-authority-data": ""})
    return made


def _user(options: ConnectionOptions, user: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(user)
    if _gives_login(options):
        made = {key: value for key, value in made.items() if key not in ("exec", "auth-provider")}
    if options.api_key:
        made.update({**dict.fromkeys(_LOGINS, ""), "token": options.api_key})
    elif options.username and options.password:
        made.update({**dict.fromkeys(_LOGINS, ""), "username": options.username, "password": options.password})
    if options.client_cert:
        given = {"client-certificate": options.client_cert, "client-key": options.client_key or options.client_cert}
        made.update({**dict.fromkeys(_CERTIFICATES, ""), **given})
    elif options.client_key:
        made.update({"client-key": options.client_key, "client-key-data": ""})
    if options.impersonate_user:
        made["as"] = options.impersonate_user
    if options.impersonate_groups:
        made["as-groups"] = list(options.impersonate_groups)
    return made


def read_file(name: str) -> bytes:
    """Read a file that a kubeconfig or an option names. Raise OSError or ValueError."""
    return Path(os.path.expanduser(name)).read_bytes()  # noqa: PTH111 - Path's raises where there is no home
