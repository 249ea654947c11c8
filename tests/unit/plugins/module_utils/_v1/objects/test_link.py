# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Link Secrets, at every stage that Skupper's controllers leave them in."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Link, LinkKind
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.new_link import Anchor, NewLink
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimToken, PlaceholderToken
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import keys
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.link import read_link
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.link_writing import (
    forget_claim_patch,
    is_made_from,
    park_patch,
    same_again,
    unpark_patch,
    write_link,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import read_token
from hypothesis import given

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged
from tests.unit.support.merge import merged

CLAIM_URL = "https://203.0.113.7:8081/claim"
AMQPS = "amqps://203.0.113.7:55671"
ROUTER = Anchor("skupper-router", "router-uid")


def link(name: str) -> Link:
    """Read a recorded link."""
    found = read_link(recorded.document(f"links/{name}"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kind", "cost", "url", "reason"),
    [
        ("claim", LinkKind.CLAIM, 1, CLAIM_URL, None),
        ("claim-many", LinkKind.CLAIM, 5, CLAIM_URL + "-many", None),
        ("claim-forever", LinkKind.CLAIM, 1, CLAIM_URL + "-forever", None),
        ("cert", LinkKind.CERTIFICATE, 2, AMQPS, None),
        ("redeemed", LinkKind.CERTIFICATE, 1, AMQPS, None),
        ("redeemed-many", LinkKind.CERTIFICATE, 5, AMQPS, None),
        ("used-up-404", LinkKind.CLAIM, 1, CLAIM_URL, Reason.CLAIM_USED_UP),
        ("refused-403", LinkKind.CLAIM, 1, CLAIM_URL, Reason.CLAIM_REFUSED),
        ("old-version-400", LinkKind.CLAIM, 1, CLAIM_URL, Reason.CLAIM_REJECTED),
        ("no-password", LinkKind.CLAIM, 1, CLAIM_URL, Reason.CLAIM_REJECTED),
        ("unknown-authority", LinkKind.CLAIM, 1, CLAIM_URL, Reason.ISSUER_UNTRUSTED),
        ("corrupted-500", LinkKind.CLAIM, 5, CLAIM_URL + "-many", None),
        ("unreachable", LinkKind.CLAIM, 1, CLAIM_URL, None),
    ],
)
def test_recorded(name: str, kind: LinkKind, cost: int, url: str, reason: Reason | None) -> None:
    """What every stage tells: kind, cost, where it leads, and whether its claim has failed for good."""
    found = link(name)
    assert (found.kind, found.cost, found.url) == (kind, cost, url)
    assert found.site_id == recorded.WEST
    assert found.host == "203.0.113.7"
    assert found.redemption.final is reason
    assert (found.certificate is not None) is (kind is LinkKind.CERTIFICATE)
    assert (found.owner, found.claim, found.disabled) == (None, None, False)


@pytest.mark.parametrize("name", recorded.names("links"))
def test_all_recorded_links_are_links(name: str) -> None:
    """Every recorded file is read."""
    assert read_link(recorded.document(name)) is not None


@pytest.mark.parametrize("name", [*recorded.names("records"), "west/skupper-site-ca", "west/skupper-site-server"])
def test_other_secrets_are_no_links(name: str) -> None:
    """Claim records and the site's own Secrets."""
    assert read_link(recorded.document(name)) is None


def test_expiration_of_a_claim() -> None:
    """Known as long as the claim is not redeemed."""
    assert link("claim").expires is not None
    assert link("claim-forever").expires is None


def test_disabled_by_policy() -> None:
    """service-controller says so with a label."""
    document = recorded.document("links/cert")
    document["metadata"]["labels"]["internal.skupper.io/disabled"] = "true"
    found = read_link(document)
    assert found is not None
    assert found.disabled


@pytest.mark.parametrize(("text", "cost"), [("0", 1), ("", 1), ("high", 1), ("12", 12), (None, 1)])
def test_cost(text: str | None, cost: int) -> None:
    """The router's default is 1, and neither 0 nor garbage changes it."""
    document = recorded.document("links/cert")
    document["metadata"]["annotations"]["skupper.io/cost"] = text
    found = read_link(document)
    assert found is not None
    assert found.cost == cost


def written(token: str, cost: int = 1, **marks: Any) -> dict[str, Any]:
    """A link made from a recorded token."""
    read = read_token(recorded.document(f"tokens/{token}"))
    assert not isinstance(read, PlaceholderToken)
    return write_link(NewLink("link1", read, cost, recorded.EAST, ROUTER, **marks))


@pytest.mark.parametrize(("token", "name", "cost"), [("claim", "claim", 1), ("cert", "cert", 2)])
def test_writes_what_skupper_writes(token: str, name: str, cost: int) -> None:
    """Field by field, but for what the API server adds, this collection's mark, and the id of the Deployment."""
    wanted = recorded.document(f"links/{name}")
    made = written(token, cost=cost)
    assert made["metadata"]["annotations"].pop("sitemesh.skupper/owner") == recorded.EAST
    assert made["metadata"].pop("ownerReferences") == [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "skupper-router", "uid": "router-uid"}
    ]
    theirs = wanted["metadata"].pop("ownerReferences")[0]
    assert {**theirs, "uid": ""} == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "skupper-router", "uid": ""}
    for server_side in ("uid", "resourceVersion", "creationTimestamp", "namespace"):
        del wanted["metadata"][server_side]
    assert made == {**wanted, "metadata": {**wanted["metadata"], "name": "link1"}}


def test_owners_of_the_token_are_left_behind() -> None:
    """They name an object of another cluster, and the garbage collector would delete the link for it."""
    token = read_token(recorded.document("tokens/claim"))
    assert isinstance(token, ClaimToken)
    assert token.owner_references
    assert recorded.WEST not in str(written("claim")["metadata"]["ownerReferences"])


def test_marks() -> None:
    """Who made the link, the claim that is to be removed later, and where the issuing site is, are read back."""
    found = read_link(written("claim", claim="link1-east", cost=9, issuer=Location("west", "uid-1")))
    assert found is not None
    assert (found.owner, found.claim, found.cost, found.name) == (recorded.EAST, "link1-east", 9, "link1")
    assert found.issuer == Location("west", "uid-1")


@pytest.mark.parametrize("text", [None, "", "{", "7", "{}"])
def test_no_place_of_the_issuing_site(text: str | None) -> None:
    """What is none is as if nothing had been noted."""
    document = written("claim")
    document["metadata"]["annotations"]["sitemesh.skupper/issuer"] = text
    found = read_link(document)
    assert found is not None
    assert found.issuer is None


def test_cost_of_the_task_wins_over_that_of_the_file() -> None:
    """The file's cost is only a suggestion of who made it."""
    document = recorded.document("tokens/claim")
    document["metadata"]["annotations"]["skupper.io/cost"] = "7"
    token = read_token(document)
    assert isinstance(token, ClaimToken)
    made = write_link(NewLink("link1", token, 2, recorded.EAST, ROUTER))
    assert made["metadata"]["annotations"]["skupper.io/cost"] == "2"


def test_password_is_base64_of_the_raw_bytes() -> None:
    """Skupper sends the decoded bytes."""
    assert base64.b64decode(written("claim")["data"]["password"]) == b"abcdefghijklmnopqrstuvwx"


def test_parking() -> None:
    """A parked link keeps its certificate, is no link to Skupper, and comes back with another cost."""
    before = link("cert")
    parked = read_link(merged(recorded.document("links/cert"), park_patch(before, 8)))
    assert parked is not None
    assert (parked.kind, parked.cost, parked.certificate) == (LinkKind.PARKED, 8, before.certificate)
    assert parked.stored["metadata"]["labels"]["skupper.io/type"] not in ("connection-token", "token-claim")
    back = read_link(merged(dict(parked.stored), unpark_patch(parked, 8)))
    assert back is not None
    assert (back.kind, back.cost, back.certificate) == (LinkKind.CERTIFICATE, 8, before.certificate)


def test_patches_are_for_the_version_that_was_read() -> None:
    """Someone else's change in between must not be overwritten."""
    before = link("cert")
    assert before.resource_version
    for patch in (park_patch(before, 1), unpark_patch(before, 1)):
        assert patch["metadata"]["resourceVersion"] == before.resource_version


def test_forgetting_the_claim() -> None:
    """Only that note goes."""
    document = written("claim", claim="link1-east")
    after = read_link(merged(document, forget_claim_patch()))
    assert after is not None
    assert (after.claim, after.owner) == (None, recorded.EAST)


@given(damaged(recorded.document("links/redeemed")))
def test_any_link(document: Any) -> None:
    """A Secret that anyone may have edited can be read."""
    found = read_link(document)
    assert found is None or found.cost >= 1 or found.cost < 0


@given(anything)
def test_any_object(document: Any) -> None:
    """Anything else is no link."""
    if isinstance(document, dict):
        assert read_link(document) is None


def successor(former: dict[str, Any] | None, cost: int = 1) -> dict[str, Any]:
    """A link Secret made from a claim in place of another one."""
    token = read_token(recorded.document("tokens/claim"))
    assert isinstance(token, ClaimToken)
    link = None if former is None else Link("link1", LinkKind.CLAIM, None, 1, "", "", stored=former)
    return write_link(NewLink("link1", token, cost, "east-id", ROUTER, former=link))


def test_a5_what_others_wrote_stays() -> None:
    """Labels, annotations and owners that are neither Skupper's nor this collection's; those it would have by itself win."""
    former = recorded.document("links/cert")
    former["metadata"]["labels"]["team"] = "shop"
    former["metadata"]["annotations"].update(
        {"meta.helm.sh/release-name": "x", "internal.skupper.io/status": "old", "sitemesh.skupper/claim": "old"}
    )
    theirs = {"kind": "ExternalSecret", "name": "x", "uid": "e", "controller": True, "blockOwnerDeletion": True}
    former["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "skupper-router", "uid": "former"}, theirs]
    made, alone = successor(former)["metadata"], successor(None)["metadata"]
    assert made["labels"] == {**alone["labels"], "team": "shop"}
    assert made["annotations"] == {**alone["annotations"], "meta.helm.sh/release-name": "x"}
    theirs.pop("blockOwnerDeletion")
    assert made["ownerReferences"] == [*alone["ownerReferences"], theirs]


def test_a4_same_again() -> None:
    """A link that is put back is what it was, without what an API server gives to each object."""
    document = recorded.document("links/redeemed")
    document["metadata"].update({"managedFields": [], "creationTimestamp": "2026-11-24T02:45:00Z", "namespace": "east"})
    again = same_again(document)
    assert set(again["metadata"]) <= {"name", "labels", "annotations", "ownerReferences"}
    assert (again["data"], again.get("type")) == (document["data"], document.get("type"))
    before, after = read_link(document), read_link(again)
    assert before is not None
    assert after is not None
    assert (after.site_id, after.cost, after.certificate, after.claim) == (
        before.site_id,
        before.cost,
        before.certificate,
        before.claim,
    )


def test_a4_made_though_nobody_said_so() -> None:
    """A claim is known by its URL, redeemed or not, a certificate by itself; another cost or maker is another link."""
    wanted = successor(None)
    redeemed = merged(wanted, {"data": recorded.document("links/redeemed")["data"]})
    assert is_made_from(redeemed, wanted)
    assert not is_made_from(successor(None, cost=2), wanted)
    assert not is_made_from(recorded.document("links/redeemed"), wanted)
    cert = recorded.document("links/cert")
    assert is_made_from(cert, cert)
    assert not is_made_from(merged(cert, {"data": {"tls.crt": "Li4u"}}), cert)


@given(anything, anything)
def test_a5_anything_before(one: Any, other: Any) -> None:
    """What was there may have any shape."""
    for former in ({"metadata": one}, {"metadata": {"labels": one, "annotations": other, "ownerReferences": [one]}}):
        assert successor(former)["metadata"]["labels"]["skupper.io/type"] == "token-claim"
        same_again(former)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://203.0.113.7:8081/claim", "claim"),
        ("https://h:8081/a/b", "ab"),
        ("https://h:8081/a?x=y/z", "a"),
        ("https://h", ""),
        ("", ""),
    ],
)
def test_claim_name(url: str, name: str) -> None:
    """As the claim server reads it: the path without its slashes."""
    metadata = {"labels": {keys.TYPE: keys.TYPE_CLAIM}, "annotations": {keys.URL: url}}
    found = read_link({"metadata": metadata})
    assert found is not None
    assert found.claim_name == name
