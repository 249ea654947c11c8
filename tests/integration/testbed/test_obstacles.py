# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of a revocation on testbeds: owners of Secrets, CAs of all kinds, slow claim servers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from testbed import Site, authorities, owners
from testbed.owners import Owner
from tests import probes
from tests.harness import SitePool

CA, SERVER = "skupper-site-ca", "skupper-site-server"
Data = dict[str, bytes]


def managers(site: Site, secret: str = CA) -> dict[str, str]:
    """Read who manages the data of a Secret, and by which operation."""
    entries = (site.get("secrets", secret) or {})["metadata"]["managedFields"]
    return {entry["manager"]: entry["operation"] for entry in entries if "f:data" in entry["fieldsV1"]}


@pytest.mark.parametrize("way", ["update", "apply"])
def test_owner_puts_data_back(west: Site, way: owners.Way) -> None:
    """What another client writes is gone a moment later; the API server lists the owner as manager, annotations stay."""
    first = west.data(CA)
    owner = Owner(west, owners.holding(first), "external-secrets", way=way)
    if way == "apply":
        owner.take()
        assert managers(west)["external-secrets"] == "Apply"
    with owner.watching():
        before = owner.times
        west.put(CA, authorities.make())
        west.wait(lambda: owner.times > before and west.data(CA) == first, "the data to be back")
    assert managers(west)["external-secrets"] == {"apply": "Apply", "update": "Update"}[way]
    other = authorities.make()
    west.put(CA, other)
    assert west.data(CA) == other, "nobody watches any more"


def test_what_owners_want() -> None:
    """Nothing is written where the data are as they should be."""
    old, new = authorities.make(), authorities.make()
    bundled = owners.bundling(old["tls.crt"])(new)
    assert bundled == {"tls.crt": new["tls.crt"] + old["tls.crt"], "tls.key": new["tls.key"]}
    assert owners.bundling(old["tls.crt"])(bundled) == bundled
    trusting = owners.trusting(old["tls.crt"])({"ca.crt": new["tls.crt"]})
    assert trusting == {"ca.crt": new["tls.crt"] + old["tls.crt"]}
    assert owners.trusting(old["tls.crt"])(trusting) == trusting
    renewed = owners.keeping_key(old["tls.key"])(new)
    assert renewed["tls.key"] == old["tls.key"]
    assert renewed["tls.crt"] not in (old["tls.crt"], new["tls.crt"])
    assert owners.keeping_key(old["tls.key"])(renewed) == renewed


@pytest.mark.parametrize("kind", ["the same key", "bundle", "another key", "expired"])
def test_authorities(west: Site, east: Site, kind: str) -> None:
    """A certificate of an old CA works under a renewal with its key and while it is trusted, and not otherwise."""
    old = west.data(CA)
    stolen = probes.unwrap(west.cert_token()).data
    endpoint = west.endpoint("inter-router")
    if kind == "expired":
        authorities.install(west, authorities.make(timedelta(days=30), timedelta(days=29)))
        stolen = probes.unwrap(west.cert_token()).data
    elif kind == "the same key":
        authorities.install(west, authorities.make(key=old["tls.key"]))
    else:
        authorities.install(west, authorities.make())
    if kind == "bundle":
        assert not probes.lets_in(endpoint, stolen)
        authorities.trust(west, old["tls.crt"])
    assert probes.lets_in(endpoint, stolen) == (kind in ("the same key", "bundle"))
    if kind != "expired":
        east.link(west.token())
        east.wait_linked(west)


@pytest.mark.parametrize("root_alone", [False, True], ids=["root and issuing CA", "root alone"])
def test_company(west: Site, east: Site, root_alone: bool) -> None:
    """Server and members have certificates of two issuing CAs of one root; with the root alone they show theirs."""
    authorities.Company.found().equip(west, root_alone)
    assert authorities.ISSUER in managers(west)
    member = probes.unwrap(west.cert_token()).data
    chain = {**member, "tls.crt": member["tls.crt"] + member["ca.crt"]}
    endpoint = west.endpoint("inter-router")
    assert (probes.lets_in(endpoint, member), probes.lets_in(endpoint, chain)) == (not root_alone, True)
    if not root_alone:
        east.link(west.token())
        east.wait_linked(west)


def test_slow_signing(west: Site) -> None:
    """A redemption is counted at once and signed for later, with the CA that is there by then."""
    token = west.token("slow")
    west.fault(slow_signing="60")
    thief = probes.SlowThief(token)
    thief.start()
    west.wait(lambda: probes.records(west)["slow"].annotations.get("skupper.io/claims-made") == "1", "the count")
    new = authorities.make()
    west.put(CA, new)
    assert thief.is_alive()
    west.fault(slow_signing=None)
    stolen = thief.result()
    assert stolen is not None
    assert stolen["ca.crt"] == new["tls.crt"]
    status, answer = probes.redeem(west.token("quick"))
    assert (status, yaml.safe_load(answer)["kind"]) == (200, "Secret")


def test_retiring_router(west: Site, east: Site, site_pool: SitePool) -> None:
    """A router pod with another label keeps its connections and gets no new ones; no controller replaces or ends it."""
    east.link(west.token())
    west.wait_linked(east, "incoming")
    pod = west.retire_router()
    assert len(probes.pods(west.cluster, west.namespace, "router")) == 1
    west.revoke_access()
    assert east.linked(west), "the old pod lives on"
    late = site_pool.private()
    late.link(west.token("late"))
    late.wait_linked(west)
    west.end_retired_routers()
    east.wait(lambda: not east.linked(west), "the link to be down")
    assert pod not in {each["metadata"]["name"] for each in west.cluster.api.list("v1", "pods", west.namespace)}
    assert late.linked(west)
    late.unlink_all()
