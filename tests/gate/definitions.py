# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find in source code what a name, an attribute or a call stands for, without running any of it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Methods that a value of Python's own has, as most values are whose methods have these names.
_BUILT_IN = frozenset({*dir(str), *dir(dict), *dir(list), *dir(set)})
COLLECTION = ("ansible_collections", "sitemesh", "skupper", "plugins")


@dataclass(frozen=True)
class Scope:
    """Where an expression stands."""

    path: Path
    functions: tuple[Function, ...] = ()
    """The functions around it, innermost first."""
    call: Term | None = None
    """The call that the innermost function is looked at for; with None it is looked at for all calls of it."""


@dataclass(frozen=True)
class Term:
    """An expression and the scope that it stands in."""

    node: ast.expr
    scope: Scope


@dataclass(frozen=True)
class _Defined:
    """A function, and where it is defined."""

    function: Function
    scope: Scope
    is_method: bool

    def inside(self, call: Term | None) -> Scope:
        """Return the scope of its body."""
        return replace(self.scope, functions=(self.function, *self.scope.functions), call=call)


class Source:
    """All code below a folder."""

    def __init__(self, plugins: Path) -> None:
        self.plugins = plugins
        self.terms: list[Term] = []
        """Every expression of the code."""
        self._trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(plugins.rglob("*.py"))}
        self._defined: dict[str, list[_Defined]] = defaultdict(list)
        self._calls: dict[str, list[Term]] = defaultdict(list)
        self._imports: dict[Path, dict[str, tuple[Path, str]]] = {}
        for path, tree in self._trees.items():
            self._enter(tree, Scope(path), is_class=False)

    def _enter(self, parent: ast.AST, scope: Scope, is_class: bool) -> None:
        """Take down everything below a node."""
        for node in ast.iter_child_nodes(parent):
            inner = scope
            if isinstance(node, Function):
                self._defined[node.name].append(_Defined(node, scope, is_class))
                inner = replace(scope, functions=(node, *scope.functions))
            if isinstance(node, ast.expr):
                self.terms.append(Term(node, scope))
            if isinstance(node, ast.Call):
                self._calls[name_of(node.func)].append(Term(node, scope))
            self._enter(node, inner, isinstance(node, ast.ClassDef))

    def place(self, term: Term) -> str:
        """Return file and line of a term."""
        return f"{term.scope.path.relative_to(self.plugins)}:{term.node.lineno}"

    def definitions(self, term: Term) -> list[Term]:
        """Return what a term may stand for; nothing if only a run knows."""
        node, scope = term.node, term.scope
        if isinstance(node, ast.Name):
            return self._of_name(node.id, scope)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = self._imported(node.value.id, scope.path)
            return self._constants(node.attr, module[0] / module[1]) if module else []
        chosen = self._chosen(node, scope)
        if chosen:
            return chosen
        if isinstance(node, ast.Call):
            return [each for target in self._targets(node, scope) for each in _returned(target, term)]
        return []

    def _chosen(self, node: ast.expr, scope: Scope) -> list[Term]:
        """Return all values of a dictionary of the code that one is taken of."""
        if isinstance(node, ast.Subscript):
            table, default = node.value, []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            table, default = node.func.value, [Term(each, scope) for each in node.args[1:] if not _is_none(each)]
        else:
            return []
        values = [
            Term(value, each.scope)
            for each in self.definitions(Term(table, scope))
            if isinstance(each.node, ast.Dict)
            for value in each.node.values
        ]
        return [*values, *default] if values else []

    def _of_name(self, name: str, scope: Scope) -> list[Term]:
        for depth, function in enumerate(scope.functions):
            inner = replace(scope, functions=scope.functions[depth:], call=None if depth else scope.call)
            if name in _parameters(function) and not _assigned(function, name):
                return self._arguments(function, name, inner)
            if _is_bound(function, name):
                return [Term(node, inner) for node in _assigned(function, name)]
        found = self._constants(name, scope.path.with_suffix(""))
        imported = self._imported(name, scope.path)
        return found or (self._constants(imported[1], imported[0]) if imported else [])

    def _constants(self, name: str, module: Path) -> list[Term]:
        """Return what is assigned to a name of a module."""
        path = module.with_suffix(".py")
        tree = self._trees.get(path)
        return [Term(node, Scope(path)) for node in _assigned(tree, name)] if tree else []

    def _imported(self, name: str, path: Path) -> tuple[Path, str] | None:
        """Return the module, or package, and the name in it that a module imports under a name."""
        if path not in self._imports:
            self._imports[path] = {
                alias.asname or alias.name: (self._module(node, path), alias.name)
                for node in ast.walk(self._trees[path])
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
        return self._imports[path].get(name)

    def _module(self, node: ast.ImportFrom, path: Path) -> Path:
        parts = (node.module or "").split(".") if node.module else []
        if node.level:
            return path.parents[node.level - 1].joinpath(*parts)
        return self.plugins.joinpath(*parts[len(COLLECTION) :])

    def _targets(self, call: ast.Call, scope: Scope) -> list[_Defined]:
        """Return the functions of the code that a call may be one of."""
        found = self._defined.get(name_of(call.func), [])
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _BUILT_IN and name_of(call.func.value) != "self":
                return []
            methods = [each for each in found if each.is_method]
            return [each for each in methods if each.scope.path == scope.path] or methods
        if any(_is_bound(each, name_of(call.func)) for each in scope.functions):
            return []
        return [each for each in found if not each.is_method and self._is_seen(each, scope)]

    def _is_seen(self, defined: _Defined, scope: Scope) -> bool:
        """Return whether a function is what its name stands for in a scope."""
        if defined.scope.functions:
            return set(defined.scope.functions) <= set(scope.functions)
        imported = self._imported(defined.function.name, scope.path)
        return defined.scope.path == (imported[0].with_suffix(".py") if imported else scope.path)

    def _arguments(self, function: Function, name: str, scope: Scope) -> list[Term]:
        """Return what a parameter is in the call that is looked at, or in every call."""
        (defined,) = (each for each in self._defined[function.name] if each.function is function)
        calls = [scope.call] if scope.call else self._calls.get(function.name, [])
        aimed = [call for call in calls if defined in self._targets(_call(call), call.scope)]
        return [found for call in aimed for found in _argument(defined, name, call)]


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _call(term: Term) -> ast.Call:
    assert isinstance(term.node, ast.Call)
    return term.node


def _own_nodes(parent: ast.AST) -> Iterator[ast.AST]:
    """Walk through a function or a module without the functions and classes in it."""
    for node in ast.iter_child_nodes(parent):
        yield node
        if not isinstance(node, (*Function.__args__, ast.ClassDef, ast.Lambda)):
            yield from _own_nodes(node)


def _assigned(parent: ast.AST, name: str) -> list[ast.expr]:
    """Return the expressions that are assigned to a name."""
    found = []
    for node in _own_nodes(parent):
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            pairs = [(node.target, node.value)]
        else:
            continue
        found += [value for target, value in pairs if isinstance(target, ast.Name) and target.id == name]
    return found


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what is assigned to what, also if both are written out as tuples."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


def _is_bound(function: Function, name: str) -> bool:
    """Return whether a name is a variable of a function."""
    return name in _parameters(function) or any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in _own_nodes(function)
    )


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _returned(defined: _Defined, call: Term) -> Iterator[Term]:
    """Return what a function returns, for one call of it."""
    for node in _own_nodes(defined.function):
        if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
            yield Term(node.value, defined.inside(call))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _argument(defined: _Defined, name: str, call: Term) -> Iterator[Term]:
    """Return what a call gives for a parameter, or else its default."""
    names = _parameters(defined.function)[1 if defined.is_method else 0 :]
    node = _call(call)
    given = {
        **dict(zip(names, node.args, strict=False)),
        **{each.arg: each.value for each in node.keywords if each.arg},
    }
    if name in given:
        yield Term(given[name], call.scope)
        return
    arguments = defined.function.args
    defaults = dict(zip(reversed(arguments.args), reversed(arguments.defaults), strict=False))
    keyword_only = dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    for parameter, default in {**defaults, **keyword_only}.items():
        if parameter.arg == name and default is not None and not _is_none(default):
            yield Term(default, defined.scope)
