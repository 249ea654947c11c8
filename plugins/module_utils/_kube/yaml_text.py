# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read YAML that anyone may have written, in time and memory that are proportional to the text.

An alias takes one word in the text and a whole copy in memory when the document is walked, so that a few lines of aliases
to aliases expand to more than a machine can hold. The parser's events are therefore counted, each alias as all that it stands
for, before anything is built from them.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False

_TEXT = "tag:yaml.org,2002:str"
# Numbers of any length take longer to build than to write, and no number, time or truth value is longer than this.
_LONGEST_VALUE = 64
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_DEEPEST = 64
# A directive per line makes the parser compare each with all before it. Real documents have none.
_DIRECTIVE = re.compile(r"(?:^|[\r\n\x85\u2028\u2029])%")
_DIRECTIVES = 8


@dataclass(frozen=True)
class Limits:
    """How much a text may hold."""

    size: int
    """Characters."""
    nodes: int
    """Values, keys, lists and dictionaries, with those that aliases stand for."""
    aliases: bool = True
    """Whether there may be aliases."""


# A token has some twenty nodes; whatever is much larger was named by mistake.
TOKEN = Limits(size=256 * 1024, nodes=4_000, aliases=False)
# A kubeconfig may list hundreds of clusters, and people use aliases in theirs.
KUBECONFIG = Limits(size=4 * 1024 * 1024, nodes=200_000)


class Refused(ValueError):
    """A text is no YAML, or exceeds its limits."""


def load_documents(text: str, limits: Limits) -> list[Any]:
    """Return the documents of a text without the empty ones. Raise Refused, which quotes nothing of the text."""
    if len(text) > limits.size:
        raise Refused("it is too large")
    try:
        _count(text, limits)
        return [part for part in yaml.load_all(io.StringIO(text), Loader=_loader()) if part is not None]
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - odd tags make PyYAML raise whatever their constructors do
        # The parser's own message quotes the text, and the text may be a secret.
        raise Refused("it is no valid YAML") from None


def is_within(value: Any, limits: Limits) -> bool:
    """Return whether a parsed document is within limits. Each part counts as often as it is referred to."""
    found, left = 0, [value]
    while left:
        part = left.pop()
        found += 1
        if found + len(left) > limits.nodes:
            return False
        if isinstance(part, Mapping):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, (list, tuple)):
            left += part
    return True


def _count(text: str, limits: Limits) -> None:
    if len(_DIRECTIVE.findall(text)) > _DIRECTIVES:
        raise Refused("it holds too much")
    count = _Count(limits)
    for event in _events(text):
        count.take(event)


def _events(text: str) -> Iterable[Any]:
    # The loader in C takes only plain str or a stream, and Ansible's marked text is a subclass.
    events: Iterable[Any] = yaml.parse(io.StringIO(text), Loader=_loader())
    return events


@dataclass
class _Count:
    """The nodes of a text that were read so far."""

    limits: Limits
    open: list[tuple[str | None, int]] = field(default_factory=list)
    """The collections that are being read: anchor, and number of nodes before them."""
    nodes: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    """Nodes that each anchor stands for."""

    def take(self, event: Any) -> None:
        """Count one event. Raise Refused as soon as it is too much."""
        if isinstance(event, yaml.AliasEvent):
            self._take_alias(event.anchor)
        elif isinstance(event, yaml.ScalarEvent):
            _refuse_long_number(event)
            self._add(1)
            self._close(event.anchor, 1)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._add(1)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open.append((event.anchor, self.nodes))
            self._add(1)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self.open.pop()
            self._close(anchor, self.nodes - before)

    def _take_alias(self, anchor: str | None) -> None:
        if not self.limits.aliases:
            raise Refused("it has YAML aliases")
        if anchor is None or anchor not in self.sizes:
            # Unknown, or a collection that contains itself.
            raise Refused("it is no valid YAML")
        self._add(self.sizes[anchor])

    def _add(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            raise Refused("it holds too much")
        if len(self.open) > _DEEPEST:
            raise Refused("it is nested too deeply")

    def _close(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self.sizes[anchor] = size


def _refuse_long_number(event: Any) -> None:
    if event.tag in _NUMBERS and len(event.value) > _LONGEST_VALUE:
        raise Refused("it holds too long a number")


def bounded(base: Any) -> Any:
    """Return a loader that takes no long text for a number or a time."""

    class Bounded(base):  # type: ignore[misc]
        """A safe loader of PyYAML's."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            """Find the tag of a node that has none."""
            if kind is yaml.ScalarNode and implicit[0] and len(value) > _LONGEST_VALUE:
                return _TEXT
            return super().resolve(kind, value, implicit)

    return Bounded


@functools.cache
def _loader() -> Any:
    return bounded(getattr(yaml, "CSafeLoader", yaml.SafeLoader))
