# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small mesh of new sites with a member that is not to be trusted, for evictions and revocations."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from testbed import Site, Testbed
from testbed.clusters import write_kubeconfig
from testbed.kube import encoded
from tests import probes
from tests.conformance.shared_sites import INTRODUCTIONS, PATIENCE, settle
from tests.harness import Ansible, Gateway, Run, SharedUser, SitePool, hosts
from tests.harness.users import TASK_RULES

REVOKE, EVICT, LINK = (f"sitemesh.skupper.{name}" for name in ("revoke_access", "evict_site", "link_sites"))
# Seconds in which a claim server is slow at most.
LATE = 90.0
_MADE = "skupper.io/claims-made"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass
class Mesh:
    """Two public sites, a private one that is wanted, and a thief's, all new."""

    bed: Testbed
    west: Site
    yard: Site
    shop: Site
    thief: Site
    ansible: Ansible
    dial: probes.Dial
    stolen: probes.StolenCredentials
    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables of all runs."""
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Variables of hosts, by their names, beside those that say where a site is."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Variables of all hosts, as group_vars have them."""

    @property
    def sites(self) -> list[Site]:
        """All four."""
        return [self.west, self.yard, self.shop, self.thief]

    @property
    def members(self) -> list[Site]:
        """The sites that are wanted."""
        return [self.west, self.yard, self.shop]

    @property
    def public(self) -> list[Site]:
        """The public sites."""
        return [self.west, self.yard]

    @classmethod
    @contextmanager
    def make(cls, site_pool: SitePool, ansible: Ansible, dial: probes.Dial) -> Iterator[Mesh]:
        """Make the sites, and delete them when they are not needed any more."""
        sites = site_pool.public(0), site_pool.public(1), site_pool.private(1), site_pool.private(0)
        mesh = cls(site_pool.bed, *sites, ansible, dial, probes.StolenCredentials(dial))
        try:
            yield mesh
        finally:
            for site in mesh.sites:
                discard(site_pool.bed, site)

    # The thief as a member.

    def join(self, *sites: Site) -> None:
        """Link the thief's site to public ones by claims, wait for it, and copy its certificates."""
        for number, site in enumerate(sites, 1):
            self.thief.link(site.token(f"for-the-thief-{number}"), f"to-{site.name}")
        for site in sites:
            self.thief.wait_linked(site, timeout=PATIENCE)
        self.settle()
        self.stolen.copy_links(self.thief)

    def settle(self) -> None:
        """Wait until a link may be cut, as it is with real sites."""
        settle(self.sites, INTRODUCTIONS if self.bed.kind == "real" else 0)

    def hide(self) -> None:
        """Take the thief's links down, and wait until no public site's network status lists its site."""
        self.thief.unlink_all()
        for site in self.public:
            site.wait(lambda site=site: not self._lists(site), "the thief to be out of sight", PATIENCE)  # type: ignore[misc]

    def _lists(self, site: Site) -> bool:
        return self.thief.site_id in probes.network(site, patience=0).known

    def come_back(self) -> dict[str, Site]:
        """Put the stolen certificates back as links of the thief's site; return where each of them leads."""
        made = {}
        for number, (name, data) in enumerate(self.stolen.certificates.items(), 1):
            site = next((each for each in self.public if name.startswith(f"link to-{each.name} ")), None)
            if site is not None:
                self.thief.link(token_of(site, data), f"again-{number}")
                made[f"again-{number}"] = site
        return made

    # Playbooks.

    def play(self, playbook: str, extra: Mapping[str, Any] = NOTHING, sites: Sequence[Site] = ()) -> Run:
        """Run a playbook with extra variables, on all sites or on some."""
        arguments = ["-e", json.dumps({"skupper_hosts": "all", **extra})]
        inventory = self.inventory(sites or self.sites)
        return self.ansible.start(playbook, arguments, environment=self.environment, inventory=inventory).wait()

    def evict(self, site: str, sites: Sequence[Site] = ()) -> Run:
        """Evict a host, or a site by its id."""
        return self.play(EVICT, {"skupper_evict_site": site}, sites)

    def revoke(self, revocation: str) -> Run:
        """Revoke the access to the first public site under an id; the sites of the inventory are linked again."""
        asked = {"skupper_revoke_site": self.west.name, "skupper_revoke_id": revocation}
        return self.play(REVOKE, asked, self.members)

    def rotate(self) -> Run:
        """Run the nightly play for the first public site, which replaces a CA that is older than 90 days."""
        asked = {"skupper_revoke_site": self.west.name, "skupper_max_age": "90d"}
        return self.play(REVOKE, asked, self.members)

    def inventory(self, sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
        """List some of the sites as hosts, each with its variables."""
        more = {
            site.name: {"skupper_exposure": site.exposure, **self.settings, **self.variables.get(site.name, {})}
            for site in sites
        }
        return hosts(sites, more)


def token_of(site: Site, data: Mapping[str, bytes]) -> dict[str, Any]:
    """Wrap a certificate that a site has signed as a cert token, which any site can be linked with."""
    token = site.cert_token("wrapped")
    return {**token, "data": encoded(dict(data))}


def wait_open(site: Site, dial: probes.Dial) -> None:
    """Wait until the site takes connections of other routers."""

    def answered() -> bool:
        host, _mark, port = site.endpoint("inter-router").rpartition(":")
        try:
            dial(host, int(port)).close()
        except OSError:
            return False
        return True

    site.wait(answered, "the router to be reached")


def discard(bed: Testbed, site: Site) -> None:
    """Delete a site, whose pods would otherwise take the machine's memory; a simulated one goes by itself."""
    bed.sites.pop(site.name, None)
    site.end_retired_routers()
    if site.get("configmaps", "skupper-site"):
        site.unlink_all()
        site.delete(wait=bed.kind == "real")


def unproved(run: Run, site: Site) -> bool:
    """Whether a failed run names this site: as the host of a failed task, or in its result."""
    return any(result.host == site.name or site.name in str(result) for result in run.failed)


@contextmanager
def falsified_id(bed: Testbed, site: Site, told: str, directory: Path) -> Iterator[Path]:
    """Open a way to a site's cluster on which the site has a false id; yield the kubeconfig that leads there."""
    number = bed.clusters.index(site.cluster)
    with Gateway.open(site.cluster, directory) as gateway:
        gateway.falsify(site.site_id, told)
        user = SharedUser.make(bed, f"by-way-of-{site.name}", TASK_RULES, token=True).users[number]
        path = directory / f"{site.name}.kubeconfig"
        write_kubeconfig(path, gateway.kubeconfig(user))
        yield path


@contextmanager
def signing_late(site: Site, token: probes.Token) -> Iterator[dict[str, Mapping[str, bytes]]]:
    """Redeem a claim now; the site signs for it as soon as it has another CA, or at the end of the block.

    Yield the result, which is there after the block.
    """
    name, before, stolen = probes.unwrap(token).name, probes.fingerprint(site), dict[str, Mapping[str, bytes]]()
    site.fault(slow_signing=str(LATE))
    thief, over = probes.SlowThief(token, patience=LATE), threading.Event()

    def sign() -> None:
        while not over.wait(0.02) and probes.fingerprint(site) == before:
            pass
        site.fault(slow_signing=None)

    signer = threading.Thread(target=sign, daemon=True)
    try:
        thief.start()
        site.wait(lambda: probes.records(site)[name].annotations.get(_MADE) == "1", "the redemption to be counted")
        signer.start()
        yield stolen
    finally:
        over.set()
        signer.join(LATE)
        if got := thief.result():
            stolen["what was signed late"] = got
