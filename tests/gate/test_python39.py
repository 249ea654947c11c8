# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything in plugins/ imports on Python 3.9 with its real dependencies."""

from __future__ import annotations

import pytest

from tests.gate.checks import check
from tools.envs import COLLECTIONS, ENVS
from tools.stage import content

PACKAGE = "ansible_collections.sitemesh.skupper"

SCRIPT = """
import importlib
import sys
import traceback

failed = False
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        failed = True
        print(name, traceback.format_exc(limit=-1), sep=": ")
sys.exit(failed)
"""


def test_plugins_import() -> None:
    """No plugin needs a newer Python to be imported."""
    if not ENVS["py39"].stamp.is_file():
        pytest.skip("no Python 3.9 on this machine")
    files = [name for name in content() if name.startswith("plugins/") and name.endswith(".py")]
    modules = [f"{PACKAGE}.{name.removesuffix('.py').replace('/', '.')}" for name in files]
    assert modules
    check("py39", "python", "-c", SCRIPT, *modules, extra={"PYTHONPATH": str(COLLECTIONS)})
