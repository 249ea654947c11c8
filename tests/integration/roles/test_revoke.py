# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks revoke_access and evict_site: who is cut, who is back, and who stays out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import NEWEST, NEWEST_AT_LEAST, OLDEST, Ansible, Core, RequestLog, Run, SitePool, hosts

REVOKE, EVICT, LINK = (f"sitemesh.skupper.{name}" for name in ("revoke_access", "evict_site", "link_sites"))
SUMMARY = "Report the outcome"
RELINK = "Link the site again"


def play(ansible: Ansible, playbook: str, sites: list[Site], *arguments: str, **variables: Any) -> Run:
    """Run a playbook with extra variables on sites, each a host of its own name; `hosts` changes variables of hosts."""
    inventory = hosts(sites, variables.pop("hosts", {}))
    extra = [each for name, value in variables.items() for each in ("-e", f"{name}={value}")]
    # What is put back is put back at once here.
    always = ["-e", "skupper_hosts=all", "-e", "skupper_watch=2"]
    return ansible.start(playbook, [*always, *extra, *arguments], inventory=inventory).wait()


def credential(site: Site) -> dict[str, bytes]:
    """What the site's only link shows to the site that it leads to."""
    (link,) = probes.links(site).values()
    return link.data


def told(run: Run) -> str:
    """The summary."""
    return "\n".join(run.of(SUMMARY)[0]["msg"])


@pytest.fixture
def linked(ansible: Ansible, site_pool: SitePool, west: Site, request: pytest.FixtureRequest) -> list[Site]:
    """A public site and three private ones, or as many as are asked for, linked by link_sites."""
    sites = [west, *(site_pool.private() for _each in range(getattr(request, "param", 3)))]
    play(ansible, LINK, sites).succeeded()
    return sites


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_everyone_wanted_is_back(
    ansible: Ansible, linked: list[Site], site_pool: SitePool, request_log: Callable[[], RequestLog]
) -> None:
    """A stranger and everyone else are cut off, the hosts of the inventory are back, and once is enough."""
    west, *private = linked
    stranger = site_pool.private()
    stranger.link(west.token("leaked"))
    stranger.wait_linked(west)
    west.wait_linked(stranger, "incoming")
    old = probes.fingerprint(west)
    stolen = [credential(site) for site in (*private, stranger)]

    asked = {"skupper_revoke_site": west.name, "skupper_revoke_id": "INC-1"}
    looking = request_log()
    foreseen = play(ansible, REVOKE, linked, "--check", **asked).succeeded()
    assert looking.writes() == []
    done = play(ansible, REVOKE, linked, **asked).succeeded()
    (before,), (after,) = (run.of("Revoke all credentials of the site") for run in (foreseen, done))
    for each in ("cut_off", "claims_removed", "ca_before"):
        assert before["revocation"][each] == after["revocation"][each]
    assert {each["name"] for each in after["revocation"]["cut_off"]} == {site.name for site in (*private, stranger)}

    assert probes.fingerprint(west) != old
    for site in private:
        assert probes.peers(site) == [west.site_id]
        assert f"{site.name}: linked to {west.name} again, " in told(done)
    assert not any(probes.lets_in(west.endpoint("inter-router"), each) for each in stolen)
    stranger.wait(lambda: probes.peers(stranger) == [], "the stranger to see that it is out")

    watched = request_log()
    again = play(ansible, REVOKE, linked, **asked).succeeded()
    assert again.changed == []
    assert watched.writes() == []
    by_age = play(ansible, REVOKE, linked, skupper_revoke_site=west.name, skupper_max_age="90d").succeeded()
    assert by_age.changed == []
    assert watched.writes() == []


@pytest.mark.thorough
@pytest.mark.parametrize("playbook", [REVOKE, LINK])
def test_site_that_cannot_be_reached(ansible: Ansible, linked: list[Site], playbook: str) -> None:
    """It is named, the others are back, and the next run of either playbook brings it back without another cut."""
    west, lost, *others = linked
    asked = {"skupper_revoke_site": west.name, "skupper_revoke_id": "INC-1"}
    unread = {lost.name: {"skupper_context": "no-such-context"}}
    run = play(ansible, REVOKE, linked, hosts=unread, **asked)
    assert run.code != 0
    assert f"{lost.name}: could not be read" in told(run)
    assert any(lost.name in result.msg for result in run.failed if result.host == west.name)
    assert all(probes.peers(site) == [west.site_id] for site in others)
    ca = probes.fingerprint(west)

    play(ansible, playbook, linked, **(asked if playbook == REVOKE else {})).succeeded()
    assert probes.peers(lost) == [west.site_id]
    assert probes.fingerprint(west) == ca


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"skupper_revoke_site": "WEST"}, "skupper_max_age"),
        ({"skupper_revoke_id": "INC-1"}, "skupper_revoke_site"),
        ({"skupper_revoke_id": "INC-1", "skupper_revoke_site": "no-such-host"}, "no-such-host"),
    ],
)
def test_refused(ansible: Ansible, west: Site, east: Site, variables: dict[str, str], words: str) -> None:
    """What would cut everyone off again, or does not say whom, is refused in a sentence before anything is written."""
    old = probes.fingerprint(west)
    given = {name: value.replace("WEST", west.name) for name, value in variables.items()}
    run = play(ansible, REVOKE, [west, east], **given)
    assert run.code != 0
    assert words in run.failed[0].msg
    assert probes.fingerprint(west) == old
    assert "skupper_evict_site" in play(ansible, EVICT, [west, east]).failed[0].msg


@pytest.mark.parametrize(
    ("linked", "way", "core"),
    [
        pytest.param(10, "host", OLDEST, marks=pytest.mark.exhaustive),
        pytest.param(3, "id", NEWEST, marks=pytest.mark.thorough),
    ],
    indirect=["linked"],
    ids=str,
)
def test_evicted(ansible: Ansible, linked: list[Site], way: str, core: Core) -> None:
    """One is out and stays out, its certificate is refused, and the others are back; until it is readmitted."""
    west, out, *others = linked
    stolen = credential(out)
    inventory = linked if way == "host" else [west, *others]
    asked = {"skupper_evict_site": out.name if way == "host" else out.site_id}
    run = play(ansible, EVICT, inventory, **asked).succeeded()
    assert f"{out.name if way == 'host' else f'{out.name} ({out.site_id})'} is evicted" in told(run).splitlines()
    assert not probes.lets_in(west.endpoint("inter-router"), stolen)
    assert all(probes.peers(site) == [west.site_id] for site in others)
    assert probes.peers(west, "incoming") == sorted(site.site_id for site in others)
    if way == "host":
        assert probes.links(out) == {}
    ca = probes.fingerprint(west)
    assert play(ansible, EVICT, inventory, **asked).succeeded().changed == []

    refused = play(ansible, LINK, linked)
    assert refused.code != 0
    assert [result.host for result in refused.failed] == [out.name]
    assert any("evicted" in str(result) for result in refused.failed)
    assert probes.peers(out) == []
    assert probes.fingerprint(west) == ca

    play(ansible, LINK, linked, skupper_readmit=out.name).succeeded()
    assert probes.peers(out) == [west.site_id]
    assert probes.fingerprint(west) == ca
    again = play(ansible, EVICT, linked, skupper_evict_site=out.name, skupper_readmit=out.name)
    assert probes.fingerprint(west) != ca, "whoever was readmitted is evicted again"
    assert "Remove it from skupper_readmit" in again.failed[0].msg


@pytest.mark.thorough
def test_evicted_public_site(ansible: Ansible, site_pool: SitePool, west: Site, east: Site) -> None:
    """Links to it are gone, and no site is linked to it again; by its id all are, when it is readmitted."""
    out = site_pool.public(1)
    sites, both = [west, out, east], sorted([west.site_id, out.site_id])
    play(ansible, LINK, sites).succeeded()
    assert probes.peers(east) == both
    play(ansible, EVICT, sites, skupper_evict_site=out.name).succeeded()
    assert probes.peers(east) == [west.site_id]
    refused = play(ansible, LINK, sites)
    assert refused.code != 0
    assert probes.peers(east) == [west.site_id]
    assert out.site_id not in {link.annotations["skupper.io/generated-by"] for link in probes.links(east).values()}
    play(ansible, LINK, sites, skupper_readmit=out.site_id).succeeded()
    assert probes.peers(east) == both


class Outages(threading.Thread):
    """Watches how long each site has no link, as its own network status says."""

    def __init__(self, sites: list[Site]) -> None:
        super().__init__(daemon=True)
        self._sites = sites
        self._since: dict[str, float] = {}
        self._stop_asked = threading.Event()
        self.seconds: dict[str, float] = {site.name: 0.0 for site in sites}

    def run(self) -> None:
        """Look at one site after the other until it is stopped."""
        while not self._stop_asked.wait(0.05):
            for site in self._sites:
                now = time.monotonic()
                if not probes.peers(site):
                    self._since.setdefault(site.name, now)
                elif site.name in self._since:
                    self.seconds[site.name] += now - self._since.pop(site.name)

    def stop(self) -> list[float]:
        """The outages, shortest first."""
        self._stop_asked.set()
        self.join(20)
        return sorted(self.seconds.values())


@pytest.mark.slow
@pytest.mark.exhaustive
def test_many(
    ansible: Ansible, site_pool: SitePool, west: Site, record_property: Callable[[str, object], None]
) -> None:
    """Ten of ten are back, in batches that the user asked for."""
    private = [site_pool.private() for _each in range(10)]
    sites = [west, *private]
    play(ansible, LINK, sites).succeeded()
    asked = {
        "skupper_revoke_site": west.name,
        "skupper_revoke_id": "INC-1",
        "skupper_serial": "6",
        "skupper_throttle": "5",
    }
    watch = Outages(private)
    watch.start()
    run = play(ansible, REVOKE, sites, **asked).succeeded()
    found = watch.stop()
    record_property("seconds without a link, median and worst of 10", f"{found[5]:.1f} and {found[-1]:.1f}")
    assert len([result for result in run.of(RELINK) if result.changed]) == 10
    assert all(probes.peers(site) == [west.site_id] for site in private)
