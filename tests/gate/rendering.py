# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render an expression of the code to every text that it can be, with samples for what only a run knows.

What is written in the code is followed: constants, both sides of a conditional expression, variables, what callers pass for a
parameter, what a function returns. Conditions are not evaluated. A name that nothing in the code explains needs a sample.
"""

from __future__ import annotations

import ast
import builtins
import copy
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.gate.definitions import Source, Term, name_of

Samples = Mapping[str, Sequence[Any] | Callable[..., Any]]
# How far names, parameters and calls are followed.
_DEEP = 12
_MOST = 20_000
# What Python can evaluate as it is written, once the values in it are known.
_EVALUATED = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.List, ast.Tuple)
_LOOKED_UP = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


class Unknown(Exception):
    """There is no sample for something, which one of some keys could name."""

    def __init__(self, message: str, keys: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.keys = keys


class Renderer:
    """Render the expressions of failures with one reason; take down which samples were used."""

    def __init__(self, source: Source, samples: Samples, reason: str | None, used: set[str]) -> None:
        self._source = source
        self._samples = samples
        self._reason = reason
        self._used = used
        self._depth = 0

    def texts(self, term: Term) -> frozenset[str]:
        """Return every text that an expression can be. Raise Unknown if there is no sample for something in it."""
        return frozenset(map(str, self.values(term)))

    def values(self, term: Term) -> list[Any]:
        """Return everything that an expression can be."""
        if self._depth > _DEEP:
            raise self._unknown(term)
        self._depth += 1
        try:
            return self._distinct(self._values(term), term)
        finally:
            self._depth -= 1

    def function(self, node: ast.Call) -> Callable[..., Any] | None:
        """Return the function that stands in the samples for one of the code."""
        key = f"{name_of(node.func)}()"
        found = self._samples.get(key)
        if not callable(found):
            return None
        self._used.add(key)
        return found

    def _distinct(self, values: Iterable[Any], term: Term) -> list[Any]:
        found = list({repr(value): value for value in values}.values())
        if len(found) > _MOST:
            raise Unknown(f"{self._source.place(term)}: {ast.unparse(term.node)} can be too much: give it a sample")
        return found

    def _values(self, term: Term) -> list[Any]:
        node = term.node
        if isinstance(node, ast.Constant):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            return self._joined(node, term)
        if isinstance(node, ast.IfExp):
            return self._all(term, node.body, node.orelse)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return [value for value in self._all(term, *node.values) if value]
        if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
            return [[value] for value in self._all(term, node.elt)]
        if isinstance(node, _LOOKED_UP):
            return self._looked_up(term)
        if isinstance(node, _EVALUATED):
            return self._computed(term)
        raise self._unknown(term)

    def _all(self, term: Term, *nodes: ast.expr) -> list[Any]:
        return [value for node in nodes for value in self.values(Term(node, term.scope))]

    def _looked_up(self, term: Term) -> list[Any]:
        """Take the sample for this reason, else what the code says, else the sample for all reasons."""
        found = self._sample(term, keys_of(term.node)[:1], f"{self._reason} ")
        if found is not None:
            return found
        used, failed = set(self._used), self._unknown(term)
        try:
            followed = self._followed(term)
            if followed:
                return followed
        except Unknown as unknown:
            self._used.intersection_update(used)
            failed = unknown if unknown.keys else failed
        found = self._sample(term, keys_of(term.node))
        if found is None:
            raise failed
        return found

    def _followed(self, term: Term) -> list[Any]:
        """Return what the code says; nothing if only a run knows."""
        if isinstance(term.node, ast.Call) and self.function(term.node):
            return self._computed(term)
        found = [value for each in self._source.definitions(term) for value in self.values(each)]
        return [value for value in found if value is not None] or self._native(term)

    def _native(self, term: Term) -> list[Any]:
        """Return what Python makes of a part of a value, of a method of a value, and of a function of its own."""
        node = term.node
        if isinstance(node, ast.Subscript):
            return [] if _strings([node.slice]) else self._computed(term)
        if not isinstance(node, ast.Call) or any(key in self._samples for key in keys_of(node)):
            return []
        own = isinstance(node.func, ast.Name) and hasattr(builtins, node.func.id)
        return self._computed(term) if own or isinstance(node.func, ast.Attribute) else []

    def _sample(self, term: Term, keys: Sequence[str], prefix: str = "") -> list[Any] | None:
        for key in keys:
            found = self._samples.get(prefix + key)
            if found is not None and not callable(found):
                self._used.add(prefix + key)
                return list(found)
        return None

    def _unknown(self, term: Term) -> Unknown:
        keys, node = keys_of(term.node), ast.unparse(term.node)
        named = " or ".join(map(repr, keys)) or "what uses it"
        return Unknown(f"{self._source.place(term)}: no sample for {node}: add {named} to tests/gate/samples.py", keys)

    def _joined(self, node: ast.JoinedStr, term: Term) -> list[str]:
        """Return what an f-string can be; what stands in it twice is the same twice."""
        holes = {ast.unparse(each): each for each in node.values if isinstance(each, ast.FormattedValue)}
        found = []
        for chosen in itertools.product(*(self._formatted(each, term) for each in holes.values())):
            texts = dict(zip(holes, chosen, strict=True))
            found.append("".join(texts.get(ast.unparse(each)) or _text(each) for each in node.values))
        return found

    def _formatted(self, hole: ast.FormattedValue, term: Term) -> list[str]:
        convert = repr if hole.conversion == ord("r") else str if hole.conversion == ord("s") else None
        form = "".join(map(_text, hole.format_spec.values)) if isinstance(hole.format_spec, ast.JoinedStr) else ""
        values = self._all(term, hole.value)
        return self._distinct((format(convert(value) if convert else value, form) for value in values), term)

    def _computed(self, term: Term) -> list[Any]:
        """Let Python evaluate an expression, once for each choice of the values in it."""
        parts = _Parts(self, term)
        code = compile(ast.fix_missing_locations(ast.Expression(parts.replaced())), "sample", "eval")
        found = []
        for chosen in itertools.product(*parts.choices):
            names = {f"_{index}": value for index, value in enumerate(chosen)}
            try:
                found.append(eval(code, {**names, **parts.functions}))  # noqa: S307 - code of this repository
            except Exception as error:  # noqa: BLE001 - a sample of the wrong kind, whatever that leads to
                what = ast.unparse(term.node)
                raise Unknown(f"{self._source.place(term)}: {what} fails for a sample: {error}") from None
        return found


class _Parts(ast.NodeTransformer):
    """Replace what an expression works on by names for its values."""

    def __init__(self, renderer: Renderer, term: Term) -> None:
        self._renderer = renderer
        self._term = term
        self.choices: list[list[Any]] = []
        self.functions: dict[str, Any] = {}

    def replaced(self) -> ast.expr:
        """Return the expression; its own operation stays."""
        whole = copy.deepcopy(self._term.node)
        if not isinstance(whole, ast.Call):
            self.generic_visit(whole)
            return whole
        function = self._renderer.function(whole)
        if function is not None:
            self.functions["_function"] = function
            whole.func = ast.Name("_function", ast.Load())
        elif isinstance(whole.func, ast.Attribute):
            whole.func.value = self.visit(whole.func.value)
        whole.args = [self.visit(each) for each in whole.args]
        whole.keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in whole.keywords]
        return whole

    def visit(self, node: ast.AST) -> Any:
        """Replace an expression by a name that has its value."""
        if not isinstance(node, ast.expr) or isinstance(node, (ast.Constant, ast.Slice)):
            return self.generic_visit(node)
        self.choices.append(self._renderer.values(Term(node, self._term.scope)))
        return ast.Name(f"_{len(self.choices) - 1}", ast.Load())


def keys_of(node: ast.expr) -> list[str]:
    """Return the keys that a sample may have, the longest first.

    These are `link.name` and `name` for `verdict.link.name`, `dest` for `params["dest"]` and for `params.get("dest")`,
    `seen[]` for `seen[pair]`, and `named()` for a call of that function.
    """
    if isinstance(node, ast.Call):
        return _strings(node.args[:1]) if name_of(node.func) == "get" else [f"{name_of(node.func)}()"]
    if isinstance(node, ast.Subscript):
        return _strings([node.slice]) or [f"{name_of(node.value)}[]"]
    if isinstance(node, ast.Attribute):
        owner = name_of(node.value.value if isinstance(node.value, ast.Subscript) else node.value).lstrip("_")
        return [f"{owner}.{node.attr}", node.attr] if owner else [node.attr]
    return [node.id] if isinstance(node, ast.Name) else []


def _strings(nodes: Sequence[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _text(node: ast.expr) -> str:
    """Return the text between two holes."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
