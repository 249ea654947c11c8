# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the values a module was given must never be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable
from urllib.parse import unquote, urlsplit

from .._model.names import is_content
from .._site.generations.tokens import secrets_of
from .documents import quiet_parse

_PLAIN = ("api_key", "password")
# Options that are lists of dictionaries with options of the same names.
_LISTS = ("issuers", "sites", "links")
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


# A password or key inside text that can't be parsed, as YAML, JSON or Python would show it.
_SPOKEN = re.compile(r"""(?:password|token|tls\.key|client-key-data)["']?\s*[:=]\s*["']?([^\s"',}]+)""")

_VARIABLE = re.compile(r"pass|secret|token|key|cred", re.IGNORECASE)


def input_secrets(params: Mapping[str, Any]) -> set[str]:
    """Return every secret in a module's parameters. Names, ids and costs are none and stay readable. Raises nothing."""
    return {secret for secret in _secrets(params) if secret}


def shows(value: Any, secrets: Iterable[str]) -> bool:
    """Return whether a value of any shape holds one of the secrets."""
    if isinstance(value, Mapping):
        return shows(list(value.values()), secrets)
    if isinstance(value, (list, tuple)):
        return any(shows(item, secrets) for item in value)
    return any(secret in str(value) for secret in secrets)


def _secrets(params: Mapping[str, Any]) -> Iterator[str]:
    for name in _PLAIN:
        yield str(params.get(name) or "")
    headers = params.get("proxy_headers")
    if isinstance(headers, Mapping):
        yield from (str(headers.get(name) or "") for name in ("proxy_basic_auth", "basic_auth"))
    yield from _passwords_of(str(params.get("proxy") or ""))
    yield from _document_secrets(params.get("kubeconfig"), _kubeconfig_secrets)
    yield from _document_secrets(params.get("src"), secrets_of)
    yield from _document_secrets(params.get("client_key"), lambda _document: ())
    yield from secrets_of(quiet_parse(params.get("token")))
    if isinstance(params.get("token"), str):
        # Whatever it is, it was meant to be a token.
        yield params["token"]
        yield from _SPOKEN.findall(params["token"])
    yield from _setting_secrets(params.get("settings"))
    for site in (params.get("issuer"), *(each for name in _LISTS for each in _several(params.get(name)))):
        if isinstance(site, Mapping):
            yield from _secrets(site)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _setting_secrets(settings: Any) -> Iterator[str]:
    """Yield the passwords among a site's settings. Settings given as text are a secret as a whole."""
    if isinstance(settings, str):
        yield settings
    if isinstance(settings, Mapping):
        # Also those under a mistyped key.
        yield from (str(value or "") for key, value in settings.items() if "password" in str(key).lower())


def _passwords_of(url: str) -> Iterator[str]:
    """Yield the password in a URL, as it is written and without its escapes."""
    try:
        found = urlsplit(url).password or ""
    except ValueError:
        found = url
    yield from (found, unquote(found))


def _document_secrets(value: Any, find: Callable[[Any], Iterable[str]]) -> Iterator[str]:
    """Yield the secrets of a document given as such or as text. Text that may hold some is a secret as a whole, too."""
    if isinstance(value, str):
        if not is_content(value):
            return
        yield value
        yield from _SPOKEN.findall(value)
    yield from find(quiet_parse(value))


def _kubeconfig_secrets(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if _is_secret_variable(value):
            yield str(value["value"])
        for key, item in value.items():
            if key in _KUBECONFIG and isinstance(item, str):
                yield item
            elif key == "proxy-url" and isinstance(item, str):
                yield from _passwords_of(item)
            else:
                yield from _kubeconfig_secrets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _kubeconfig_secrets(item)


def _is_secret_variable(entry: Mapping[str, Any]) -> bool:
    """Return whether an environment variable of a credential plugin is a secret by its name or its length."""
    value = str(entry.get("value") or "")
    return bool(value) and (len(value) >= 16 or bool(_VARIABLE.search(str(entry.get("name")))))
