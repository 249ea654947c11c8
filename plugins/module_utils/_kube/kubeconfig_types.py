# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the types in kubeconfigs (k8s.io/client-go tools/clientcmd/api/v1/types.go).

kubectl reads a kubeconfig into these types, and refuses all of it if one does not fit. To convert other types would be
guessing: the text "false" is true in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from .._model.encoding import decode_base64

Check = Callable[[Any, str], None]
"""Raise Misfit if the value at this place is not of the type. Null is of every type."""


class Misfit(Exception):
    """A field holds something that kubectl does not accept. The message names the field without its value."""


def _text(value: Any, place: str) -> None:
    if not isinstance(value, str):
        raise _misfit(value, place, "text")


def _flag(value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise _misfit(value, place, "true or false")


def _data(value: Any, place: str) -> None:
    _text(value, place)
    try:
        decode_base64(value)
    except ValueError:
        raise Misfit(f"{place} is no base64") from None


def _anything(_value: Any, _place: str) -> None:
    return


def _items(check: Check) -> Check:
    def checked(value: Any, place: str) -> None:
        if not isinstance(value, (list, tuple)):
            raise _misfit(value, place, "a list")
        for number, item in enumerate(value):
            _check_if_present(check, item, f"{place}[{number}]")

    return checked


def _table(check: Check) -> Check:
    def checked(value: Any, place: str) -> None:
        if not isinstance(value, Mapping):
            raise _misfit(value, place, "a mapping")
        for name, item in value.items():
            _check_if_present(check, item, f"{place}.{name}")

    return checked


def _fields(checks: Mapping[str, Check]) -> Check:
    def checked(value: Any, place: str) -> None:
        if not isinstance(value, Mapping):
            raise _misfit(value, place, "a mapping")
        for name, check in checks.items():
            _check_if_present(check, value.get(name), f"{place}.{name}" if place else name)

    return checked


def _named(field: str, check: Check) -> Check:
    """Return a check for a list of named entries. A name must not occur twice."""
    items = _items(_fields({"name": _text, field: check}))

    def checked(value: Any, place: str) -> None:
        items(value, place)
        seen: set[str] = set()
        for name in map(name_of, value):
            if name in seen:
                raise Misfit(f"{place} has the name {name[:100]!r} twice")
            seen.add(name)

    return checked


def name_of(entry: Any) -> str:
    """Return the name of a checked entry. Without a name it is empty, as in Go."""
    return str((entry or {}).get("name") or "")


def _check_if_present(check: Check, value: Any, place: str) -> None:
    if value is not None:
        check(value, place)


def _misfit(value: Any, place: str, wanted: str) -> Misfit:
    return Misfit(f"{place} is {_kind(value)} where kubectl takes {wanted}")


def _kind(value: Any) -> str:
    kinds = (
        (bool, "a boolean"),
        (str, "text"),
        ((int, float), "a number"),
        (Mapping, "a mapping"),
        ((list, tuple), "a list"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


_EXTENSIONS = _named("extension", _anything)
_CLUSTER = _fields(
    {
        "server": _text,
        "tls-server-name": _text,
        "insecure-skip-tls-verify": _flag,
        "certificate-authority": _text,
        "certificate-authority-data": _data,
        "proxy-url": _text,
        "disable-compression": _flag,
        "extensions": _EXTENSIONS,
    }
)
_PLUGIN = _fields(
    {
        "command": _text,
        "args": _items(_text),
        "env": _items(_fields({"name": _text, "value": _text})),
        "apiVersion": _text,
        "installHint": _text,
        "provideClusterInfo": _flag,
        "interactiveMode": _text,
    }
)
_USER = _fields(
    {
        "client-certificate": _text,
        "client-certificate-data": _data,
        "client-key": _text,
        "client-key-data": _data,
        "token": _text,
        "tokenFile": _text,
        "as": _text,
        "as-uid": _text,
        "as-groups": _items(_text),
        "as-user-extra": _table(_items(_text)),
        "username": _text,
        "password": _text,
        "auth-provider": _fields({"name": _text, "config": _table(_text)}),
        "exec": _PLUGIN,
        "extensions": _EXTENSIONS,
    }
)
_CONTEXT = _fields({"cluster": _text, "user": _text, "namespace": _text, "extensions": _EXTENSIONS})
_CONFIG = _fields(
    {
        "kind": _text,
        "apiVersion": _text,
        "preferences": _fields({"colors": _flag, "extensions": _EXTENSIONS}),
        "clusters": _named("cluster", _CLUSTER),
        "users": _named("user", _USER),
        "contexts": _named("context", _CONTEXT),
        "current-context": _text,
        "extensions": _EXTENSIONS,
    }
)


def check_document(document: Mapping[str, Any]) -> None:
    """Raise Misfit if kubectl could not read a document as a kubeconfig."""
    _CONFIG(document, "")
    # kubectl finds these two in upper and lower case, and the last one counts.
    for wanted, taken in (("apiversion", "v1"), ("kind", "Config")):
        written = [
            name for name in sorted(map(str, document)) if name.lower() == wanted and document.get(name) is not None
        ]
        if written and document[written[-1]] not in ("", taken):
            raise Misfit(f"its {written[-1]} is not {taken}")
