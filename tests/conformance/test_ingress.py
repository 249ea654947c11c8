# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where tokens of a site lead by its kind of ingress, which are refused, and what becomes of links when that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import Site, Testbed
from tests import probes
from tests.conformance.cli import Cli
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE, LendSite, Settle
from tests.harness import Ansible, RequestLog, tasks

# tests/integration/modules/test_ingress.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

APPS = "apps.example.org"
ROLES = ("inter-router", "edge")


@pytest.fixture(scope="module")
def fronts(bed: Testbed) -> dict[str, Site]:
    """Sites behind node ports and behind an Ingress, by their kind of ingress."""
    kinds: dict[str, dict[str, object]] = {"nodeport": {}, "nginx-ingress-v1": {"settings": {"ingress-host": APPS}}}
    made = bed.add_sites(*({"name": kind, "ingress": kind, **more} for kind, more in kinds.items()))
    return dict(zip(kinds, made, strict=True))


def ways(path: Path) -> dict[str, Any]:
    """Where a token leads: the annotations that say so."""
    notes = yaml.safe_load(path.read_text())["metadata"]["annotations"]
    asked = ("skupper.io/url", *(f"{role}-{part}" for role in ROLES for part in ("host", "port")))
    return {key: notes[key] for key in asked if key in notes}


def expected(site: Site, name: str) -> dict[str, str]:
    """Where a claim and a cert token of a site have to lead."""
    found = {"skupper.io/url": f"https://{site.endpoint('claims')}/{name}"}
    for role in ROLES:
        found[f"{role}-host"], _mark, found[f"{role}-port"] = site.endpoint(role).rpartition(":")
    return found


def check_tokens(ansible: Ansible, sites: Sequence[Site], new_name: Callable[[], str], folder: Path) -> None:
    """Have both kinds of tokens made, and compare where they lead with what the sites' objects say."""
    made = {new_name(): site for site in sites}
    play = [
        task
        for name, site in made.items()
        for task in (
            tasks.token(site, name, dest=str(folder / f"{name}.yaml"), uses=0),
            tasks.token(site, name, type="cert", dest=str(folder / f"{name}-cert.yaml")),
        )
    ]
    ansible.play(*play).succeeded()
    for name, site in made.items():
        assert {**ways(folder / f"{name}.yaml"), **ways(folder / f"{name}-cert.yaml")} == expected(site, name)


@pytest.mark.exhaustive("real")
def test_tokens(
    ansible: Ansible,
    fronts: dict[str, Site],
    hub: Site,
    east: Site,
    other_tool: OtherTool,
    new_name: Callable[[], str],
    tmp_path: Path,
) -> None:
    """Tokens lead to where the sites' objects say, whatever their ingress, and another tool's to the same places."""
    sites = [*fronts.values(), hub, east]
    assert [site.ingress for site in sites] == ["nodeport", "nginx-ingress-v1", "loadbalancer", "none"]
    check_tokens(ansible, sites, new_name, tmp_path)
    for site in sites:
        claim, cert = new_name(), new_name()
        theirs = {**ways(other_tool.claim(site, claim)), **ways(other_tool.cert(site, cert))}
        assert theirs == expected(site, claim)


def test_node_port(ansible: Ansible, fronts: dict[str, Site], east: Site) -> None:
    """A link to a node port works, and follows when the port becomes another one."""
    issuer = fronts["nodeport"]
    assert ansible.run(tasks.issued_link(east, issuer, name="by-port"))["link"]["connected"]
    old = issuer.endpoint("inter-router")
    new = change_node_port(issuer)
    # The port is only looked for when the connection is to be made again.
    issuer.restart_router()
    follow(ansible, east, issuer, "by-port", old, new)


def change_node_port(site: Site) -> str:
    """Give the Service another node port for routers, out of 30000 to 32767; returns where that is."""
    service = site.get("services", "skupper-router") or {}
    for port in service["spec"]["ports"]:
        if port["name"] == "inter-router":
            port["nodePort"] = 30000 + (port["nodePort"] - 30000 + 1000) % 2768
    site.cluster.api.replace(service)
    return site.endpoint("inter-router")


def follow(ansible: Ansible, site: Site, issuer: Site, name: str, old: str, new: str) -> None:
    """A link that leads to where its issuing site is no longer reached is noted, and made anew until it works."""
    assert old != new
    site.wait(lambda: not site.linked(issuer), "the link to be down", PATIENCE)
    (told,) = ansible.run(tasks.link_info(site, issuers=[tasks.where(issuer)]))["links"]
    assert (told["state"], told["cause"]) == ("stale", "endpoint_changed")
    (before,) = probes.links(site).values()
    task = tasks.issued_link(site, issuer, cost=4)
    run = ansible.play(tasks.checked("foreseen", task), tasks.named("made", task), tasks.named("again", task))
    assert [result.task for result in run.succeeded().changed] == ["foreseen", "made"]
    for result in (run["foreseen"], run["made"]):
        assert f"it leads to {old}, and the issuing site is now reached at {new}" in result["change_reason"]
    assert run["again"]["link"]["connected"]
    (after,) = probes.links(site).values()
    assert (after.name, after.uid != before.uid) == (name, True)
    connector = probes.connectors(site)[name]
    assert f"{connector['host']}:{connector['port']}" == new
    (connection,) = probes.connections(site)
    assert (connection.peer, connection.cost) in ((issuer.site_id, 4), (issuer.site_id, 0))


@pytest.fixture
def named_west(west: Site, settle: Settle) -> Iterator[Callable[[], None]]:
    """Gives the load balancer of the public site a name instead of its address, and takes it back."""

    def name() -> None:
        settle()
        west.pending_load_balancer()
        west.fault(load_balancer="hostname")
        west.wait(west.host, "a name of the load balancer")
        west.renew_server_certificate()

    yield name
    west.pending_load_balancer()
    west.ready_load_balancer()
    west.renew_server_certificate()


@pytest.mark.exhaustive("real")
def test_load_balancer_moved(
    ansible: Ansible,
    west: Site,
    east: Site,
    named_west: Callable[[], None],
    new_name: Callable[[], str],
    tmp_path: Path,
    kind: str,
    request: pytest.FixtureRequest,
) -> None:
    """One that gets a name instead of its address: links to the address are dead, and what comes after has the name."""
    assert ansible.run(tasks.issued_link(east, west, name="to-west"))["link"]["connected"]
    old = west.endpoint("inter-router")
    named_west()
    new = west.endpoint("inter-router")
    assert new.endswith(".test:55671")
    check_tokens(ansible, [west], new_name, tmp_path)
    # The old address is still there, but the certificate no longer says so: only who dials the name is connected.
    follow(ansible, east, west, "to-west", old, new)
    if kind == "real":
        cli: Cli = request.getfixturevalue("cli")
        # It asks the router, and compares host and port of its connections.
        assert cli.run(east, "link", "status", "to-west", "--wait", "60").succeeded().says("is connected")


@pytest.mark.exhaustive("real")
def test_load_balancer_pending(
    ansible: Ansible,
    bed: Testbed,
    west: Site,
    east: Site,
    new_name: Callable[[], str],
    request_log: Callable[[], RequestLog],
) -> None:
    """While it has no address nothing is handed out or written; an address that comes in time is waited for."""
    name, patient = new_name(), {"wait_for_ingress": True}
    task = tasks.issued_link(east, west, name="late")
    task["sitemesh.skupper.skupper_link"]["issuer"] |= patient
    west.pending_load_balancer()
    try:
        watched = request_log()
        refused = ansible.play(
            tasks.token(west, name),
            tasks.issued_link(east, west),
            tasks.token(west, name, wait_timeout=1, **patient, task_name="waited"),
            ignore_errors=True,
        )
        assert [result.reason for result in refused.results] == ["ingress_pending"] * 3
        assert "The task waited 1 seconds (wait_timeout)" in refused["waited"].msg
        assert watched.writes() == []
        looking = request_log()
        playing = ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [task]}])
        playing.until(lambda: services_asked(looking) > 1, "the Service is looked at again")
    finally:
        west.ready_load_balancer()
    assert playing.wait().succeeded()["link"]["link"]["connected"]
    east.wait_linked(west, timeout=PATIENCE)


def services_asked(request_log: RequestLog) -> int:
    """Return how often a Service was requested."""
    return sum(request.resource == "services" for request in request_log.requests())


@pytest.mark.exhaustive("real")
def test_none(ansible: Ansible, lend_site: LendSite) -> None:
    """A site without ingress is linked to from its own cluster; from another one that is not possible, and is reported."""
    sites = [lend_site() for _each in range(4)]
    issuer, near = [site for site in sites if site.cluster is sites[1].cluster][:2]
    far = next(site for site in sites if site.cluster is not issuer.cluster)
    run = ansible.play(
        tasks.issued_link(near, issuer, task_name="near"),
        tasks.issued_link(far, issuer, task_name="far", wait_timeout=3),
        ignore_errors=True,
    )
    assert run["near"]["link"]["connected"]
    assert (run["far"].reason, run["far"]["link"]["state"]) == ("link_timeout", "claim_waiting")
    assert "no such host" in run["far"].msg
