# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many sites: our playbooks beside shell loops of `skupper`, for linking them and for a revocation."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.conformance import connection_logs
from tests.conformance.cli import Cli
from tests.conformance.connection_logs import Span
from tests.conformance.shared_sites import PATIENCE, settle
from tests.harness import Ansible, RequestLog, Run, SharedUser, hosts
from tests.harness.playbooks import cpu_of_children

pytestmark = pytest.mark.only("real", "nothing answers Skupper's command line on a simulated site")

GOAL = 10.0  # seconds that an outage is to last at most beyond the restart of the issuing site's router
LIMIT = 600.0  # seconds

# What a person would write: one site after the other, and then a wait for all of them.
SKUPPER = """
set -e
skupper() { "$PROGRAM" --kubeconfig "$KUBECONFIG" "$@"; }
"""
UNLINK = 'skupper link delete link1 -c "$context" -n "$namespace"'
LINK = (
    'skupper token create "$namespace.yaml" -c "$HUB_CONTEXT" -n "$HUB" --name "{claim}-$namespace"',
    'skupper link create "$namespace.yaml" --name link1 -c "$context" -n "$namespace"',
)
AWAIT = 'skupper link status link1 --wait 120 -c "$context" -n "$namespace"'


def each_site(*commands: str, claim: str = "") -> str:
    """A shell loop over the private sites; claims are named after `claim` and their site."""
    lines = "".join(f"  {command.format(claim=claim)}\n" for command in commands)
    return f"while read -r context namespace; do\n{lines}done < sites\n"


LINK_LOOP = SKUPPER + each_site(*LINK, claim="first") + each_site(AWAIT)
UNLINK_LOOP = SKUPPER + each_site(UNLINK)
# Everything that `skupper` can do about a leaked token.
REVOKE_LOOP = (
    f'{SKUPPER}skupper revoke-access -c "$HUB_CONTEXT" -n "$HUB"\n'
    + each_site(UNLINK, *LINK, claim="again")
    + each_site(AWAIT)
)


@dataclass(frozen=True)
class Fleet:
    """A public site and private ones that are linked to nothing else."""

    bed: Testbed
    hub: Site
    private: list[Site]

    def linked(self) -> bool:
        """Whether each of them has a link now, as its router says."""
        now = time.time()
        return all(
            any(span.begin <= now < span.end for span in connection_logs.links(self.bed, each)) for each in self.private
        )

    def outages(self, since: float) -> list[float]:
        """For how many seconds each was without its link since a moment, the shortest first; all of its gaps."""
        gaps = [connection_logs.outages(connection_logs.links(self.bed, each), since) for each in self.private]
        return sorted(sum(gap.seconds for gap in found) for found in gaps)


@pytest.fixture(scope="module")
def fleet(bed: Testbed, request: pytest.FixtureRequest) -> Fleet:
    """As many sites as were asked for (--fleet)."""
    size: int = request.config.getoption("fleet")
    if not size:
        pytest.skip("no fleet was asked for (--fleet)")
    private = [
        {"name": f"fleet-{n}", "cluster": n % 2, "ingress": "none", "settings": connection_logs.LOG_CONNECTIONS}
        for n in range(size)
    ]
    hub, *others = bed.add_sites({"name": "fleet-hub"}, *private)
    return Fleet(bed, hub, others)


class Restart(threading.Thread):
    """Watches how long a site's router takes from the order to restart to the end of its former pod."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.span = Span(0.0, 0.0)
        self._site = site
        self._over = threading.Event()

    def run(self) -> None:
        """Look every now and then until it is over."""
        while not self._over.wait(0.2):
            pods = self._site.cluster.api.list(
                "v1", "pods", self._site.namespace, label_selector="skupper.io/component=router"
            )
            now = time.time()
            if len(pods) > 1:
                self.span = Span(self.span.begin or now, now)

    def stop(self) -> float:
        """The seconds in which there were two router pods: nothing of the restart is before or after."""
        self._over.set()
        self.join(20)
        return self.span.seconds


@dataclass(frozen=True)
class Measured:
    """What a revocation cost."""

    outages: list[float]
    """For how many seconds each site was without its link, the shortest first."""
    restart: float
    """How long the issuing site's router took to restart, in seconds."""
    whole: float
    """How long the command or playbook ran, in seconds."""

    def __str__(self) -> str:
        outage = f"{statistics.median(self.outages):.1f} and {self.outages[-1]:.1f}"
        return f"{outage} (router restart {self.restart:.1f}, all of it {self.whole:.1f})"


def measure(fleet: Fleet, work: Callable[[], object]) -> Measured:
    """Do something, wait until all sites are back, and return what it cost."""
    watch, began = Restart(fleet.hub), time.time()
    watch.start()
    work()
    whole = time.time() - began
    fleet.hub.wait(fleet.linked, "all to be back", PATIENCE)
    # What a former pod still keeps open closes late, and is part of it.
    fleet.hub.wait_rollout()
    fleet.hub.wait(fleet.linked, "all to be back", PATIENCE)
    return Measured(fleet.outages(began), watch.stop(), whole)


@dataclass(frozen=True)
class Cost:
    """What it took to link the fleet."""

    seconds: float
    cpu: float
    """CPU seconds of the programs that were run for it."""
    requests: int

    def __str__(self) -> str:
        return f"{self.seconds:.1f}, {self.cpu:.1f} CPU s, {self.requests} requests"


def cost(bed: Testbed, user: SharedUser, work: Callable[[], object]) -> Cost:
    """Do something, to its end."""
    request_log, used, began = RequestLog(bed, user), cpu_of_children(), time.monotonic()
    work()
    return Cost(time.monotonic() - began, cpu_of_children() - used, len(request_log.requests()))


def test_linking(
    ansible: Ansible,
    operator: SharedUser,
    cli: Cli,
    fleet: Fleet,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """All are linked either way; the cost is recorded."""
    ours = cost(fleet.bed, operator, lambda: link(ansible, fleet).succeeded())
    again = cost(fleet.bed, operator, lambda: link(ansible, fleet).succeeded())
    settle([fleet.hub, *fleet.private])
    loop(cli, fleet, tmp_path, UNLINK_LOOP)
    fleet.hub.wait(lambda: not any(each.linked(fleet.hub) for each in fleet.private), "no links", PATIENCE)
    theirs = cost(fleet.bed, cli.user, lambda: loop(cli, fleet, tmp_path, LINK_LOOP))
    costs = {"skupper": theirs, "sitemesh.skupper": ours, "sitemesh.skupper once more": again}
    for name, measured in costs.items():
        record_property(f"seconds to link {len(fleet.private)} sites: {name}", str(measured))
    fleet.hub.wait(fleet.linked, "all to be linked", PATIENCE)


def test_outages(
    ansible: Ansible,
    cli: Cli,
    fleet: Fleet,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """All are back either way; their outages are recorded beside the goal, which a busy machine can't meet."""
    link_for_good(ansible, fleet)
    theirs = measure(fleet, lambda: loop(cli, fleet, tmp_path, REVOKE_LOOP))
    ours = measure(fleet, lambda: revoke(ansible, fleet).succeeded())
    for name, measured in (("skupper", theirs), ("sitemesh.skupper", ours)):
        record_property(f"seconds without a link, median and worst of {len(fleet.private)}: {name}", str(measured))
    record_property("seconds that the worst of sitemesh.skupper is to be at most", round(ours.restart + GOAL, 1))
    assert min(theirs.outages[0], ours.outages[0]) > 0, "the links were cut at all"


@pytest.mark.parametrize("way", ["host", "id"])
def test_evicted(ansible: Ansible, fleet: Fleet, way: str, dial: probes.Dial) -> None:
    """One is out and stays out, its certificate is refused by the router, and all others are back; until readmitted."""
    out, *others = fleet.private
    link_for_good(ansible, fleet)
    (stolen,) = probes.links(out).values()
    # Whoever is evicted by its id may be no host of the inventory.
    seen, told = (fleet, out.name) if way == "host" else (replace(fleet, private=others), out.site_id)
    play(ansible, seen, "evict_site", f"skupper_evict_site={told}").succeeded()
    for each in others:
        each.wait_linked(fleet.hub, timeout=PATIENCE)
    assert not probes.lets_in(fleet.hub.endpoint("inter-router"), stolen.data, dial)
    assert [result.host for result in link(ansible, fleet).failed] == [out.name]
    out.wait(lambda: not out.linked(fleet.hub), "it to be out", PATIENCE)
    play(ansible, fleet, "link_sites", f"skupper_readmit={out.name}").succeeded()


def test_evicted_public_site(ansible: Ansible, fleet: Fleet, west: Site) -> None:
    """Links to it are gone, and no site is linked to it again."""
    others = fleet.private[:2]
    seen = replace(fleet, private=[west, *others])
    link(ansible, seen).succeeded()
    settle([fleet.hub, west, *others])
    play(ansible, seen, "evict_site", f"skupper_evict_site={west.name}").succeeded()
    for each in (fleet.hub, *others):
        each.wait(partial(_is_not_linked, each, west), "it to be out", PATIENCE)
    assert link(ansible, seen).code != 0
    for each in others:
        each.wait_linked(fleet.hub, timeout=PATIENCE)
        assert [kept.annotations["skupper.io/generated-by"] for kept in probes.links(each).values()] == [
            fleet.hub.site_id
        ]


@pytest.fixture
def two_hubs(bed: Testbed) -> tuple[list[Site], list[Site]]:
    """Two public sites, and five private ones."""
    hubs = [{"name": f"hub-{n}", "settings": connection_logs.LOG_CONNECTIONS} for n in (1, 2)]
    private = [
        {"name": f"shop-{n}", "cluster": n % 2, "ingress": "none", "settings": connection_logs.LOG_CONNECTIONS}
        for n in range(1, 6)
    ]
    made = bed.add_sites(*hubs, *private)
    return made[:2], made[2:]


@pytest.mark.exhaustive
def test_evicted_between_two_hubs(
    ansible: Ansible,
    bed: Testbed,
    two_hubs: tuple[list[Site], list[Site]],
    dial: probes.Dial,
    record_property: Callable[[str, object], None],
) -> None:
    """Both hubs get a new CA, one after the other, and the four others are never without any link."""
    hubs, private = two_hubs
    out, *others = private
    seen = Fleet(bed, hubs[0], [hubs[1], *private])
    link(ansible, seen).succeeded()
    for each in private:
        each.wait(partial(_has_links, each, 2), "two links", PATIENCE)
    settle([*hubs, *private])
    stolen = [each.data for each in probes.links(out).values()]
    endpoints = [hub.endpoint("inter-router") for hub in hubs]
    assert all(any(probes.lets_in(endpoint, each, dial) for each in stolen) for endpoint in endpoints), (
        "its certificates work"
    )

    began = time.time()
    run = play(ansible, seen, "evict_site", f"skupper_evict_site={out.name}").succeeded()
    turns = [result for result in run.of("Revoke all credentials of the site") if result.changed]
    record_property("sites that got a new CA, in order", ", ".join(result.host for result in turns))
    assert [result.host for result in turns] == [hub.name for hub in hubs]
    for each in others:
        each.wait(partial(_has_links, each, 2), "two links again", PATIENCE)
    for each in others:
        up = connection_logs.links(bed, each)
        single = [_gaps([span for span in up if span.peer == endpoint], began) for endpoint in endpoints]
        record_property(
            f"seconds without a link, {each.name}",
            f"to {hubs[0].name} {single[0]:.1f}, to {hubs[1].name} {single[1]:.1f}, to either {_gaps(up, began):.1f}",
        )
    assert not any(probes.lets_in(endpoint, each, dial) for endpoint in endpoints for each in stolen)


def _has_links(site: Site, count: int) -> bool:
    return len(probes.peers(site)) == count


def _gaps(up: list[Span], since: float) -> float:
    return sum(gap.seconds for gap in connection_logs.outages(up, since))


def _is_not_linked(site: Site, other: Site) -> bool:
    return not site.linked(other) and not site.linked(other, "incoming")


def play(ansible: Ansible, fleet: Fleet, playbook: str, *variables: str) -> Run:
    """Run a playbook of the collection on the fleet."""
    extra = [each for variable in ("skupper_hosts=all", *variables) for each in ("-e", variable)]
    forks = ["--forks", str(len(fleet.private))]
    sites = (fleet.hub, *fleet.private)
    inventory = hosts(sites, {site.name: {"skupper_exposure": site.exposure} for site in sites})
    return ansible.start(f"sitemesh.skupper.{playbook}", [*extra, *forks], inventory=inventory).wait(LIMIT)


def link(ansible: Ansible, fleet: Fleet) -> Run:
    """Link all of them."""
    return play(ansible, fleet, "link_sites")


def link_for_good(ansible: Ansible, fleet: Fleet) -> None:
    """Link all of them, and wait until a link may be cut."""
    link(ansible, fleet).succeeded()
    fleet.hub.wait(fleet.linked, "all to be linked", PATIENCE)
    settle([fleet.hub, *fleet.private])


def revoke(ansible: Ansible, fleet: Fleet) -> Run:
    """Revoke the access to the public site, and have the others back."""
    return play(ansible, fleet, "revoke_access", f"skupper_revoke_site={fleet.hub.name}", "skupper_revoke_id=fleet")


def loop(cli: Cli, fleet: Fleet, folder: Path, script: str) -> None:
    """Do the same with `skupper`, in a shell; AssertionError with what it said if that fails."""
    (folder / "sites").write_text("".join(f"{each.cluster.name} {each.namespace}\n" for each in fleet.private))
    where = {"HUB_CONTEXT": fleet.hub.cluster.name, "HUB": fleet.hub.namespace}
    cli.script(script, folder, LIMIT, **where).succeeded()
