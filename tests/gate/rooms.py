# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import contract of a room: what it may import, and nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

PLUGINS = "ansible_collections.sitemesh.skupper.plugins"
STANDARD_LIBRARY = {
    "clock": ["time"],
    "chance": ["random", "secrets"],
    "i/o": [
        *("asyncio", "fcntl", "glob", "http", "io", "multiprocessing", "os", "pathlib", "select", "shutil", "signal"),
        *("socket", "ssl", "subprocess", "tempfile", "threading"),
    ],
}
IMPORTED = re.compile(r"^\s*(?:from|import)\s+(\.*[\w.]*)")


def full_name(name: str) -> str:
    """Full name of a package; those of the collection are written by their place below plugins, as `/modules`."""
    return f"{PLUGINS}.{name[1:].replace('/', '.')}" if name.startswith("/") else name


def covers(packages: Sequence[str], module: str) -> bool:
    """Whether the module is one of the packages or lies in one."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def is_own(module: str) -> bool:
    """Whether the module is part of this repository."""
    return covers([PLUGINS, "plugins", "testbed", "tests", "tools"], module)


def imported_name(found: str, line: str) -> str:
    """The name an import statement asks for; the graph knows only the first part of names from outside."""
    match = IMPORTED.match(line)
    return match[1] if match and covers([found], match[1]) else found


class RoomContract(Contract):
    """A room imports itself, the standard library and what `may_import` lists, less what `must_not_import` names.

    `/modules` stands for a package below plugins, `*` for every package that is not of this repository.
    `without` takes parts of the standard library away: clock, chance, i/o; `apart_from` names packages in the room
    that are rooms of their own.
    """

    type_name = "room"

    room = fields.StringField()
    may_import = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    must_not_import = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    without = fields.StringField(required=False, default="")
    apart_from = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def option(self, name: str) -> Any:
        """Value of an option; the class declares a field of the same name in its place."""
        return getattr(self, name)

    def refused(self) -> list[str]:
        """Packages that the room must not import in any case."""
        parts = [part.strip() for part in self.option("without").split(",") if part.strip()]
        taken = [name for part in parts for name in STANDARD_LIBRARY[part]]
        return taken + [full_name(name) for name in self.option("must_not_import")]

    def allows(self, module: str) -> bool:
        """Whether the room may import the module of this full name."""
        if covers(self.refused(), module):
            return False
        names = [self.option("room"), *self.option("may_import")]
        if "*" in names and not is_own(module):
            return True
        allowed = [full_name(name) for name in names]
        return covers(allowed, module) or module.partition(".")[0] in sys.stdlib_module_names

    def modules(self, graph: ImportGraph) -> list[str]:
        """All modules in the room."""
        room = [full_name(self.option("room"))]
        apart = [full_name(name) for name in self.option("apart_from")]
        return sorted(module for module in graph.modules if covers(room, module) and not covers(apart, module))

    def violations(self, graph: ImportGraph) -> Iterator[str]:
        """Imports of the room which it must not have, as `module:line imports name`."""
        for importer in self.modules(graph):
            for found in sorted(graph.find_modules_directly_imported_by(importer)):
                for detail in graph.get_import_details(importer=importer, imported=found):
                    name = imported_name(found, detail["line_contents"])
                    if not self.allows(name):
                        yield f"{importer}:{detail['line_number']} imports {name}"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check the whole room."""
        found = list(self.violations(graph))
        return ContractCheck(kept=not found, metadata={"violations": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that must not be."""
        for violation in cast("list[str]", check.metadata["violations"]):
            output.print_error(violation.replace(f"{PLUGINS}.", ""))
