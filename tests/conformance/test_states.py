# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of links, with their causes, as the sites themselves bring them about."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tests import probes
from tests.conformance.cast import PATIENCE, Settle
from tests.harness import Ansible, tasks
from tests.testbed import Site

# tests/integration/modules/test_states.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

STATUS = "internal.skupper.io/status"

States = dict[str, tuple[str, "str | None"]]


def states(ansible: Ansible, site: Site, *issuers: Site) -> States:
    """State and cause of each link of a site, asking the issuing sites that are named."""
    read = ansible.run(tasks.link_info(site, issuers=[tasks.where(each) for each in issuers]))
    return {link["name"]: (link["state"], link["cause"]) for link in read["links"]}


def noted(site: Site) -> Callable[[], bool]:
    """Whether the site's controller has noted something about each of its claims."""
    return lambda: all(STATUS in kept.annotations for kept in probes.links(site).values())


def test_claims(ansible: Ansible, hub: Site, east: Site, new_name: Callable[[], str]) -> None:
    """What the claim server answers alike, the issuing site's records tell apart."""
    tokens = {kind: hub.token(new_name()) for kind in ("spent", "late", "gone", "wrong")}
    names = {kind: token["metadata"]["name"] for kind, token in tokens.items()}
    notes = {
        "spent": {"claims-remaining": "0", "claims-made": "1"},
        "late": {"claim-expiration": "2020-01-01T00:00:00Z"},
    }
    for kind, changed in notes.items():
        patch = {"metadata": {"annotations": {f"skupper.io/{key}": value for key, value in changed.items()}}}
        hub.cluster.api.patch("v1", "secrets", hub.namespace, names[kind], patch)
    hub.cluster.api.delete("v1", "secrets", hub.namespace, names["gone"])
    tokens["wrong"]["data"]["password"] = base64.b64encode(b"guessed").decode()
    for kind, token in tokens.items():
        east.link(token, name=kind)
    east.wait(noted(east), "an answer to every claim", PATIENCE)
    failed = "claim_failed"
    told = dict.fromkeys(("spent", "late", "gone"), (failed, "claim_unknown"))
    assert states(ansible, east) == {**told, "wrong": (failed, "claim_refused")}
    assert states(ansible, east, hub) == {
        "spent": (failed, "claim_used_up"),
        "late": (failed, "claim_expired"),
        "gone": (failed, "claim_removed"),
        "wrong": (failed, "claim_refused"),
    }
    removed = ansible.run(tasks.link(east, stale=True, state="absent"))
    assert {each["name"] for each in removed["removed"]} == set(tokens)
    assert probes.links(east) == {}


def test_out_of_reach(ansible: Ansible, hub: Site, lent: Callable[[], Site], settle: Settle, claim: str) -> None:
    """A link that is down, and a claim whose issuing site does not answer; both come up when it does."""
    linked, waiting = lent(), lent()
    assert ansible.run(tasks.issued_link(linked, hub, name="to-hub"))["link"]["connected"]
    assert states(ansible, linked, hub) == {"to-hub": ("connected", None)}
    token = hub.token(claim)
    settle()
    hub.pause()
    try:
        waiting.link(token, name="to-hub")
        waiting.wait(noted(waiting), "a try to redeem the claim", PATIENCE)
        assert states(ansible, waiting, hub) == {"to-hub": ("claim_waiting", "issuer_unreachable")}
        linked.wait(lambda: not linked.linked(hub), "the link to be down", PATIENCE)
        assert states(ansible, linked, hub) == {"to-hub": ("connecting", "no_connection")}
    finally:
        hub.resume()
    for site in (linked, waiting):
        site.wait_linked(hub, timeout=PATIENCE)
        assert states(ansible, site, hub) == {"to-hub": ("connected", None)}


def test_revoked(ansible: Ansible, west: Site, east: Site, settle: Settle) -> None:
    """A link whose issuing site has another CA is stale, which only that site can tell."""
    assert ansible.run(tasks.issued_link(east, west, name="to-west"))["link"]["connected"]
    settle()
    west.revoke_access()
    east.wait(lambda: not east.linked(west), "the link to be down", PATIENCE)
    assert states(ansible, east) == {"to-west": ("connecting", "no_connection")}
    assert states(ansible, east, west) == {"to-west": ("stale", "ca_changed")}
