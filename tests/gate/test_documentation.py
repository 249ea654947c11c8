# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is documented is what there is: options of modules and roles, inventory variables, the content of the collection."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.variables import DISCOVERED, SETTABLE, meant_by

from tests.gate.checks import check
from tools.envs import COLLECTIONS, ROOT
from tools.specs import MODULES, reaches_site, spec_of

Options = Mapping[str, Mapping[str, Any]]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
OTHERS = {kind: sorted((ROOT / "plugins" / kind).glob("[a-z]*.py")) for kind in ("inventory", "filter")}


@functools.cache
def ansible_doc(kind: str, *names: str) -> dict[str, Any]:
    """What ansible-doc says of plugins or roles of the collection."""
    extra = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    words = ("--type", kind, "--json", *(f"sitemesh.skupper.{name}" for name in names))
    found: dict[str, Any] = json.loads(check("newest", "ansible-doc", *words, extra=extra))
    return {name.removeprefix("sitemesh.skupper."): told for name, told in found.items()}


def differences(documented: Options, real: Options, place: str = "") -> Iterator[str]:
    """Where documented options and those of an argument spec differ."""
    for name in sorted({*documented, *real}):
        where = f"{place}{name}"
        if name not in documented or name not in real:
            yield f"{where}: documented {name in documented}, there {name in real}"
            continue
        told, meant = documented[name], real[name]
        for key, blank in {"type": "str", "default": None, "elements": None, "required": False}.items():
            if told.get(key, blank) != meant.get(key, blank):
                yield f"{where}.{key}: documented {told.get(key, blank)!r}, it is {meant.get(key, blank)!r}"
        for key in ("choices", "aliases"):
            if sorted(told.get(key) or ()) != sorted(meant.get(key) or ()):
                yield f"{where}.{key}: documented {told.get(key)!r}, it is {meant.get(key)!r}"
        yield from differences(
            told.get("suboptions") or told.get("options") or {}, meant.get("options") or {}, f"{where}."
        )


@pytest.mark.parametrize("name", MODULES)
def test_options_of_modules(name: str) -> None:
    documented = ansible_doc("module", *MODULES)[name]["doc"]
    spec = spec_of(name)
    assert list(differences(documented["options"], spec.options)) == []


@pytest.mark.parametrize("name", MODULES)
def test_variables_of_the_environment(name: str) -> None:
    """Each one that an option falls back to is named in its description."""
    documented = ansible_doc("module", *MODULES)[name]["doc"]["options"]
    spec = spec_of(name)
    untold = [
        variable
        for option, meant in spec.options.items()
        for variable in (meant["fallback"][1] if "fallback" in meant else ())
        if variable not in json.dumps(documented[option]["description"])
    ]
    assert untold == []


@pytest.mark.parametrize("name", MODULES)
def test_what_modules_return_has_samples(name: str) -> None:
    """And says when it is returned, down to the last leaf."""
    told = ansible_doc("module", *MODULES)[name]["return"]
    assert list(incomplete(told)) == []


def incomplete(values: Options, place: str = "") -> Iterator[str]:
    """Values that are told without a type, a time or a sample."""
    for name, value in values.items():
        for key in ("type", "returned", "description"):
            if not value.get(key):
                yield f"{place}{name}: {key}"
        if "sample" not in value and "contains" not in value:
            yield f"{place}{name}: sample"
        yield from incomplete(value.get("contains") or {}, f"{place}{name}.")


@pytest.mark.parametrize("name", ROLES)
def test_options_of_roles(name: str) -> None:
    """Every option has a default or is optional, and every default is an option."""
    options = ansible_doc("role", *ROLES)[name]["entry_points"]["main"]["options"]
    defaults = yaml.safe_load((ROOT / "roles" / name / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert sorted(set(defaults) - set(options)) == []
    promised = [option for option, told in options.items() if told.get("required") or told.get("default") is not None]
    assert sorted(set(promised) - set(defaults)) == []


def test_other_plugins_are_told_of() -> None:
    for kind, found in OTHERS.items():
        names = [path.stem for path in found]
        assert not names or sorted(ansible_doc(kind, *names)) == names


@pytest.mark.parametrize("name", ROLES)
def test_inventory_variables(name: str) -> None:
    """What a role takes from the inventory is in its README, or in that of role mesh, which the others build on."""
    defaults = (ROOT / "roles" / name / "defaults" / "main.yml").read_text(encoding="utf-8")
    taken = set(re.findall(r"\bskupper_[a-z_]+", defaults))
    told = "".join((ROOT / "roles" / each / "README.md").read_text(encoding="utf-8") for each in (name, "mesh"))
    assert sorted(variable for variable in taken if f"`{variable}`" not in told) == []


def test_inventory_variables_are_taken() -> None:
    """No README tells of a variable that nothing reads."""
    sources = [*(ROOT / "roles").rglob("*.yml"), *(ROOT / "playbooks").glob("*.yml")]
    read = set(re.findall(r"\bskupper_[a-z_]+", "".join(path.read_text(encoding="utf-8") for path in sources)))
    told = {
        variable
        for name in ROLES
        for line in (ROOT / "roles" / name / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `skupper_")
        for variable in re.findall(r"`(skupper_[a-z_]+)`", line.split("|")[1])
    }
    assert sorted(told - read) == []


def test_known_variables_are_those_that_are_read() -> None:
    """What roles and playbooks read is what misspelled variables are compared with."""
    sources = [*(ROOT / "roles").rglob("*.*"), *(ROOT / "playbooks").glob("*.yml")]
    texts = [path.read_text(encoding="utf-8") for path in sources if path.suffix in (".yml", ".j2")]
    read = set(re.findall(r"\bskupper_[a-z_]+", "".join(texts))) - {*MODULES, "skupper_sites"}
    assert read == SETTABLE | {"skupper_sites_missing"}
    inventory = (ROOT / "plugins" / "plugin_utils" / "_inventory.py").read_text(encoding="utf-8")
    assert [name for name in DISCOVERED if f'"{name}"' not in inventory] == []


def test_known_variables_are_documented() -> None:
    """Each has a row in the README of a role; those that options of a role default to are named in its options, too."""
    readmes = "".join((ROOT / "roles" / name / "README.md").read_text(encoding="utf-8") for name in ROLES)
    rows = [line.split("|")[1] for line in readmes.splitlines() if line.startswith("| `skupper_")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == SETTABLE
    specs = "".join(
        (ROOT / "roles" / name / "meta" / "argument_specs.yml").read_text(encoding="utf-8") for name in ROLES
    )
    # The one is a keyword of the playbooks, the other is read from other hosts.
    assert set(re.findall(r"C\((skupper_\w+)\)", specs)) == SETTABLE - {"skupper_serial", "skupper_place"}


def test_no_guide_misspells_a_variable() -> None:
    """But where that is what it is about."""
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "roles").rglob("*.md"),
        *ROOT.glob("examples/*"),
    ]
    words = {word for page in pages for word in re.findall(r"\bskup\w+", page.read_text(encoding="utf-8"))}
    assert {word for word in words if meant_by(word)} == {"skupper_exposre"}


def test_the_readme_lists_what_there_is() -> None:
    """Filters may be told of together, as `status_*`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = {
        (kind, name.rpartition(".")[2])
        for kind, name in re.findall(r"^\| (\w+) `([\w.]+)` \|", text, flags=re.MULTILINE)
    }
    there = {("module", name) for name in MODULES} | {("role", name) for name in ROLES}
    there |= {("playbook", name) for name in PLAYBOOKS} | {("inventory", path.stem) for path in OTHERS["inventory"]}
    assert {(kind, name) for kind, name in rows if kind in {"module", "role", "playbook", "inventory"}} == there
    patterns = re.findall(r"`([\w*]+)`", text)
    untold = [path.stem for path in OTHERS["filter"] if not any(fnmatch(path.stem, each) for each in patterns)]
    assert untold == []


def test_the_rights_of_every_module_are_documented() -> None:
    """Each has a row in the table of the guide, with its Role."""
    guide = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| `skupper_")]
    assert [name for name in MODULES if reaches_site(name) and not any(f"`{name}`" in row for row in rows)] == []


def test_the_architecture_names_files_that_exist() -> None:
    """Below module_utils, or below the root of the repository."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    # The names of annotations have a dot before the slash, and room _v2 is still to be made.
    names = set(re.findall(r"`((?!_v2/)\w+/[\w./-]*\w)`", text))
    folders = (ROOT, ROOT / "plugins" / "module_utils")
    assert len(names) > 50
    assert sorted(name for name in names if not any((folder / name).exists() for folder in folders)) == []


def test_the_threat_model_names_tests_that_exist() -> None:
    """Each as a file below tests, or below the unit tests of the plugins, and a function in it."""
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    folders = (ROOT / "tests", ROOT / "tests" / "unit" / "plugins" / "module_utils")
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", text)
    assert named
    wrong = [
        f"{file}::{function}"
        for file, function in named
        if not any(
            (folder / file).is_file() and f"def {function}" in (folder / file).read_text(encoding="utf-8")
            for folder in folders
        )
    ]
    assert wrong == []
