# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import contracts of .importlinter hold, and each of them is seen to fail on an import it forbids."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gate import checks
from tools.envs import COLLECTIONS, ROOT
from tools.stage import content

pytestmark = pytest.mark.quick

CONTRACT = "importlinter:contract:"
ROOMS = ["_model", "_v1", "_pki", "_view", "_plan", "_kube", "_probe", "_site", "_module"]


def lint(collections: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on a tree."""
    path = f"{collections}{os.pathsep}{root}"
    return checks.run("newest", "lint-imports", "--no-cache", cwd=root, extra={"PYTHONPATH": path})


def contracts() -> dict[str, configparser.SectionProxy]:
    """The contracts by their ids."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return {name.removeprefix(CONTRACT): parser[name] for name in parser.sections() if name.startswith(CONTRACT)}


def findings(output: str) -> str:
    """The broken contracts with their imports, without the list of those kept."""
    return output.partition("Broken contracts")[2].strip(" \n-")


def test_contracts_hold() -> None:
    """No room imports what it must not."""
    done = lint(COLLECTIONS, ROOT)
    if done.returncode:
        pytest.fail(findings(done.stdout) or done.stdout, pytrace=False)


def test_every_plugin_is_in_a_room() -> None:
    """Each Python file of plugins/ lies in a package that has a contract."""
    rooms = [section["room"].strip("/") + "/" for section in contracts().values()]
    files = [
        name.removeprefix("plugins/") for name in content() if name.startswith("plugins/") and name.endswith(".py")
    ]
    assert [name for name in files if not name.startswith(tuple(rooms))] == []


@dataclass(frozen=True)
class Case:
    """A contract, the directory of its room, statements that it allows and statements that it refuses."""

    contract: str
    room: str
    allowed: tuple[str, ...]
    refused: tuple[str, ...]


def rooms(*names: str) -> tuple[str, ...]:
    """An import of each of the named rooms, as a neighbour writes it."""
    return tuple(f"from .. import {name}" for name in names)


def inner_rooms(*names: str) -> tuple[str, ...]:
    """An import of each of the named rooms, as a room within a room writes it."""
    return tuple(f"from ...{name} import planted" for name in names)


def far_rooms(*names: str) -> tuple[str, ...]:
    """An import of each of the named rooms, as a module or another plugin writes it."""
    return tuple(f"from ..module_utils.{name} import planted" for name in names)


def other_rooms(*names: str) -> list[str]:
    """All rooms but the named ones."""
    return [room for room in ROOMS if room not in names]


ANSIBLE = ("from ansible.module_utils.basic import AnsibleModule", "from ansible.errors import AnsibleError")
CLOCK, CHANCE = ("import time",), ("import random", "import secrets")
FILES_AND_NETWORK = ("import os", "from pathlib import Path", "import socket", "import subprocess")
COLLECTION = (
    "from ansible_collections.sitemesh.skupper.plugins.module_utils._model import planted",
    "from plugins.module_utils._model import planted",
)

CASES = [
    Case(
        "model",
        "plugins/module_utils/_model",
        ("import datetime", "from . import planted2"),
        (*rooms(*other_rooms("_model")), *ANSIBLE, *CLOCK, *CHANCE, *FILES_AND_NETWORK, "import cryptography"),
    ),
    Case(
        "v1_objects",
        "plugins/module_utils/_v1/objects",
        inner_rooms("_model", "_v1.rules"),
        (*inner_rooms(*other_rooms("_v1", "_model")), *ANSIBLE, *CLOCK, *FILES_AND_NETWORK, "import kubernetes"),
    ),
    Case(
        "v1_rules",
        "plugins/module_utils/_v1/rules",
        (*inner_rooms("_model"), "import re2"),
        (
            *inner_rooms(*other_rooms("_v1", "_model"), "_v1.objects"),
            *(*ANSIBLE, *CLOCK, *CHANCE, *FILES_AND_NETWORK),
        ),
    ),
    Case(
        "v1",
        "plugins/module_utils/_v1",
        rooms("_kube", "_pki", "_model"),
        (*rooms("_module", "_plan", "_probe", "_site", "_view"), *ANSIBLE, "import kubernetes"),
    ),
    Case(
        "pki",
        "plugins/module_utils/_pki",
        (*rooms("_model"), "import cryptography.x509"),
        (*rooms(*other_rooms("_pki", "_model")), *ANSIBLE, *CLOCK, *FILES_AND_NETWORK),
    ),
    Case(
        "view",
        "plugins/module_utils/_view",
        rooms("_model", "_pki"),
        (*rooms(*other_rooms("_view", "_model", "_pki")), *ANSIBLE, *CLOCK, *CHANCE, *FILES_AND_NETWORK),
    ),
    Case(
        "plan",
        "plugins/module_utils/_plan",
        rooms("_model", "_pki", "_view"),
        (*rooms(*other_rooms("_plan", "_model", "_pki", "_view")), *ANSIBLE, *CLOCK, *CHANCE, *FILES_AND_NETWORK),
    ),
    Case(
        "view",
        "plugins/module_utils/_view",
        rooms("_model", "_pki"),
        (*rooms(*other_rooms("_view", "_model", "_pki")), *ANSIBLE, *CLOCK, *CHANCE, *FILES_AND_NETWORK),
    ),
    Case(
        "kube",
        "plugins/module_utils/_kube",
        (*rooms("_model"), "import kubernetes.config", "import time", "import ssl"),
        (*rooms(*other_rooms("_kube", "_model")), *ANSIBLE),
    ),
    Case(
        "probe",
        "plugins/module_utils/_probe",
        (*rooms("_model", "_pki"), "import socket", "import ssl"),
        (*rooms(*other_rooms("_probe", "_model", "_pki")), *ANSIBLE, "import kubernetes", "import urllib3"),
    ),
    Case(
        "site",
        "plugins/module_utils/_site",
        rooms("_kube", "_plan", "_pki", "_probe", "_model"),
        (*rooms("_module", "_v1", "_view"), *ANSIBLE, "import kubernetes"),
    ),
    Case(
        "generations",
        "plugins/module_utils/_site/generations",
        inner_rooms("_kube", "_model", "_pki", "_v1"),
        (*inner_rooms(*other_rooms("_kube", "_model", "_pki", "_v1", "_site")), *ANSIBLE, "import kubernetes"),
    ),
    Case(
        "module",
        "plugins/module_utils/_module",
        (*rooms(*other_rooms("_module", "_v1")), ANSIBLE[0]),
        (*rooms("_v1"), ANSIBLE[1], "from ...action import planted"),
    ),
    Case(
        "modules",
        "plugins/modules",
        (*far_rooms("_module", "_model"), ANSIBLE[0]),
        (*far_rooms(*other_rooms("_module", "_model")), ANSIBLE[1], "import kubernetes"),
    ),
    Case(
        "action",
        "plugins/action",
        (*far_rooms("_module", "_model"), "from ..plugin_utils._action import planted", *ANSIBLE),
        (*far_rooms(*other_rooms("_module", "_model")), "from ..plugin_utils import planted", "import kubernetes"),
    ),
    Case(
        "action_base",
        "plugins/plugin_utils/_action",
        ("from ...module_utils._module import planted", "from ...module_utils._model import planted", *ANSIBLE),
        (
            *(f"from ...module_utils.{room} import planted" for room in other_rooms("_module", "_model")),
            "import kubernetes",
        ),
    ),
    Case(
        "filter",
        "plugins/filter",
        (*far_rooms("_plan", "_view", "_model"), *ANSIBLE),
        far_rooms(*other_rooms("_plan", "_view", "_model")),
    ),
    Case(
        "plugin_utils",
        "plugins/plugin_utils",
        (*far_rooms("_plan", "_view", "_model"), *ANSIBLE),
        far_rooms(*other_rooms("_plan", "_view", "_model")),
    ),
    Case(
        "status",
        "plugins/plugin_utils/_status",
        ("import html", "from . import planted2", "from ...module_utils._model import planted"),
        (
            *(f"from ...module_utils.{room} import planted" for room in other_rooms("_model")),
            *ANSIBLE,
            *CLOCK,
            *CHANCE,
            *FILES_AND_NETWORK,
        ),
    ),
    Case(
        "inventory",
        "plugins/inventory",
        (*far_rooms("_site", "_view", "_model"), *ANSIBLE),
        far_rooms(*other_rooms("_site", "_view", "_model")),
    ),
    Case("doc_fragments", "plugins/doc_fragments", (), (*far_rooms("_model"), *ANSIBLE)),
    Case(
        "testbed",
        "testbed",
        ("import yaml", "from . import planted2"),
        (*COLLECTION, "import tests.unit.planted"),
    ),
    Case("probes", "tests/probes", ("import yaml", "from testbed import planted"), COLLECTION),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree of the same shape with the contracts of the real one: every package holds two modules."""
    root = tmp_path / "ansible_collections" / "sitemesh" / "skupper"
    for package in [*{case.room for case in CASES}, "tests/unit", "tools"]:
        (root / package).mkdir(parents=True, exist_ok=True)
        for name in ("planted.py", "planted2.py"):
            (root / package / name).write_text("")
    (root / "tests" / "gate").mkdir()
    for name in (".importlinter", "tests/gate/rooms.py"):
        shutil.copy(ROOT / name, root / name)
    return root


def test_every_contract_has_a_case() -> None:
    """No contract is left untried."""
    assert {case.contract for case in CASES} == contracts().keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.contract)
def test_contract_catches_planted_imports(tree: Path, case: Case) -> None:
    """Imports that a room may have pass; with those it must not have, its contract breaks and names each of them."""
    planted = tree / case.room / "planted.py"
    planted.write_text("\n".join(case.allowed))
    done = lint(tree.parents[2], tree)
    assert done.returncode == 0, done.stdout

    planted.write_text("\n".join([*case.allowed, *case.refused]))
    done = lint(tree.parents[2], tree)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.endswith(" BROKEN")] == [
        f"{contracts()[case.contract]['name']} BROKEN"
    ]
    first = len(case.allowed) + 1
    named = {
        line.split(" ")[0].rpartition(":")[2] for line in findings(done.stdout).splitlines() if " imports " in line
    }
    assert named >= {str(number) for number in range(first, first + len(case.refused))}
