# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every snippet of the guides, run from top to bottom as a reader would, on sites of the names that the guides use."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests.harness import NEWEST, ROOT
from tests.harness.ansible_cores import COLLECTIONS
from tests.integration.docs.snippets import Command, File, Plays, Step, blocks, missing, steps
from tools.stage import content, stage

HERE = Path(__file__).parent
GUIDES = ("tokens.md", "revocation.md", "day2.md", "migrating.md", "awx.md", "permissions.md")
# Pages whose snippets are run elsewhere, or show what a reader meets in guides that are.
ELSEWHERE = {
    "README.md": "test_quick_start, and the demo",
    "CONTRIBUTING.md": "the commands that run the tests",
    "extensions/molecule/README.md": "tests/integration/molecule",
    "testbed/README.md": "tests/integration/testbed",
    "roles/mesh/README.md": "tests/integration/roles",
    "roles/revoke/README.md": "tests/integration/roles",
    "roles/status/README.md": "tests/integration/roles",
    "docs/troubleshooting.md": "tests/integration/modules",
    "docs/direction.md": "tests/integration/roles",
    "docs/status.md": "tests/integration/roles",
    "docs/inventory.md": "tests/integration/inventory",
    "docs/conformance.md": "tests/conformance",
}
LIMIT = 300.0  # seconds for one command


@dataclass
class Reader:
    """A reader with a kubeconfig for both clusters, an empty folder, and a guide."""

    bed: Testbed
    sites: Mapping[str, Site]
    home: Path
    collections: Path = COLLECTIONS

    def follow(self, page: Path) -> None:
        """Do all that a page says."""
        for step in steps(page):
            self.do(step)

    def do(self, step: Step) -> None:
        """Do one thing that a page says."""
        if isinstance(step, File):
            path = self.home / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        elif isinstance(step, Plays):
            (self.home / "tasks.yml").write_text(json.dumps(step.plays), encoding="utf-8")
            self.run(Command("ansible-playbook tasks.yml"))
        else:
            self.run(step)

    def run(self, command: Command) -> str:
        """Type a command, and read what it says."""
        words = ["bash", "-euo", "pipefail", "-c", command.text]
        done = subprocess.run(
            words, cwd=self.home, env=self.environment(), capture_output=True, text=True, timeout=LIMIT, check=False
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"{command.text}\n{output}"
        assert missing(command.output, output) == [], f"{command.text}\n{output}"
        return output

    def environment(self) -> dict[str, str]:
        """Return the environment of a user who has installed the collection, and has a kubectl of some kind."""
        return {
            "PATH": f"{HERE / 'bin'}:{Path(NEWEST.python).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "KUBECONFIG": str(self.bed.kubeconfig),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_HOME": str(self.home / ".ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_NOCOLOR": "1",
        }


@pytest.fixture(scope="module")
def bed() -> Iterator[Testbed]:
    """The two clusters of the guides."""
    with Testbed.up(clusters=["public-cluster", "private-cluster"], pace=0.02) as running:
        yield running


@pytest.fixture(scope="module")
def sites(bed: Testbed) -> dict[str, Site]:
    """Their sites."""
    hub, shop, kiosk = bed.add_sites(
        {"name": "hub"},
        {"name": "shop", "cluster": 1, "ingress": "none"},
        {"name": "kiosk", "cluster": 1, "ingress": "none"},
    )
    return {"hub": hub, "shop": shop, "kiosk": kiosk}


@pytest.fixture
def reader(bed: Testbed, sites: dict[str, Site], tmp_path: Path) -> Reader:
    """The reader who follows a guide, with sites that are not linked."""
    for site in sites.values():
        for secret in site.cluster.api.list("v1", "secrets", site.namespace, label_selector="skupper.io/type"):
            site.cluster.api.delete("v1", "secrets", site.namespace, secret["metadata"]["name"])
    hub = sites["hub"]
    hub.wait(lambda: not any(site.linked(hub) for site in sites.values()), "the links to be gone")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    return Reader(bed, sites, tmp_path)


def linked_by_hand(sites: Mapping[str, Site]) -> None:
    """Link the shop as the command line would have."""
    sites["shop"].link(sites["hub"].token("by-hand"))
    sites["shop"].wait_linked(sites["hub"])


BEFORE: Mapping[str, Callable[[Mapping[str, Site]], None]] = {"migrating.md": linked_by_hand}


@pytest.mark.thorough
@pytest.mark.parametrize("page", GUIDES)
def test_guide(reader: Reader, page: str) -> None:
    if page in BEFORE:
        BEFORE[page](reader.sites)
    reader.follow(ROOT / "docs" / page)


def test_quick_start(reader: Reader) -> None:
    """The README's part for one's own clusters, from a checkout, with nothing installed but by its own commands."""
    checkout = stage(reader.home / "elsewhere")
    collections = reader.home / "collections"
    taken = [step for step in steps(ROOT / "README.md") if not (isinstance(step, Command) and "make " in step.text)]
    user = Reader(reader.bed, reader.sites, checkout, collections)
    for step in taken:
        user.do(step)
    assert (collections / "ansible_collections" / "sitemesh" / "skupper" / "MANIFEST.json").is_file()
    assert reader.sites["shop"].linked(reader.sites["hub"])


def runnable(page: Path) -> bool:
    """Whether there is anything on a page that could be run."""
    return any(block.language != "text" for block in blocks(page))


def test_every_page_with_snippets_is_followed() -> None:
    """Here, or where the table says."""
    pages = [name for name in content() if name.endswith(".md") and runnable(ROOT / name)]
    left_out = [name for name in pages if name not in ELSEWHERE and name.removeprefix("docs/") not in GUIDES]
    assert left_out == []
