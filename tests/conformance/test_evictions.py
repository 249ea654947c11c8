# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evictions: nothing that the evicted site holds works any more, at any public site of the inventory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import probes
from tests.conformance.meshes import LINK, Mesh, falsified_id
from tests.harness import Ansible, Run, tasks

# Everything here takes minutes on real sites, whose routers it restarts several times.
pytestmark = [pytest.mark.apart, pytest.mark.slow, pytest.mark.exhaustive("real")]


def proved(mesh: Mesh, run: Run) -> None:
    """Check that a run ended well, and that nothing that the thief holds works at any public site."""
    assert run.code == 0, run.output
    assert mesh.stolen.tries(mesh.public) == []


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param({"skupper_max_age": "90d"}, id="max_age of a nightly rotation"),
        pytest.param({"skupper_revoke_id": "INC-1"}, id="id of an earlier revocation", marks=pytest.mark.thorough),
    ],
)
def test_a1_eviction_is_a_reason_of_its_own(mesh: Mesh, setting: dict[str, str]) -> None:
    """A criterion that the CA satisfies, from whichever variable, does not keep an eviction from making a new one."""
    if "skupper_revoke_id" in setting:
        mesh.revoke(setting["skupper_revoke_id"]).succeeded()
    mesh.join(mesh.west)
    assert mesh.stolen.opens(mesh.west), "the certificate works at first"
    mesh.settings = dict(setting)
    proved(mesh, mesh.evict(mesh.thief.name))


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(True, id="a host of the inventory"),
        pytest.param(False, id="no host of the inventory", marks=pytest.mark.thorough),
    ],
)
def test_a2_site_that_keeps_its_links_closed(mesh: Mesh, known: bool) -> None:
    """An id that no network status lists is evicted at every public site, where it may have got a certificate."""
    mesh.join(*mesh.public)
    mesh.hide()
    assert all(map(mesh.stolen.opens, mesh.public)), "its certificates work all the same"
    proved(mesh, mesh.evict(mesh.thief.site_id, mesh.sites if known else mesh.sites[:-1]))


@pytest.mark.thorough
def test_a2_stopped_site(mesh: Mesh) -> None:
    """The same for a site that is gone from its namespace, and whose certificates are not."""
    mesh.join(*mesh.public)
    gone = mesh.thief.site_id
    mesh.thief.delete()
    assert all(map(mesh.stolen.opens, mesh.public))
    proved(mesh, mesh.evict(gone, mesh.sites[:-1]))


@pytest.mark.parametrize("topology", ["hubs", pytest.param("explicit", marks=pytest.mark.thorough)])
def test_a3_former_hub(mesh: Mesh, topology: str) -> None:
    """What a site got from a hub that it is not linked to any more is worthless, too."""
    hubs = {site.name for site in mesh.public}
    link_to(mesh, topology, hubs)
    mesh.stolen.copy_links(mesh.thief)
    for site in mesh.public:
        mesh.stolen.keep(site.token(f"spare-of-{site.name}", uses=0))
    link_to(mesh, topology, {mesh.west.name})
    assert len(probes.links(mesh.thief)) == 1
    assert all(map(mesh.stolen.opens, mesh.public)), "both certificates work after one link was removed"
    proved(mesh, mesh.evict(mesh.thief.name))


def link_to(mesh: Mesh, topology: str, hubs: set[str]) -> None:
    """Link the mesh so that each private site has so many links, or (explicit) the thief's site these."""
    mesh.settings = {"skupper_topology": topology, "skupper_prune": True}
    if topology == "hubs":
        mesh.settings["skupper_hubs_per_site"] = len(hubs)
    else:
        mesh.variables = {
            mesh.yard.name: {"skupper_links_to": [mesh.west.name]},
            mesh.shop.name: {"skupper_links_to": [mesh.west.name]},
            mesh.thief.name: {"skupper_links_to": sorted(hubs)},
        }
    mesh.play(LINK).succeeded()
    mesh.settle()


def test_a5a_two_evicted_once_more(mesh: Mesh, ansible: Ansible) -> None:
    """Two sites that were evicted together and readmitted are evicted by the same task again."""
    mesh.join(mesh.west)
    mesh.shop.link(mesh.west.token("for-the-shop"))
    mesh.shop.wait_linked(mesh.west)
    both = [mesh.shop.site_id, mesh.thief.site_id]
    evict = tasks.revoke(mesh.west, evict=both)
    ansible.play(evict).succeeded()
    assert mesh.stolen.tries([mesh.west]) == []
    ansible.play(tasks.revoke(mesh.west, scope="none", readmit=both)).succeeded()
    mesh.shop.unlink_all()
    mesh.thief.unlink_all()
    for site in (mesh.shop, mesh.thief):
        run = ansible.run(tasks.issued_link(site, mesh.west, name="once-more"))
        assert not run.failed, run
        mesh.stolen.copy_links(site)
    assert mesh.stolen.opens(mesh.west), "they are members again"
    ansible.play(evict).succeeded()
    assert mesh.stolen.tries([mesh.west]) == []


def test_a5b_host_that_lies_about_its_id(mesh: Mesh, tmp_path: Path) -> None:
    """A host whose site reports another host's id does not get that one evicted; both are named."""
    mesh.join(mesh.west)
    mesh.play(LINK).succeeded()
    with falsified_id(mesh.bed, mesh.thief, mesh.shop.site_id, tmp_path) as kubeconfig:
        mesh.variables[mesh.thief.name] = {"skupper_kubeconfig": str(kubeconfig)}
        run = mesh.evict(mesh.thief.name)
    assert run.code != 0
    told = "\n".join(map(str, run.failed))
    assert mesh.thief.name in told
    assert mesh.shop.name in told
    # Whoever was taken for the thief is a member as before.
    mesh.variables.clear()
    mesh.play(LINK, sites=[mesh.west, mesh.yard, mesh.shop]).succeeded()
    assert mesh.west.site_id in probes.peers(mesh.shop)


def test_a5c_evicted_site_made_anew(mesh: Mesh) -> None:
    """A site in the namespace of an evicted one is not linked, whatever its id."""
    mesh.join(mesh.west)
    proved(mesh, mesh.evict(mesh.thief.name))
    old = mesh.thief
    old.delete()
    ingress = {"ingress": old.ingress, "cluster": mesh.bed.clusters.index(old.cluster)}
    mesh.thief = mesh.bed.add_site(old.name, **ingress)  # type: ignore[arg-type]
    assert mesh.thief.site_id != old.site_id
    run = mesh.play(LINK)
    assert probes.links(mesh.thief) == {}
    assert run.code != 0
    assert [result.host for result in run.failed] == [mesh.thief.name]
