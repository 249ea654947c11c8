# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations that something stands in the way of: what is reported as done is done, and else the site is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from testbed import authorities, owners
from testbed.owners import Owner
from tests import probes
from tests.conformance.meshes import LINK, REVOKE, Mesh, signing_late, unproved
from tests.harness import Ansible, InterruptibleRuns, RequestLog, Run, tasks

# Everything here takes minutes on real sites, whose routers it restarts several times.
pytestmark = [pytest.mark.apart, pytest.mark.slow, pytest.mark.exhaustive("real")]

CA = "skupper-site-ca"
OLD = timedelta(days=100)
NIGHTLY = "90d"
SIGNING = r"^PATCH .*/secrets/skupper-site-server(\?|$)"


def proved(mesh: Mesh, run: Run) -> None:
    """Check that a run ended well, and that nothing that the thief holds works at the site that was revoked."""
    assert run.code == 0, run.output
    assert mesh.stolen.tries([mesh.west]) == []


def nightly(mesh: Mesh) -> Run:
    """Run what is run every night, for a CA that is not to be older than 90 days."""
    return mesh.play(REVOKE, {"skupper_revoke_site": mesh.west.name, "skupper_max_age": NIGHTLY})


def steal(mesh: Mesh) -> None:
    """Let the thief keep a cert token of the current CA, of which the site has no trace."""
    mesh.stolen.keep(mesh.west.cert_token())


# ---- the CA is put back by its owner


@pytest.mark.parametrize(
    ("manager", "way", "seen"),
    [
        ("external-secrets", "update", True),
        pytest.param("argocd-controller", "apply", True, marks=pytest.mark.thorough),
        pytest.param("cert-manager-certificates-issuing", "apply", True, marks=pytest.mark.thorough),
        ("reflector", "update", False),
    ],
)
def test_a4_ca_is_put_back(mesh: Mesh, manager: str, way: owners.Way, seen: bool) -> None:
    """A revocation whose CA does not stay fails and says who puts it back; its id never counts as done.

    The owner may have written the CA before, so that the API server tells of it, or not yet.
    """
    steal(mesh)
    owner = Owner(mesh.west, owners.holding(mesh.west.data(CA)), manager, way=way)
    if seen:
        owner.take()
    with owner.watching():
        run, again = mesh.revoke("INC-1"), mesh.revoke("INC-1")
    assert run.code != 0
    assert unproved(run, mesh.west)
    assert any(manager in str(result) for result in run.failed)
    assert again.code != 0
    assert unproved(again, mesh.west)


def test_a4_ca_is_put_back_later(mesh: Mesh) -> None:
    """An id that was done once is not done any more when the CA of that time is another one, or the former is back."""
    steal(mesh)
    owner = Owner(mesh.west, owners.holding(mesh.west.data(CA)), "external-secrets")
    proved(mesh, mesh.revoke("INC-1"))
    owner.put_back()
    again = mesh.revoke("INC-1")
    assert again.code != 0 or again.changed
    if again.code == 0:
        proved(mesh, again)
    else:
        assert unproved(again, mesh.west)


# ---- a criterion, and something that looks unfinished


def other_server_certificate(mesh: Mesh) -> None:
    """Let the site's server certificate be of another CA, and members be let in all the same."""
    other = authorities.make()
    authorities.serve(mesh.west, other, mesh.west.data(CA)["tls.crt"] + other["tls.crt"])


@pytest.mark.parametrize(
    "left",
    [
        "a server certificate of another CA",
        pytest.param("a revocation that died", marks=pytest.mark.thorough),
    ],
)
def test_a6a_without_criterion(mesh: Mesh, ansible: Ansible, tmp_path: Path, left: str) -> None:
    """Without a criterion no CA is good enough that was there before the run, whatever else is to be finished."""
    if left == "a revocation that died":
        with InterruptibleRuns.open(mesh.bed, ansible, tmp_path) as runs:
            runs.kill_at(SIGNING, tasks.revoke(mesh.west, id="INC-1"))
    else:
        other_server_certificate(mesh)
    steal(mesh)
    before = probes.fingerprint(mesh.west)
    ansible.play(tasks.revoke(mesh.west)).succeeded()
    assert probes.fingerprint(mesh.west) != before
    assert mesh.stolen.tries([mesh.west]) == []


def test_a6b_nightly_run(mesh: Mesh, request_log: Callable[[], RequestLog]) -> None:
    """A CA that is young enough, and not the collection's, is left alone with all that belongs to it."""
    mesh.play(LINK).succeeded()
    other_server_certificate(mesh)
    pods = probes.pods(mesh.west.cluster, mesh.west.namespace, "router")
    watched = request_log()
    # The other sites can't verify this certificate, so that they are named as not linked.
    nightly(mesh)
    assert watched.writes(mesh.west) == []
    assert probes.pods(mesh.west.cluster, mesh.west.namespace, "router") == pods


# ---- a claim server that signs late


@pytest.mark.only("simulated", "nobody can make Skupper's own claim server slow at will")
def test_a7_signed_late(mesh: Mesh) -> None:
    """A redemption that was counted before the CA was written and signed for afterwards gives nothing that works."""
    token = mesh.west.token("slow", uses=0)
    mesh.stolen.keep(token)
    with signing_late(mesh.west, token) as late:
        run = mesh.revoke("INC-1")
    mesh.stolen.certificates |= late
    proved(mesh, run)


# ---- former CAs that are still trusted


def bundled(mesh: Mesh) -> None:
    """Let the site have a new CA with the former one behind it, in both Secrets, as in a graceful rotation."""
    former = mesh.west.data(CA)["tls.crt"]
    new = authorities.make()
    authorities.install(mesh.west, {**new, "tls.crt": new["tls.crt"] + former})


def trusted(mesh: Mesh) -> None:
    """Let the site have a new CA, and trust the former one as well."""
    former = mesh.west.data(CA)["tls.crt"]
    authorities.install(mesh.west, authorities.make())
    authorities.trust(mesh.west, former)


def renewed(mesh: Mesh) -> None:
    """Let the site have a new certificate for the key of its CA."""
    authorities.install(mesh.west, authorities.make(key=mesh.west.data(CA)["tls.key"]))


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(bundled, id="bundle in tls.crt"),
        pytest.param(trusted, id="former CA in ca.crt", marks=pytest.mark.thorough),
    ],
)
def test_a8_young_ca_beside_an_old_one(mesh: Mesh, left: Callable[[Mesh], None]) -> None:
    """A CA that is young enough does not make a run end well as long as one is trusted that is too old."""
    authorities.install(mesh.west, authorities.make(age=OLD))
    steal(mesh)
    left(mesh)
    assert mesh.stolen.opens(mesh.west), "the old certificate works"
    proved(mesh, nightly(mesh))


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(trusted, id="former CA in ca.crt"),
        pytest.param(renewed, id="the same key", marks=pytest.mark.thorough),
    ],
)
def test_a8_id_that_was_done(mesh: Mesh, left: Callable[[Mesh], None]) -> None:
    """An id counts as done as long as the certificates of its time are refused, and not by its note."""
    steal(mesh)
    stolen = mesh.west.data(CA)
    proved(mesh, mesh.revoke("INC-1"))
    if left is renewed:
        authorities.install(mesh.west, authorities.make(key=stolen["tls.key"]))
    else:
        authorities.trust(mesh.west, stolen["tls.crt"])
    assert mesh.stolen.opens(mesh.west), "the stolen certificate works once more"
    again = mesh.revoke("INC-1")
    if again.code == 0:
        proved(mesh, again)
    else:
        assert unproved(again, mesh.west)


@pytest.mark.thorough
@pytest.mark.parametrize("habit", ["keeping the key", "bundling", "trusting"])
def test_a8_owner_in_the_way(mesh: Mesh, habit: str) -> None:
    """While another tool makes new CAs with the old key, or adds the old CA again, nothing is reported as revoked."""
    steal(mesh)
    former = mesh.west.data(CA)
    owner = {
        "keeping the key": Owner(mesh.west, owners.keeping_key(former["tls.key"]), "cert-manager"),
        "bundling": Owner(mesh.west, owners.bundling(former["tls.crt"]), "rotation"),
        "trusting": Owner(mesh.west, owners.trusting(former["tls.crt"]), "trust-manager", secret="skupper-site-server"),
    }[habit]
    with owner.watching():
        run = mesh.revoke("INC-1")
        mesh.west.wait_ready()
    if run.code == 0:
        proved(mesh, run)
    else:
        assert unproved(run, mesh.west)


@pytest.mark.parametrize(
    "root_alone",
    [
        pytest.param(False, id="root and issuing CA", marks=pytest.mark.thorough),
        pytest.param(True, id="root alone"),
    ],
)
def test_a8b_company_at_night(mesh: Mesh, request_log: Callable[[], RequestLog], root_alone: bool) -> None:
    """A company's CA of ten days is young enough: nothing is written, though it did not sign the server certificate."""
    authorities.Company.found().equip(mesh.west, root_alone)
    before, watched = mesh.west.data(CA), request_log()
    run = nightly(mesh)
    assert run.code == 0, run.output
    assert watched.writes(mesh.west) == []
    assert mesh.west.data(CA) == before


@pytest.mark.parametrize("asked", ["revoke", pytest.param("evict", marks=pytest.mark.thorough)])
def test_a8b_company_ca_is_not_replaced_unasked(mesh: Mesh, asked: str) -> None:
    """A CA of a company's PKI stays; the run fails and names the site, since nothing was revoked there."""
    authorities.Company.found().equip(mesh.west)
    mesh.join(mesh.west)
    before = mesh.west.data(CA)
    run = mesh.revoke("INC-1") if asked == "revoke" else mesh.evict(mesh.thief.name)
    assert mesh.west.data(CA) == before
    assert run.code != 0
    assert unproved(run, mesh.west)


def test_a9_expired_ca(mesh: Mesh) -> None:
    """A CA that has ended is replaced, however young it is."""
    authorities.install(mesh.west, authorities.make(timedelta(days=30), timedelta(days=29)))
    steal(mesh)
    before = probes.fingerprint(mesh.west)
    proved(mesh, nightly(mesh))
    assert probes.fingerprint(mesh.west) != before
    assert mesh.west.site_id in probes.peers(mesh.shop)


# ---- what a linking site says of the issuing one


@pytest.mark.parametrize(
    "way", ["playbook", *(pytest.param(each, marks=pytest.mark.thorough) for each in ("task", "removal"))]
)
def test_b1_claim_of_a_stranger(mesh: Mesh, ansible: Ansible, way: str) -> None:
    """Whatever is noted on a link of a site, no claim of another site is deleted at the issuing site."""
    mesh.play(LINK, sites=[mesh.west, mesh.shop]).succeeded()
    theirs = mesh.west.token("theirs", uses=0)
    (link,) = probes.links(mesh.shop).values()
    url = f"https://{mesh.west.endpoint('claims')}/theirs"
    notes = {"metadata": {"annotations": {"sitemesh.skupper/claim": "theirs", "skupper.io/url": url}}}
    mesh.shop.cluster.api.patch("v1", "secrets", mesh.shop.namespace, link.name, notes)
    if way == "playbook":
        mesh.play(LINK, sites=[mesh.west, mesh.shop])
    elif way == "task":
        ansible.run(tasks.issued_link(mesh.shop, mesh.west))
    else:
        ansible.run(tasks.link(mesh.shop, name=link.name, state="absent", issuer=tasks.where(mesh.west)))
    assert "theirs" in probes.records(mesh.west)
    mesh.stolen.keep(theirs)
    assert mesh.stolen.tries([mesh.west]) != [], "whom it belongs to can redeem it"
