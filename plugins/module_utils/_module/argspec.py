# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules, once for the shipped module and for the action plugin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.basic import env_fallback

Options = dict[str, Any]


def _env(variable: str) -> tuple[Any, list[str]]:
    return (env_fallback, [variable])


PROXY_HEADERS: Options = {
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
    "proxy_headers": {"type": "dict", "options": PROXY_HEADERS},
    "impersonate_user": {"type": "str", "fallback": _env("K8S_AUTH_IMPERSONATE_USER")},
    "impersonate_groups": {"type": "list", "elements": "str", "fallback": _env("K8S_AUTH_IMPERSONATE_GROUPS")},
    "request_timeout": {"type": "int", "default": 30},
}


def _without_environment(options: Options) -> Options:
    """The same options, filled only by what is written in the play.

    The variables describe the site a task runs on; taken for the other site too, they would lead to the wrong cluster.
    """
    bare = {name: {k: v for k, v in spec.items() if k != "fallback"} for name, spec in options.items()}
    if "proxy_headers" in bare:
        bare["proxy_headers"] = {**bare["proxy_headers"], "options": _without_environment(PROXY_HEADERS)}
    return bare


# Without defaults, so that one who asks for a cert token with limits of a claim can be told.
LIMITS: Options = {
    "expiry": {"type": "str"},
    "uses": {"type": "int"},
}

KIND: Options = {"type": {"type": "str", "choices": ["claim", "cert"], "default": "claim"}}

INGRESS: Options = {"wait_for_ingress": {"type": "bool", "default": False}}

WAIT: Options = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}

STATE: Options = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}

# As skupper_mesh_info and skupper_site_info return it.
LOCATION: Options = {
    "namespace": {"type": "str"},
    "cluster": {"type": "str"},
    "authorities": {"type": "list", "elements": "str"},
}

ISSUED_FOR: Options = {
    "site_id": {"type": "str", "required": True},
    "link": {"type": "str"},
    "location": {"type": "dict", "options": LOCATION},
}

ELSEWHERE: Options = _without_environment(CONNECTION)
ISSUER: Options = {
    **ELSEWHERE,
    "type": {"type": "str", "choices": ["claim", "cert", "auto"], "default": "claim"},
    **LIMITS,
    **INGRESS,
}


@dataclass(frozen=True)
class Spec:
    """A module's options together with the rules among them."""

    options: Options
    mutually_exclusive: Sequence[Sequence[str]] = ()
    required_if: Sequence[Any] = ()
    required_one_of: Sequence[Sequence[str]] = ()

    def rules(self) -> dict[str, Any]:
        """The rules as AnsibleModule and ArgumentSpecValidator take them."""
        return {
            "mutually_exclusive": [list(group) for group in self.mutually_exclusive],
            "required_if": [list(rule) for rule in self.required_if],
            "required_one_of": [list(group) for group in self.required_one_of],
        }


TOKEN = Spec(
    {
        **CONNECTION,
        **KIND,
        **LIMITS,
        **INGRESS,
        **STATE,
        "name": {"type": "str"},
        "issued_for": {"type": "dict", "options": ISSUED_FOR},
        "validity": {"type": "str"},
        "renew_before": {"type": "str"},
        "renew": {"type": "str", "choices": ["never", "unusable", "always"], "default": "never"},
        "dest": {"type": "path"},
        "wait_timeout": WAIT["wait_timeout"],
    },
    required_if=[("type", "claim", ("name",))],
)

LINK = Spec(
    {
        **CONNECTION,
        **WAIT,
        **STATE,
        "name": {"type": "str"},
        "token": {"type": "raw", "no_log": True},
        "src": {"type": "path", "no_log": True},
        "issuer": {"type": "dict", "no_log": True, "options": ISSUER},
        "cost": {"type": "int", "default": 1},
        "issuer_location": {"type": "dict", "options": LOCATION},
        "replace": {"type": "str", "choices": ["stale", "down", "never", "always"], "default": "stale"},
        "site_id": {"type": "str"},
        "stale": {"type": "bool"},
    },
    mutually_exclusive=[
        ("token", "src", "issuer"),
        ("token", "site_id"),
        ("src", "site_id"),
        ("issuer", "site_id"),
        ("issuer", "issuer_location"),
    ],
    required_if=[
        ("state", "present", ("token", "src", "issuer", "site_id"), True),
        ("state", "absent", ("name", "site_id", "issuer", "stale"), True),
    ],
)

LINKS = Spec(
    {
        **CONNECTION,
        **WAIT,
        "links": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "no_log": True,
            "options": {
                "peer": {"type": "str"},
                **{
                    name: LINK.options[name]
                    for name in ("token", "src", "issuer", "site_id", "issuer_location", "name", "cost", "replace")
                },
                "earlier": {"type": "dict"},
            },
            "mutually_exclusive": LINK.mutually_exclusive,
            "required_one_of": [("token", "src", "issuer", "site_id", "earlier")],
        },
    }
)

TOKEN_INFO = Spec(
    {
        **CONNECTION,
        "name": {"type": "str"},
        "state": {"type": "list", "elements": "str", "choices": ["usable", "used_up", "expired", "corrupt"]},
    }
)

LINK_INFO = Spec(
    {
        **CONNECTION,
        "name": {"type": "str"},
        "site_id": {"type": "str"},
        "issuer_location": {"type": "dict", "options": LOCATION},
        "issuers": {"type": "list", "elements": "dict", "no_log": True, "options": ELSEWHERE},
    }
)

REVOKE = Spec(
    {
        **CONNECTION,
        "wait": WAIT["wait"],
        "wait_timeout": {"type": "int", "default": 300},
        "wait_until": {"type": "str", "choices": ["gone", "serving"], "default": "gone"},
        "scope": {"type": "str", "choices": ["all", "claims", "none"], "default": "all"},
        "id": {"type": "str"},
        "issued_before": {"type": "str"},
        "max_age": {"type": "str"},
        "ca_validity": {"type": "str"},
        "evict": {"type": "list", "elements": "str"},
        "evict_locations": {"type": "list", "elements": "dict"},
        "readmit": {"type": "list", "elements": "str"},
        "readmit_locations": {"type": "list", "elements": "dict"},
        "adopt": {"type": "bool", "default": False},
        "take_over": {"type": "bool", "default": False},
        "watch": {"type": "int", "default": 5},
    },
    mutually_exclusive=[("id", "issued_before", "max_age")],
    required_if=[("scope", "none", ("evict", "readmit", "evict_locations", "readmit_locations"), True)],
)


INGRESSES = ["none", "loadbalancer", "nodeport", "ingress", "nginx-ingress-v1", "contour-http-proxy", "route"]

SITE = Spec(
    {
        **CONNECTION,
        **STATE,
        "wait": {"type": "bool", "default": True},
        # Images may have to be pulled.
        "wait_timeout": {"type": "int", "default": 300},
        "name": {"type": "str"},
        "mode": {"type": "str", "choices": ["interior", "edge"]},
        "ingress": {"type": "str", "choices": INGRESSES},
        "ingress_host": {"type": "str"},
        "settings": {"type": "dict", "no_log": True},
    }
)

SITE_INFO = Spec(
    {
        **CONNECTION,
        "check_endpoints": {"type": "bool", "default": False},
        "check_timeout": {"type": "int", "default": 5},
        "since": {"type": "str"},
    }
)

WISHES: Options = {
    "exposure": {"type": "str", "choices": ["auto", "public", "private"], "default": "auto"},
    "accepts_from": {"type": "list", "elements": "str"},
    "links_to": {"type": "list", "elements": "str"},
    "link_cost": {"type": "int", "default": 1},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

WISH: Options = {
    "wishes": {"type": "dict", "options": WISHES, "apply_defaults": True},
    "locate": {"type": "bool", "default": False},
    "evicted": {"type": "bool", "default": False},
}

MESH_INFO = Spec(
    {
        **CONNECTION,
        **WISH,
        "sites": {
            "type": "list",
            "elements": "dict",
            "no_log": True,
            "options": {**ELSEWHERE, **WISH, "name": {"type": "str", "required": True}},
        },
    }
)

MESH_PLAN = Spec({"plan": {"type": "dict", "required": True}})

VARIABLES = Spec({"group": {"type": "str"}, "strict": {"type": "bool", "default": False}})
