# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the modules of the collection, and the options of each."""

from __future__ import annotations

import importlib

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.spec import Spec
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.task import Task

from tools.envs import ROOT

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
_ENGINES = "ansible_collections.sitemesh.skupper.plugins.module_utils._module"


def task_of(module: str) -> Task | None:
    """Return a module's task; None if its action plugin does all of it."""
    found = _found(module)
    return found if isinstance(found, Task) else None


def spec_of(module: str) -> Spec:
    """Return the options of a module."""
    found = _found(module)
    return found.spec if isinstance(found, Task) else found


def reaches_site(module: str) -> bool:
    """Return whether a module has the options that lead to a site."""
    return "kubeconfig" in spec_of(module).options


def _found(module: str) -> Task | Spec:
    """Return what the file of a module's engine holds under the module's name."""
    name = module.removeprefix("skupper_")
    found: Task | Spec = getattr(importlib.import_module(f"{_ENGINES}.{name}"), name.upper())
    return found
