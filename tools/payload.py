# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find what Ansible ships with each module of the collection, and how large that is.

Usage: .venv/newest/bin/python -m tools.payload [CHECKOUT [MODULE ...]]    (prints how many bytes its own files take)

Ansible's own function makes the program that is shipped. It is therefore run in a process of its own: it takes the collection
from the checkout.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.executor import module_common
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

from tools.envs import ROOT

_COLLECTION = ("ansible_collections", "sitemesh", "skupper")
# The archive in a program that Ansible sends.
_ENCODED = re.compile(rb"[A-Za-z0-9+/=]{2000,}")


def modules(root: Path) -> list[str]:
    """Return the names of the modules of a checkout."""
    return sorted(path.stem for path in (root / "plugins" / "modules").glob("*.py") if path.stem != "__init__")


def closure(root: Path, module: str) -> frozenset[Path]:
    """Return the files below `plugins/module_utils` that a module needs, as Ansible finds them.

    Every import statement counts, wherever it stands. With a file go the `__init__.py` of the packages around it.
    """
    utils = root / "plugins" / "module_utils"
    found: set[Path] = set()
    rest = [root / "plugins" / "modules" / f"{module}.py"]
    while rest:
        new = {each for each in imported(rest.pop(), root) if each.is_relative_to(utils)} - found
        found |= new
        rest += new
    return frozenset(found)


def imported(path: Path, root: Path) -> Iterator[Path]:
    """Return the files of a checkout that the imports of a file lead to."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(_below(root, alias.name.split(".")))
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".") if node.module else []
            base = path.parents[node.level - 1].joinpath(*parts) if node.level else _below(root, parts)
            yield from _files(base)
            for alias in node.names:
                yield from _files(base / alias.name if base else None)


def _below(root: Path, parts: list[str]) -> Path | None:
    """Return where a module of the collection lies; None for a module of others."""
    own = len(_COLLECTION)
    return root.joinpath(*parts[own:]) if tuple(parts[:own]) == _COLLECTION else None


def _files(module: Path | None) -> Iterator[Path]:
    """Return the files of a module or package: its own, and those of the packages around it."""
    if module is None:
        return
    own = [path for path in (module.with_suffix(".py"), module / "__init__.py") if path.is_file()]
    yield from own
    if own:
        yield from (parent / "__init__.py" for parent in module.parents if (parent / "__init__.py").is_file())


def own_bytes(root: Path, names: Sequence[str] = ()) -> dict[str, int]:
    """Return how many bytes the collection's own files take in what Ansible ships for modules, or for all.

    That is by how much it exceeds what is shipped for `ansible.builtin.ping`, before it is encoded as text. A module that
    runs in the controller alone has 0.
    """
    with _shown_as_collection(root) as shown:
        folder = shown / "plugins" / "modules"
        programs = {name: built(folder / f"{name}.py", f"sitemesh.skupper.{name}") for name in names or modules(root)}
    return {name: sum(_own_files(program)) for name, program in programs.items()}


def _own_files(program: bytes) -> Iterator[int]:
    """Yield the compressed size of each file of the collection in the archive within a program, if there is one."""
    archive = max(_ENCODED.findall(program), key=len, default=b"")
    if archive:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(archive))) as files:
            yield from (each.compress_size for each in files.infolist() if "/".join(_COLLECTION) in each.filename)


def built(path: Path, name: str) -> bytes:
    """Return the program that Ansible sends to a host for a module."""
    loader = DataLoader()
    made: Any = module_common.modify_module(
        module_name=name,
        module_path=str(path),
        module_args={},
        templar=Templar(loader=loader, variables={}),
        task_vars={"ansible_python_interpreter": "/usr/bin/python3"},
        module_compression="ZIP_DEFLATED",
    )
    # ansible-core before 2.19 returns a tuple.
    data: bytes = made[0] if isinstance(made, tuple) else made.b_module_data
    return data


@contextmanager
def _shown_as_collection(root: Path) -> Iterator[Path]:
    """Let Ansible find a checkout as the collection, for as long as it lasts."""
    with tempfile.TemporaryDirectory() as scratch:
        link = Path(scratch).joinpath(*_COLLECTION)
        link.parent.mkdir(parents=True)
        link.symlink_to(root)
        finder = _AnsibleCollectionFinder(paths=[scratch])
        finder._install()
        try:
            yield link
        finally:
            finder._remove()


if __name__ == "__main__":
    print(json.dumps(own_bytes(Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT, sys.argv[2:])))
