# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the files of the collection that follow from others.

Usage: python3 tools/generate.py

They are the documentation of shared options (doc_fragments/_kube.py), the fast path of each module (action), and the action group
of all modules that reach a site (meta/runtime.yml).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.envs import COLLECTIONS, ROOT

sys.path.insert(0, str(COLLECTIONS))

from tools import option_docs
from tools.specs import MODULES, reaches_site, task_of

FRAGMENTS = ROOT / "plugins" / "doc_fragments" / "_kube.py"
RUNTIME = ROOT / "meta" / "runtime.yml"
_GROUP = "  skupper:\n"
_ACTION = '''\
# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs {module} in the controller process where that is possible. Written by `make generate`."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.{engine} import {task}
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._action import SkupperAction


class ActionModule(SkupperAction):
    """The fast path of {module}."""

    task = {task}
'''


def files() -> dict[Path, str]:
    """Return what each of these files should hold."""
    return {FRAGMENTS: option_docs.file_text(), RUNTIME: _runtime_text(), **dict(_actions())}


def _actions() -> Iterator[tuple[Path, str]]:
    for module in MODULES:
        engine = module.removeprefix("skupper_")
        if task_of(module) is not None:
            text = _ACTION.format(module=module, engine=engine, task=engine.upper())
            yield ROOT / "plugins" / "action" / f"{module}.py", text


def _runtime_text() -> str:
    """Return the file as it is, with the action group anew at its end."""
    head, group, _members = RUNTIME.read_text(encoding="utf-8").partition(_GROUP)
    return head + group + "".join(f"    - {module}\n" for module in MODULES if reaches_site(module))


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text, encoding="utf-8")
