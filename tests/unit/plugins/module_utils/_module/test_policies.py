# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What policies keep from being issued and linked, told before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules import go_regexp

from tests.unit.support import recorded
from tests.unit.support.authorities import POLICIES, enforce, give_ca, label, signing_ca
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Store

TOKEN = recorded.document("tokens/claim")
CERT = recorded.document("tokens/cert")
INCOMING: dict[str, Any] = {"namespaces": ["^west$"], "allowIncomingLinks": True}
OUTGOING: dict[str, Any] = {"namespaces": ["^east$"], "allowedOutgoingLinksHostnames": [r"^203\.0\.113\.7$"]}


def issuer(link: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site, to be asked."""
    return {"issuer": {**link.connection("west"), **options}}


def test_token_is_denied(token: Runner, sites: Store) -> None:
    """The sentence names the policies there are."""
    enforce(sites, only={"namespaces": ["east"], "allowIncomingLinks": True}, others=OUTGOING)
    message = token.failing("policy_denied", name="for-east")
    assert "namespace west" in message
    assert "(only, others)" in message
    assert "allowIncomingLinks" in message
    assert sites.writes == []


def test_no_policy_allows_nothing(token: Runner, sites: Store) -> None:
    """A cluster that enforces policies denies what none allows."""
    enforce(sites)
    assert "has none" in token.failing("policy_denied", name="for-east")


def test_cert_token_is_denied(token: Runner, sites: Store) -> None:
    """It is the same right."""
    enforce(sites)
    token.failing("policy_denied", type="cert", renew="always")


def test_token_is_allowed(token: Runner, sites: Store) -> None:
    """By one policy of several."""
    enforce(sites, none={}, west=INCOMING)
    result = token(name="for-east")
    assert (result["changed"], "warnings" in result) == (True, False)


def test_namespace_labels(token: Runner, sites: Store) -> None:
    """Policies may select namespaces by their labels."""
    enforce(sites, public={"namespaces": ["exposure=public"], "allowIncomingLinks": True})
    label(sites, "west", exposure="private")
    token.failing("policy_denied", name="for-east")
    label(sites, "west", exposure="public")
    assert token(name="for-east")["changed"] is True


def test_labels_that_can_not_be_read(token: Runner, sites: Store) -> None:
    """It is said that nobody knows."""
    enforce(sites, public={"namespaces": ["exposure=public"], "allowIncomingLinks": True})
    sites.denied.add(("get", "/api/v1/namespaces/west"))
    result = token(name="for-east")
    assert result["changed"] is True
    assert result["warnings"][0].startswith("policy_unreadable: ")


@pytest.mark.parametrize("verb_and_path", [("list", POLICIES), ("get", "/apis/skupper.io/v1alpha1")])
def test_policies_that_can_not_be_read(
    token: Runner, link: Runner, sites: Store, controllers: Controllers, verb_and_path: tuple[str, str]
) -> None:
    """That is neither yes nor no: the task goes on, says so, and the site's controllers decide."""
    enforce(sites)
    sites.denied.add(verb_and_path)
    for run, args in ((token, {"name": "for-east"}), (link, {"token": TOKEN})):
        predicted = run(check=True, **args)
        result = run(**args)
        assert (predicted["changed"], result["changed"]) == (True, True)
        assert predicted["warnings"] == result["warnings"]
        assert result["warnings"][0].startswith("policy_unreadable: ")


def test_patterns_that_are_not_known(token: Runner, sites: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without google-re2 the site's controllers decide on what is more than a name, a prefix or a suffix."""
    monkeypatch.setattr(go_regexp, "HAS_RE2", False)
    enforce(sites, some={"namespaces": ["^(east|north)$"], "allowIncomingLinks": True})
    result = token(name="for-east")
    assert result["changed"] is True
    assert result["warnings"][0].startswith("policy_unreadable: ")
    assert "a pattern in it" in result["warnings"][0]


def test_existing_claim_is_not_judged(token: Runner, sites: Store) -> None:
    """Nothing is issued, so nothing is asked."""
    token(name="for-east")
    enforce(sites)
    token.api.requests.clear()
    assert token(name="for-east")["changed"] is False
    assert not [request for request in token.api.requests if "skupper.io" in request.path]


@pytest.mark.parametrize("given", [{"token": TOKEN}, {"token": CERT}], ids=["claim", "cert"])
def test_link_is_denied(link: Runner, sites: Store, given: dict[str, Any]) -> None:
    """The host is named."""
    enforce(sites, other={**OUTGOING, "allowedOutgoingLinksHostnames": ["198.51.100.1"]})
    message = link.failing("policy_denied", **given)
    assert "links to 203.0.113.7" in message
    assert "(other)" in message
    assert sites.writes == []


@pytest.mark.parametrize("kind", ["claim", "cert"])
def test_issuer_is_denied(link: Runner, sites: Store, kind: str) -> None:
    """On either side, and no claim is issued for nothing."""
    give_ca(sites, signing_ca())
    enforce(sites, east=OUTGOING)
    assert "incoming links of the site in namespace west" in link.failing("policy_denied", **issuer(link, type=kind))
    enforce(sites, west=INCOMING, east={**OUTGOING, "namespaces": []})
    assert "links to 203.0.113.7" in link.failing("policy_denied", **issuer(link, type=kind))
    assert sites.writes == []


@pytest.mark.parametrize("kind", ["claim", "cert"])
def test_issuer_is_allowed(link: Runner, sites: Store, controllers: Controllers, kind: str) -> None:
    """Made; and nothing is asked of policies once the link is there."""
    if kind == "cert":
        give_ca(sites, signing_ca())
    enforce(sites, west=INCOMING, east=OUTGOING)
    result = link(**issuer(link, type=kind))
    assert (result["changed"], result["link"]["connected"], "warnings" in result) == (True, True, False)
    link.api.requests.clear()
    assert link(**issuer(link, type=kind))["changed"] is False
    assert len(link.api.requests) == 3


def test_link_that_policies_disable(link: Runner, sites: Store, controllers: Controllers) -> None:
    """Where they could not be read, the state tells what became of the link."""
    enforce(sites)
    sites.denied.add(("list", POLICIES))

    def disable(store: Store) -> None:
        found = store.find("Secret", "east", "link1")
        if found is not None:
            found["metadata"]["labels"]["internal.skupper.io/disabled"] = "true"

    sites.controllers = disable
    result = link(token=CERT, wait_timeout=5)
    assert (result["reason"], result["link"]["state"]) == ("link_disabled", "disabled")
    assert "no SkupperClusterPolicy allows links to 203.0.113.7" in result["msg"]
