# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Molecule scenarios of extensions/molecule, on sites that are not the testbed's own but a user's."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from testbed import Testbed
from tests.harness import NEWEST, ROOT

pytestmark = pytest.mark.thorough
SITES = {"hub": ("cluster-1", "loadbalancer"), "shop": ("cluster-2", "none"), "depot": ("cluster-1", "none")}
STEPS = ("converge", "idempotence", "verify")


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    """Three sites, and the variables that name them."""
    with Testbed.up(clusters=2, pace=0.05) as bed:
        bed.add_sites(*({"name": n, "cluster": int(c[-1]) - 1, "ingress": i} for n, (c, i) in SITES.items()))
        named = {"MOLECULE_KUBECONFIG": str(bed.kubeconfig)}
        for name, (context, _ingress) in SITES.items():
            named[f"MOLECULE_{name.upper()}_CONTEXT"] = context
            named[f"MOLECULE_{name.upper()}_NAMESPACE"] = name
        yield named


def test_all_scenarios(variables: dict[str, str], tmp_path: Path) -> None:
    """Each converges, has nothing to do when it is run again, and is seen to have done what it is for."""
    path = f"{Path(NEWEST.python).parent}:{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment = {**kept, **variables, "PATH": path, "HOME": str(tmp_path), "NO_COLOR": "1"}
    command = [NEWEST.program("molecule"), "test", "--all", "--report"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    folders = [path.parent for path in (ROOT / "extensions" / "molecule").glob("*/molecule.yml")]
    reported = dict(re.findall(r"^(\w+) *: (actions=.*)$", done.stdout + done.stderr, flags=re.MULTILINE))
    for folder in folders:
        steps = yaml.safe_load((folder / "molecule.yml").read_text(encoding="utf-8"))["scenario"]["test_sequence"]
        assert set(STEPS) <= set(steps)
        # `create` and `destroy` are reported apart.
        assert "missing=0  failed=0" in reported[folder.name], done.stdout
    assert sorted(reported) == sorted(folder.name for folder in folders)
