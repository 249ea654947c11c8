# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles mesh and revoke report in the end, as a whole: runs and check mode, with sites that fail in every way."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from testbed import Site
from tests.harness import NEWEST_AT_LEAST, Ansible, SharedUser, SitePool, host

LINK, REVOKE, EVICT = (f"sitemesh.skupper.{name}" for name in ("link_sites", "revoke_access", "evict_site"))
UNREAD = {"skupper_context": "no-such-context", "skupper_exposure": "private"}
Hosts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class FaultyMesh:
    """Sites by what becomes of them, and a host whose site can't be read."""

    ansible: Ansible
    sites: dict[str, Site]
    reader: SharedUser

    @property
    def hosts(self) -> Hosts:
        """All sites as hosts, whose names are not those of the sites."""
        return {name: host(site) for name, site in self.sites.items()}

    @property
    def faulty(self) -> Hosts:
        """All of them, one of which can't be changed, and one more that can't be read."""
        denied = {**host(self.sites["denied"]), "skupper_connection": {"kubeconfig": str(self.reader.kubeconfig)}}
        return {**self.hosts, "denied": denied, "lost": UNREAD}

    def summary(self, playbook: str, inventory: Hosts, *arguments: str, **variables: str) -> str:
        """Run a playbook, and return its summary with numbers and messages that are the same in every run."""
        extra = [each for name, value in variables.items() for each in ("-e", f"{name}={value}")]
        words = ["-e", "skupper_hosts=all", *extra, *arguments]
        run = self.ansible.start(playbook, words, inventory=inventory).wait()
        text = "\n".join(run.of("Report the outcome")[0]["msg"])
        text = re.sub(r"\bCA [0-9a-f]{16}(?![0-9a-f])", "CA #", text)
        text = re.sub(r"\d+ seconds", "N seconds", text)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "TIME", text)
        text = re.sub(r"hub is public \(ingress loadbalancer at [\d.]+\)", "hub is public", text)
        return re.sub(r"((?:denied: not linked to hub(?: again)?|lost: could not be read): ).*", r"\1WHY", text)


@pytest.fixture
def mesh(ansible: Ansible, site_pool: SitePool, reader: SharedUser) -> FaultyMesh:
    """A public site and private ones that are not linked yet."""
    made = {"hub": site_pool.public(0), **{name: site_pool.private(1) for name in ("shop", "denied", "out")}}
    return FaultyMesh(ansible, made, reader)


def check(told: str, expected: str) -> None:
    """Compare a whole summary."""
    assert told == textwrap.dedent(expected).strip()


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_summaries(mesh: FaultyMesh) -> None:
    """Links are made, one site is evicted, access to another is revoked; check mode says beforehand what would be."""
    check(
        mesh.summary(LINK, mesh.faulty, "--check"),
        """
        denied: would be linked to hub by link1 (hub is public)
        out: would be linked to hub by link1 (hub is public)
        shop: would be linked to hub by link1 (hub is public)
        lost: could not be read: WHY
        """,
    )
    check(
        mesh.summary(LINK, mesh.faulty),
        """
        denied: not linked to hub: WHY
        out: linked to hub by link1 (hub is public)
        shop: linked to hub by link1 (hub is public)
        lost: could not be read: WHY
        """,
    )
    check(mesh.summary(LINK, mesh.hosts), "denied: linked to hub by link1 (hub is public)")

    evicted = {"skupper_evict_site": "out"}
    check(
        mesh.summary(EVICT, mesh.faulty, "--check", **evicted),
        """
        hub: CA # would be replaced
        hub: would cut off denied, out, shop
        shop: would be linked to hub again
        denied: would be linked to hub again
        lost: could not be read: WHY
        out would be evicted, but not at lost
        """,
    )
    check(
        mesh.summary(EVICT, mesh.hosts, **evicted),
        """
        hub: CA # was replaced by CA #
        hub: cut off denied, out, shop
        shop: linked to hub again, N seconds after the restart was requested
        denied: linked to hub again, N seconds after the restart was requested
        hub: proved until TIME
        out is evicted
        """,
    )
    check(
        mesh.summary(EVICT, mesh.hosts, **evicted),
        """
        hub: CA # is kept
        shop: is linked to hub
        denied: is linked to hub
        hub: proved until TIME
        out is evicted
        """,
    )
    check(
        mesh.summary(LINK, mesh.faulty),
        """
        lost: could not be read: WHY
        out was evicted by hub and is not linked again: name it in skupper_readmit to readmit it, or take it out of the inventory.
        """,
    )
    check(
        mesh.summary(LINK, mesh.hosts, "--check", skupper_readmit="out"),
        "out: would be linked to hub (hub is public)",
    )

    revoked = {"skupper_revoke_site": "hub", "skupper_revoke_id": "INC-1"}
    faulty = {name: values for name, values in mesh.faulty.items() if name != "out"}
    check(
        mesh.summary(REVOKE, faulty, "--check", **revoked),
        """
        hub: CA # would be replaced
        hub: would cut off denied, shop
        shop: would be linked to hub again
        denied: would be linked to hub again
        lost: could not be read: WHY
        """,
    )
    check(
        mesh.summary(REVOKE, faulty, **revoked),
        """
        hub: CA # was replaced by CA #
        hub: cut off denied, shop
        shop: linked to hub again, N seconds after the restart was requested
        denied: not linked to hub again: WHY
        hub: proved until TIME
        lost: could not be read: WHY
        """,
    )
    check(
        mesh.summary(REVOKE, faulty, "--limit", "hub,shop", **revoked),
        """
        hub: CA # is kept
        shop: is linked to hub
        hub: proved until TIME
        denied: not part of this run
        lost: not part of this run
        """,
    )
