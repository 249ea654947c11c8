# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that lead to a site. ``ConnectionOptions.from_params`` reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import env_fallback

from ..._kube.options import ConnectionOptions
from ..spec import Options, Params


def _env(variable: str) -> tuple[Any, list[str]]:
    return (env_fallback, [variable])


_PROXY_HEADERS: Options = {
    "proxy_basic_auth": {"type": "str", "no_log": True, "fallback": _env("K8S_AUTH_PROXY_HEADERS_PROXY_BASIC_AUTH")},
    "basic_auth": {"type": "str", "no_log": True, "fallback": _env("K8S_AUTH_PROXY_HEADERS_BASIC_AUTH")},
    "user_agent": {"type": "str", "fallback": _env("K8S_AUTH_PROXY_HEADERS_USER_AGENT")},
}

# Names, aliases and variables are those of kubernetes.core (plugins/doc_fragments/k8s_auth_options.py).
CONNECTION: Options = {
    "kubeconfig": {"type": "raw", "no_log": True, "fallback": _env("K8S_AUTH_KUBECONFIG")},
    "context": {"type": "str", "fallback": _env("K8S_AUTH_CONTEXT")},
    "namespace": {"type": "str"},
    "host": {"type": "str", "fallback": _env("K8S_AUTH_HOST")},
    "api_key": {"type": "str", "no_log": True, "fallback": _env("K8S_AUTH_API_KEY")},
    "username": {"type": "str", "fallback": _env("K8S_AUTH_USERNAME")},
    "password": {"type": "str", "no_log": True, "fallback": _env("K8S_AUTH_PASSWORD")},
    "ca_cert": {"type": "path", "aliases": ["ssl_ca_cert"], "fallback": _env("K8S_AUTH_SSL_CA_CERT")},
    "client_cert": {"type": "path", "aliases": ["cert_file"], "fallback": _env("K8S_AUTH_CERT_FILE")},
    "client_key": {"type": "path", "no_log": True, "aliases": ["key_file"], "fallback": _env("K8S_AUTH_KEY_FILE")},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"], "fallback": _env("K8S_AUTH_VERIFY_SSL")},
    "proxy": {"type": "str", "no_log": True, "fallback": _env("K8S_AUTH_PROXY")},
    "no_proxy": {"type": "str", "fallback": _env("K8S_AUTH_NO_PROXY")},
    "proxy_headers": {"type": "dict", "options": _PROXY_HEADERS},
    "impersonate_user": {"type": "str", "fallback": _env("K8S_AUTH_IMPERSONATE_USER")},
    "impersonate_groups": {"type": "list", "elements": "str", "fallback": _env("K8S_AUTH_IMPERSONATE_GROUPS")},
    "request_timeout": {"type": "int", "default": 30},
}


def _without_environment(options: Options) -> Options:
    """Return the same options, filled only by what is written in the play.

    The variables describe the site a task runs on. Taken for the other site too, they would lead to the wrong cluster.
    """
    bare = {name: {k: v for k, v in spec.items() if k != "fallback"} for name, spec in options.items()}
    if "proxy_headers" in bare:
        bare["proxy_headers"] = {**bare["proxy_headers"], "options": _without_environment(_PROXY_HEADERS)}
    return bare


OTHER_SITE: Options = _without_environment(CONNECTION)


def read_other_site(params: Params, here: ConnectionOptions) -> ConnectionOptions:
    """Read how to reach another site. A context without a kubeconfig is looked up in that of the task's own site."""
    there = ConnectionOptions.from_params(params)
    if there.kubeconfig is None and there.host is None and there.context is not None:
        return replace(there, kubeconfig=here.kubeconfig)
    return there
