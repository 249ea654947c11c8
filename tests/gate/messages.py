# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the messages of all failures in the code of the plugins, and render them."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.gate.definitions import Source, Term, name_of
from tests.gate.rendering import Renderer, Samples, Unknown
from tests.gate.samples import Written

# Exceptions that are Failures by inheritance.
_RAISED = frozenset({"Failure", "Refusal", "_TimedOut"})
# A message with less text of its own than this passes on what another failure says.
_LEAST = 10
# How many names and calls are followed from a message to its text.
_DEEP = 6
# How many expressions a text is looked for in: those that share most with it.
_NEAREST = 30


@dataclass(frozen=True)
class Message:
    """The message of a failure, as an expression of the code."""

    reason: str | None
    """Name of the member of Reason; None if it is chosen at run time."""
    term: Term
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}: {ast.unparse(self.term.node)}"


@dataclass(frozen=True)
class Rendered:
    """All messages of the code with every sentence that they can be."""

    sentences: dict[Message, frozenset[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    """What there is no sample for, each as a sentence."""
    unused: list[str] = field(default_factory=list)
    """Keys of samples that nothing needs."""
    unwritten: list[str] = field(default_factory=list)
    """Samples that the code is said to compose elsewhere, and does not."""


def messages(source: Source) -> list[Message]:
    """Return every message of every Failure."""
    return [
        Message(reason, message, source.place(message))
        for term in source.terms
        for reason, message in _found(term)
        if _own_text(source, message) >= _LEAST
    ]


def render(source: Source, samples: Samples) -> Rendered:
    """Render every message with samples."""
    rendered, used = Rendered(), set[str]()
    for message in messages(source):
        try:
            rendered.sentences[message] = Renderer(source, samples, message.reason, used).texts(message.term)
        except Unknown as unknown:
            rendered.unknown.append(f"{message.place}: {unknown}")
    said = frozenset[str]().union(*rendered.sentences.values())
    rendered.unwritten.extend(_unwritten(source, samples, used, said))
    rendered.unused.extend(sorted(samples.keys() - used))
    return rendered


def _found(term: Term) -> Iterator[tuple[str | None, Term]]:
    """Return reason and message of a Failure, or of a result that is written as a dictionary."""
    node = term.node
    if isinstance(node, ast.Call) and name_of(node.func) in _RAISED and len(node.args) >= 2:
        yield _reason(node.args[0]), Term(node.args[1], term.scope)
    if isinstance(node, ast.Dict):
        both = zip(node.keys, node.values, strict=True)
        pairs = {key.value: value for key, value in both if isinstance(key, ast.Constant)}
        if "reason" in pairs and "msg" in pairs:
            yield _reason(pairs["reason"]), Term(pairs["msg"], term.scope)


def _reason(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _reason(node.value)
    return node.attr if isinstance(node, ast.Attribute) and name_of(node.value) == "Reason" else None


def _own_text(source: Source, term: Term, depth: int = 0) -> int:
    """Return how many characters of a message are written in the code."""
    node = term.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return len(node.value)
    if isinstance(node, ast.Attribute):
        return 0  # the message of another failure, or what only a run knows
    if isinstance(node, (ast.Name, ast.Call)) and depth < _DEEP:
        found = max((_own_text(source, each, depth + 1) for each in source.definitions(term)), default=0)
        if found:
            return found
    inner = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        inner[0] = node.func.value  # the text in "...".format(...)
    return sum(_own_text(source, Term(each, term.scope), depth) for each in inner)


def _unwritten(source: Source, samples: Samples, used: set[str], said: frozenset[str]) -> Iterator[str]:
    """Return the samples that are no message and that no other expression of the code composes."""
    composed = sorted(((_fixed(term.node), term) for term in source.terms), key=lambda each: -len("".join(each[0])))
    for key, values in samples.items():
        reason = key.partition(" ")[0] if " " in key else None
        for value in values if not callable(values) else ():
            if isinstance(value, Written) and value not in said:
                fitting = (term for parts, term in composed if parts and _fits(parts, value))
                why = _why_not(Renderer(source, samples, reason, used), itertools.islice(fitting, _NEAREST), value)
                if why is not None:
                    yield f"{key}: {value!r} is not what the code composes anywhere{why}"


def _why_not(renderer: Renderer, terms: Iterable[Term], text: str) -> str | None:
    """Return why none of some expressions is rendered to a text; None if one is."""
    unknown = []
    for term in terms:
        try:
            if text in renderer.texts(term):
                return None
        except Unknown as found:
            unknown.append(f"; {found}")
    return "".join(unknown[:3])


def _fixed(node: ast.expr) -> tuple[str, ...]:
    """Return the parts of a text that are the same in every run."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    values = [each.value if isinstance(each, ast.Constant) else "" for each in parts]
    texts = tuple(each for each in values if isinstance(each, str))
    return texts if any(texts) else ()


def _fits(parts: tuple[str, ...], text: str) -> bool:
    """Return whether a text holds all fixed parts of another one, in their order."""
    if not (text.startswith(parts[0]) and text.endswith(parts[-1])):
        return False
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
