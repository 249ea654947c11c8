# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read YAML as kubectl does.

PyYAML's values differ from those of kubectl's parser (go.yaml.in/yaml/v2): it has no short booleans like ``n``, reads
dates and numbers to the base of sixty where kubectl reads text, and refuses tags that kubectl ignores. A namespace of one
meaning here and another there would lead to another place. So only PyYAML's parser is used, and plain scalars are read here.
"""

from __future__ import annotations

import math
import re
from typing import Any

from .._model.encoding import decode_base64

try:
    import yaml

    # The C parser is an order of magnitude faster; it is missing where libyaml is.
    _PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    HAS_YAML = True
except ImportError:
    HAS_YAML = False

_PLAIN = "plain"
_TAGS = "tag:yaml.org,2002:"
_SPECIAL: dict[str, Any] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
# As strconv.ParseInt reads them with base 0, after underscores are taken out.
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?", re.ASCII)
_BIGGEST = 2**64
# No field takes numbers of longer texts, and reading one would take long.
_LONGEST_NUMBER = 400
# Nodes that a document may have, each alias counted as all that it stands for: a few bytes of them can stand for gigabytes.
_MOST = 200_000
_DEEPEST = 64


def read_yaml(source: bytes | str) -> Any:
    """Return the first document as values of JSON. None if there is none. Raise an exception of any kind if it can't be read."""
    parser = _PARSER(source)
    try:
        parser.get_event()
        # kubectl does not read what follows the first document, either.
        return _Document(parser).read() if parser.check_event(yaml.DocumentStartEvent) else None
    finally:
        parser.dispose()


class _Document:
    """One document, read from the events of a parser."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._anchors: dict[str, tuple[Any, int]] = {}
        """What each anchor stands for, and how many nodes that is."""
        self._count = 0
        self._depth = 0

    def read(self) -> Any:
        """Return the value of the document. Raise ValueError or what the parser raises."""
        self._parser.get_event()
        value = self._value(self._parser.get_event())
        self._parser.get_event()
        return value

    def _value(self, event: Any) -> Any:
        if isinstance(event, yaml.AliasEvent):
            # An anchor that contains itself is not known yet.
            value, size = self._anchors[str(event.anchor)]
            self._add(size)
            return value
        before = self._count
        self._add(1)
        value = _scalar(event) if isinstance(event, yaml.ScalarEvent) else self._collection(event)
        if event.anchor:
            self._anchors[event.anchor] = value, self._count - before
        return value

    def _add(self, nodes: int) -> None:
        self._count += nodes
        if self._count > _MOST or self._depth > _DEEPEST:
            raise ValueError("too much for a kubeconfig")

    def _collection(self, event: Any) -> Any:
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._depth += 1
        value = self._table() if isinstance(event, yaml.MappingStartEvent) else self._items()
        self._depth -= 1
        return value

    def _items(self) -> list[Any]:
        made = []
        while not isinstance(event := self._parser.get_event(), yaml.SequenceEndEvent):
            made.append(self._value(event))
        return made

    def _table(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not isinstance(event := self._parser.get_event(), yaml.MappingEndEvent):
            merges = _is_merge(event)
            key = self._value(event)
            value = self._value(self._parser.get_event())
            made.update(_merged(value) if merges else {_key(key): value})
        return made


def _is_merge(event: Any) -> bool:
    return (
        isinstance(event, yaml.ScalarEvent)
        and event.value == "<<"
        and (event.implicit[0] or event.tag == f"{_TAGS}merge")
    )


def _merged(value: Any) -> dict[str, Any]:
    """Return what is merged. The first of several takes precedence."""
    made: dict[str, Any] = {}
    for each in reversed(value) if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise ValueError("no mapping to merge")
        made.update(each)
    return made


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        raise ValueError("a key that JSON can't have")
    return value


def _scalar(event: Any) -> Any:
    text = event.value
    tag = (_PLAIN if event.implicit[0] else "str") if not event.tag or event.tag == "!" else event.tag
    if tag == f"{_TAGS}binary":
        return decode_base64(text).decode("utf-8", "replace")
    kind = tag[len(_TAGS) :] if tag.startswith(_TAGS) else tag
    # A tag that is not known counts for nothing, and its value is text.
    if kind not in (_PLAIN, "bool", "int", "float", "null", "timestamp"):
        return text
    value = _plain(text)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that JSON can't have")
    if kind != _PLAIN and not _is_kind(kind, value, text):
        raise ValueError(f"no {kind}")
    return float(value) if kind == "float" else value


def _is_kind(kind: str, value: Any, text: str) -> bool:
    if kind == "timestamp":
        return isinstance(value, str) and _DATE.fullmatch(text) is not None
    if kind in ("bool", "null"):
        return isinstance(value, bool) if kind == "bool" else value is None
    return isinstance(value, int if kind == "int" else (int, float)) and not isinstance(value, bool)


def _plain(text: str) -> Any:
    if text in _SPECIAL:
        return _SPECIAL[text]
    if text[0] == ".":
        return float(text) if _FLOAT.fullmatch(text) else text
    if text[0] not in "+-0123456789" or _DATE.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        return text
    bare = text.replace("_", "")
    number = _integer(bare)
    if number is not None:
        return number
    # A number out of the range of floating point numbers is text.
    found = float(bare) if _FLOAT.fullmatch(bare) else math.inf
    return found if math.isfinite(found) else text


def _integer(text: str) -> int | None:
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None
    sign, *digits = match.groups()
    base, found = next((base, found) for base, found in zip((16, 2, 8, 10), digits) if found is not None)
    number = int(found, base)
    if sign:
        return (-number if sign == "-" else number) if number < _BIGGEST // 2 + (sign == "-") else None
    return number if number < _BIGGEST else None
