# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin on two clusters that hold sites and on some that can't be read, as commands use it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import Site, Testbed
from tests import probes
from tests.harness import EVERY_CORE, Ansible, RequestLog, SharedUser, rule
from tests.harness.ansible_cores import ROOT
from tests.harness.users import TASK_RULES
from tests.integration.inventory.unreachable_servers import nowhere, silent

GUIDE = ROOT / "docs" / "inventory.md"
# All that the plugin asks for, and what linking takes.
RULES = (*TASK_RULES, rule("configmaps", "list"))


def examples(language: str) -> list[str]:
    """The blocks of the guide in a language."""
    parts = GUIDE.read_text(encoding="utf-8").split(f"```{language}\n")[1:]
    return [part.partition("```")[0] for part in parts]


@dataclass(frozen=True)
class Folder:
    """A folder with an inventory file, as a user has one."""

    path: Path
    ansible: Ansible

    def inventory(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Write the file and run ansible-inventory on it."""
        self.write(options)
        return subprocess.run(
            [self.ansible.core.program("ansible-inventory"), "-i", "skupper_sites.yml", *(arguments or ("--list",))],
            cwd=self.path,
            env=self.ansible.environment(self.path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )

    def write(self, options: Any) -> Path:
        """Write the inventory file."""
        file = self.path / "skupper_sites.yml"
        file.write_text(yaml.safe_dump({"plugin": "sitemesh.skupper.skupper_sites", **options}), encoding="utf-8")
        return file

    def texts(self) -> str:
        """Everything in the folder but the kubeconfigs."""
        files = [path for path in self.path.rglob("*") if path.is_file() and path.suffix != ".kubeconfig"]
        return "\n".join(path.read_text(errors="replace") for path in files)


@pytest.fixture
def folder(ansible: Ansible, tmp_path: Path) -> Folder:
    """An empty one."""
    path = tmp_path / "inventory"
    path.mkdir()
    (path / "ansible.cfg").touch()
    return Folder(path, ansible)


@pytest.fixture(scope="module")
def surveyor(bed: Testbed) -> SharedUser:
    """A user who may find sites everywhere and link them."""
    return SharedUser.make(bed, "surveyor", RULES)


def credentials(*kubeconfigs: Path) -> set[str]:
    """Everything in kubeconfigs that must not be seen."""
    users = [entry["user"] for path in kubeconfigs for entry in yaml.safe_load(path.read_text())["users"]]
    return {value for user in users for key, value in user.items() if key in ("token", "client-key-data")}


def values(document: Any) -> Any:
    """A listing without the marks that it sets on what comes from outside."""
    if isinstance(document, dict):
        return (
            document["__ansible_unsafe"]
            if set(document) == {"__ansible_unsafe"}
            else {key: values(value) for key, value in document.items()}
        )
    return [values(each) for each in document] if isinstance(document, list) else document


def hosts(listing: str) -> dict[str, dict[str, Any]]:
    """The variables of the hosts."""
    found: dict[str, dict[str, Any]] = values(json.loads(listing)["_meta"]["hostvars"])
    return found


def of_sites(found: dict[str, dict[str, Any]], *sites: Site) -> list[str]:
    """The names of the hosts that sites are; AssertionError if one is none, or two."""
    by_id = {values["skupper_site"]["site_id"]: name for name, values in found.items()}
    assert len(by_id) == len(found)
    return [by_id[site.site_id] for site in sites]


def all_ids(bed: Testbed) -> set[str]:
    """Ids of all sites in all clusters, as the API servers list them."""
    maps = [item for cluster in bed.clusters for item in cluster.api.list("v1", "configmaps")]
    return {item["metadata"]["uid"] for item in maps if item["metadata"]["name"] == "skupper-site"}


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_clusters_that_answer_and_others(
    folder: Folder, bed: Testbed, surveyor: SharedUser, west: Site, east: Site
) -> None:
    """Sites of two clusters are hosts; dead, silent, denied and broken ones are warnings; no credential is shown."""
    for user in surveyor.users:
        shutil.copy(user.kubeconfig, folder.path / f"{user.kubeconfig.parent.parent.name}.kubeconfig")
    denied = bed.clusters[0].user(f"nobody-{west.name}", [], namespace=west.namespace).kubeconfig
    shutil.copy(denied, folder.path / "denied.kubeconfig")
    (folder.path / "broken.kubeconfig").write_text("{", encoding="utf-8")
    with silent() as quiet:
        nowhere(folder.path / "dead.kubeconfig", "dead", 9)
        nowhere(folder.path / "quiet.kubeconfig", "quiet", quiet)
        done = folder.inventory(kubeconfigs=["*.kubeconfig"], timeout=2)
    listing = json.loads(done.stdout)
    found = hosts(done.stdout)
    public, private = of_sites(found, west, east)
    assert public == f"{west.cluster.name}-{west.namespace}"
    assert {each["skupper_site"]["site_id"] for each in found.values()} <= all_ids(bed)
    assert found[private]["skupper_namespace"] == east.namespace
    assert found[private]["skupper_context"] == east.cluster.name
    assert found[private]["skupper_kubeconfig"].endswith(".kubeconfig")
    assert public in listing["skupper_public"]["hosts"]
    assert private in listing["skupper_private"]["hosts"]
    assert {public, private} <= set(listing["skupper_version_1_9_6"]["hosts"])
    assert list(found) == sorted(found)
    warned = " ".join(done.stderr.split())
    for trouble in ("context dead", "context quiet", "denied.kubeconfig", "broken.kubeconfig"):
        assert trouble in warned
    assert "within 2 seconds" in warned
    assert "not allowed (403)" in warned
    for secret in credentials(*(path for path in folder.path.glob("*.kubeconfig") if path.name != "broken.kubeconfig")):
        assert secret not in done.stdout + done.stderr


def test_least_rights(folder: Folder, bed: Testbed, east: Site) -> None:
    """The Role of the guide is enough for the site of the context's own namespace."""
    (role,) = [found for found in map(yaml.safe_load, examples("yaml")) if found.get("kind") == "Role"]
    user = east.cluster.user(f"guest-{east.name}", role["rules"], namespace=east.namespace)
    done = folder.inventory(kubeconfigs=[str(user.kubeconfig)])
    (found,) = hosts(done.stdout).values()
    assert found["skupper_site"]["site_id"] == east.site_id
    assert None not in (found["skupper_site"]["version"], found["skupper_site"]["exposure"])
    assert "WARNING" not in done.stderr


def test_playbooks_run_on_it(folder: Folder, surveyor: SharedUser, west: Site, east: Site, bed: Testbed) -> None:
    """link_sites links what was found; then it is one network. A cache spares the requests until it is flushed."""
    kubeconfigs = [str(user.kubeconfig) for user in surveyor.users]
    where = {"kubeconfigs": kubeconfigs, "namespaces": [west.namespace, east.namespace]}
    file = folder.write({**where, "hostname": "skupper_site.name"})
    arguments = ["-i", str(file)]
    folder.ansible.start("sitemesh.skupper.link_sites", arguments, inventory={}).wait().succeeded()
    assert [each.peer for each in probes.connections(east)] == [west.site_id]
    west.wait_linked(east, "incoming")

    cached = yaml.safe_load(examples("yaml")[2]) | where
    watched = RequestLog(bed, surveyor)
    listing = json.loads(folder.inventory(**cached).stdout)
    assert 0 < len(watched.requests(west, east)) <= 8
    names = of_sites(hosts(json.dumps(listing)), west, east)
    (network,) = [name for name in listing if name.startswith("skupper_network_")]
    assert sorted(listing[network]["hosts"]) == sorted(names)
    assert network == "skupper_network_" + min(names).replace("-", "_")
    assert listing["ingress_none"]["hosts"] == [names[1]]
    assert "without_links" not in listing
    assert listing["_meta"]["hostvars"][names[0]]["skupper_link_cost"] == 1

    resting = RequestLog(bed, surveyor)
    assert json.loads(folder.inventory(**cached).stdout) == listing
    assert resting.requests() == []
    assert list((folder.path / "cache").iterdir())
    assert not [secret for secret in credentials(*map(Path, kubeconfigs)) if secret in folder.texts()]
    folder.inventory("--list", "--flush-cache", **cached)
    assert resting.requests() != []


def test_strict(folder: Folder, surveyor: SharedUser, west: Site) -> None:
    """An expression that fails is passed over, unless strict is set; a mistake in hostname always fails."""
    options = {"kubeconfigs": [str(surveyor.users[0].kubeconfig)], "namespaces": [west.namespace]}
    wrong = {"compose": {"made": "skupper_site.nothing.at_all"}}
    assert len(hosts(folder.inventory(**options, **wrong).stdout)) == 1
    for mistaken in ({**wrong, "strict": True}, {"hostname": "skupper_site.nothing.at_all"}, {"timeout": 0}):
        done = folder.inventory(**options, **mistaken)
        assert hosts(done.stdout) == {}
        assert "Failed to parse" in done.stderr


@pytest.fixture
def manual(ansible: Ansible) -> str:
    """What ansible-doc says of the plugin."""
    command = [ansible.core.program("ansible-doc"), "-t", "inventory", "-j", "sitemesh.skupper.skupper_sites"]
    home = ansible.directory / "doc"
    home.mkdir(parents=True)
    (home / "ansible.cfg").touch()
    done = subprocess.run(
        command, env=ansible.environment(home), capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def samples(text: str) -> Iterator[str]:
    """The examples of a manual page: one document, and others as comments below titles of their own."""
    for block in text.strip().split("\n\n"):
        _title, *lines = block.splitlines()
        yield "\n".join(line.removeprefix("# ") for line in lines)


def test_documentation(manual: str) -> None:
    """Every option of every example is one that there is."""
    (told,) = json.loads(manual).values()
    known = set(told["doc"]["options"])
    shown = [*map(yaml.safe_load, (*samples(told["examples"]), *examples("yaml")))]
    inventories = [example for example in shown if "plugin" in example]
    assert len(inventories) == 6
    assert all(set(example) <= known for example in inventories)
