# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the values a module was given must never be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from .._wire.v1_token import secrets_of
from .documents import quiet_parse

_PLAIN = ("api_key", "password")
_KUBECONFIG = frozenset(
    {
        "token",
        "password",
        "secret",
        "client-key-data",
        "api_key",
        "access-token",
        "refresh-token",
        "id-token",
        "client-secret",
    }
)


def input_secrets(params: Mapping[str, Any]) -> set[str]:
    """Every secret in a module's parameters, and nothing else: names, ids and costs stay readable."""
    return {secret for secret in _secrets(params) if secret}


def _secrets(params: Mapping[str, Any]) -> Iterator[str]:
    for name in _PLAIN:
        yield str(params.get(name) or "")
    headers = params.get("proxy_headers")
    if isinstance(headers, Mapping):
        yield from (str(headers.get(name) or "") for name in ("proxy_basic_auth", "basic_auth"))
    yield urlsplit(str(params.get("proxy") or "")).password or ""
    yield from _kubeconfig_secrets(params.get("kubeconfig"))
    if params.get("token"):
        yield from secrets_of(quiet_parse(params["token"]))
    if isinstance(params.get("issuer"), Mapping):
        yield from _secrets(params["issuer"])


def _kubeconfig_secrets(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in _KUBECONFIG and isinstance(item, str):
                yield item
            else:
                yield from _kubeconfig_secrets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _kubeconfig_secrets(item)
