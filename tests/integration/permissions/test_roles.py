# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module works with the Role of docs/rbac, needs every right in it, and says which one is missing."""

from __future__ import annotations

import functools
import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from testbed import Policies, Site, Testbed
from testbed.clusters.users import ensure_namespace
from tests.harness import NEWEST, Ansible
from tests.integration.permissions.roles import RBAC, Account, Refused, Right, Role, roles

# For runs that are to fail: an account without rights is not waited for long.
SHORT = 3
# Objects of a site that the guide names, too.
NO_ROLES = {
    "skupper-site-ca",
    "skupper-site-server",
    "skupper-router",
    "skupper-internal",
    "skupper-network-status",
}


@dataclass
class RoleSites:
    """Sites of one cluster, with all kinds of ingress whose endpoints take reading objects."""

    bed: Testbed
    hub: Site
    """Behind a load balancer."""
    others: tuple[Site, ...]
    """With an Ingress and with Routes."""
    shop: Site
    """Private."""
    accounts: int = 0

    @property
    def public(self) -> tuple[Site, ...]:
        """All sites that others can reach."""
        return (self.hub, *self.others)

    def account(self, *granted: tuple[Role, tuple[Site | str, ...]]) -> Account:
        """A new service account with Roles in the namespaces of sites, and nothing else."""
        self.accounts += 1
        cluster = self.hub.cluster
        account = Account(cluster, cluster.user(f"account-{self.accounts}", auth="token"))
        for role, places in granted:
            namespaces = [place if isinstance(place, str) else place.namespace for place in places]
            account.allow(role, *namespaces)
        return account

    def asked(self, account: Account, mark: int) -> set[tuple[str, str, str, str]]:
        """Group, resource, verb and name of all that an account asked for since a mark of the audit log."""
        heard = account.cluster.audit.requests(since=mark, user=account.user.username)
        return {(each.api_group, each.resource, each.verb, each.name) for each in heard}

    def forget_links(self) -> None:
        """Leave the private site without links, and the public one without claims."""
        for site, selector in ((self.shop, "skupper.io/type"), (self.hub, "skupper.io/type=token-claim-record")):
            for secret in site.cluster.api.list("v1", "secrets", site.namespace, label_selector=selector):
                site.cluster.api.delete("v1", "secrets", site.namespace, secret["metadata"]["name"])
        self.shop.wait(lambda: not self.shop.linked(self.hub), "the link to be gone")


@pytest.fixture(scope="module")
def sites() -> Iterator[RoleSites]:
    """A cluster of its own, for it serves Routes, and policies at the end."""
    with Testbed.up(clusters=1, pace=0.02) as bed:
        bed.install_routes()
        hub, ingress, route, shop = bed.add_sites(
            {"name": "hub"},
            {"name": "front", "ingress": "ingress"},
            {"name": "shift", "ingress": "route"},
            {"name": "shop", "ingress": "none"},
        )
        yield RoleSites(bed, hub, (ingress, route), shop)


Places = Callable[[RoleSites], tuple[Site | str, ...]]


@dataclass(frozen=True)
class Scenario:
    """All that a Role is for: what is done with it, where it is needed, what else is granted, and what comes before."""

    role: str
    act: Callable[[RoleSites, Account], Any]
    places: Places
    besides: Callable[[RoleSites], tuple[tuple[Role, tuple[Site | str, ...]], ...]] = lambda sites: ()
    prepare: Callable[[RoleSites], Any] = lambda sites: None

    def account(self, sites: RoleSites, role: Role) -> Account:
        """A service account with the Role, or another in its place."""
        return sites.account((role, self.places(sites)), *self.besides(sites))


def issue(sites: RoleSites, me: Account) -> None:
    """Claims: made, changed, made anew, and withdrawn."""
    steps: tuple[dict[str, Any], ...] = ({}, {"uses": 3}, {"renew": "always"}, {"state": "absent"})
    for options in steps:
        me.do("token", sites.hub, name="rbac", **options)
    for site in sites.others:
        me.do("token", site, check=True, name="rbac")


def sign(sites: RoleSites, me: Account) -> None:
    """Cert tokens."""
    for site in sites.public:
        me.do("token", site, type="cert", name="rbac", renew="always")


def link_by_token(sites: RoleSites, me: Account) -> None:
    """A link: made, at another cost, made anew, removed, and removed again."""
    token = sites.hub.token("many", uses=0)
    steps: tuple[dict[str, Any], ...] = ({}, {"cost": 2}, {"cost": 2, "replace": "always"})
    for options in steps:
        me.do("link", sites.shop, token=token, **options)
    for _number in range(2):
        me.do("link", sites.shop, name="link1", state="absent")


def link_by_claim(sites: RoleSites, me: Account) -> None:
    """A link by a claim that an interrupted run left, with other limits, and by one of its own."""
    for options in ({"uses": 2}, {}):
        me.do("link", sites.shop, issuer={**me.place(sites.hub.namespace), **options})
        me.do("link", sites.shop, name="link1", state="absent")
    for site in sites.others:
        me.do("link", sites.shop, check=True, issuer=me.place(site.namespace))


def some_claim(sites: RoleSites) -> None:
    """Have one claim on the public site, and no link."""
    sites.forget_links()
    sites.hub.token()


def interrupted(sites: RoleSites) -> None:
    """Leave what a run left that ended after it had issued the claim."""
    sites.forget_links()
    name = f"link1-{sites.shop.site_id}"
    sites.hub.token(name, uses=1)
    marks = {
        "sitemesh.skupper/owner": sites.hub.site_id,
        "sitemesh.skupper/for": json.dumps({"site": sites.shop.site_id, "link": "link1"}),
    }
    sites.hub.cluster.api.patch("v1", "secrets", sites.hub.namespace, name, {"metadata": {"annotations": marks}})


def link_by_certificate(sites: RoleSites, me: Account) -> None:
    """A link without a claim."""
    me.do("link", sites.shop, issuer={**me.place(sites.hub.namespace), "type": "cert"})
    for site in sites.others:
        me.do("link", sites.shop, check=True, issuer={**me.place(site.namespace), "type": "cert"})


def revoke(sites: RoleSites, me: Account) -> None:
    """A revocation of a site that has issued a claim."""
    for site in sites.others:
        me.do("revoke", site, check=True)
    me.do("revoke", sites.hub)


def look(sites: RoleSites, me: Account) -> None:
    """Sites of all kinds."""
    for site in sites.public:
        me.do("site_info", site)


def look_back(sites: RoleSites, me: Account) -> None:
    """A revocation that was not made, on sites of all kinds."""
    for site in sites.public:
        assert me.do("site_info", site, since="INC-1")["site"]["revocation"]["state"] == "not_done"


def look_at_members(sites: RoleSites, me: Account) -> None:
    """Public sites of all kinds and a private one, as a mesh sees them."""
    for site in (*sites.public, sites.shop):
        me.do("mesh_info", site)


def read_links(sites: RoleSites, me: Account) -> None:
    """The links of a site."""
    me.do("link_info", sites.shop)


def read_claims(sites: RoleSites, me: Account) -> None:
    """The claims of a site that has some, and of one that has none."""
    assert me.do("token_info", sites.hub)["claims"]
    assert not me.do("token_info", sites.shop)["claims"]


def make_site(sites: RoleSites, me: Account) -> None:
    """A site: made, changed, and looked at as it is and before anything is there; those that are there already, too."""
    for site in sites.others:
        me.do("site", site)
    sites.bed.stop_simulator()
    try:
        me.do("site", "fresh", ingress="loadbalancer", wait_timeout=1)
    except Refused as refused:
        if refused.reason != "site_timeout":
            raise
    finally:
        sites.bed.start_simulator()
    steps: tuple[dict[str, Any], ...] = ({}, {"settings": {"router-logging": "info"}})
    for options in steps:
        me.do("site", "fresh", ingress="loadbalancer", **options)


def no_site(sites: RoleSites) -> None:
    """Take the site of the namespace away, if there is one."""
    api = sites.hub.cluster.api
    if api.delete("v1", "configmaps", "fresh", "skupper-site"):
        sites.hub.wait(lambda: not api.get("v1", "services", "fresh", "skupper-router"), "the garbage to be collected")


def some_site(sites: RoleSites) -> None:
    """Make a site in the namespace."""
    if sites.hub.cluster.api.get("v1", "configmaps", "fresh", "skupper-site") is None:
        sites.bed.add_site("fresh", namespace="fresh")


def delete_site(sites: RoleSites, me: Account) -> None:
    """A site that is there, and that is gone."""
    for _number in range(2):
        me.do("site", "fresh", state="absent")


def fresh(sites: RoleSites) -> tuple[Site | str, ...]:
    """A namespace without a site."""
    ensure_namespace(sites.hub.cluster.api, "fresh")
    return ("fresh",)


def linking(sites: RoleSites) -> tuple[tuple[Role, tuple[Site | str, ...]], ...]:
    """What it takes on the linking site."""
    return ((roles()["skupper-link"], (sites.shop,)),)


SCENARIOS = {
    "claims": Scenario("skupper-token", issue, lambda w: w.public),
    "certificates": Scenario("skupper-token-cert", sign, lambda w: w.public),
    "link by token": Scenario("skupper-link", link_by_token, lambda w: (w.shop,), prepare=RoleSites.forget_links),
    "link by claim": Scenario("skupper-token", link_by_claim, lambda w: w.public, linking, interrupted),
    "link by certificate": Scenario(
        "skupper-token-cert", link_by_certificate, lambda w: w.public, linking, RoleSites.forget_links
    ),
    "revoke": Scenario("skupper-revoke", revoke, lambda w: w.public, prepare=some_claim),
    "site info": Scenario("skupper-site-info", look, lambda w: w.public),
    "site info since": Scenario("skupper-site-info-since", look_back, lambda w: w.public),
    "link info": Scenario("skupper-link-info", read_links, lambda w: (w.shop,)),
    "token info": Scenario(
        "skupper-token-info",
        read_claims,
        lambda w: (w.hub, w.shop),
        prepare=some_claim,
    ),
    "mesh info": Scenario("skupper-mesh-info", look_at_members, lambda w: (*w.public, w.shop)),
    "site": Scenario("skupper-site", make_site, lambda w: (*w.others, *fresh(w)), prepare=no_site),
    "site absent": Scenario("skupper-site-absent", delete_site, fresh, prepare=some_site),
}


def each_right() -> list[Any]:
    """Every scenario with every right of its Role."""
    return [
        pytest.param(name, right, id=f"{name} - {right}")
        for name, scenario in SCENARIOS.items()
        for right in roles()[scenario.role].rights
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_role_is_enough_and_all_of_it_is_used(sites: RoleSites, name: str) -> None:
    scenario = SCENARIOS[name]
    role = roles()[scenario.role]
    scenario.prepare(sites)
    account = scenario.account(sites, role)
    mark = account.cluster.audit.mark()
    scenario.act(sites, account)
    asked = sites.asked(account, mark)
    unused = [right for right in role.rights for each in right.each() if not used(each, asked)]
    assert unused == []


def used(right: tuple[str, str, str, str], asked: set[tuple[str, str, str, str]]) -> bool:
    """Whether something was asked for by a right; the name of a list is in its field selector."""
    *what, name = right
    return any(each[:3] == tuple(what) and (name in ("", each[3]) or what[2] == "list") for each in asked)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "right"), each_right())
def test_a_right_that_is_missing_is_named(sites: RoleSites, name: str, right: Right) -> None:
    scenario = SCENARIOS[name]
    scenario.prepare(sites)
    account = replace(scenario.account(sites, roles()[scenario.role].without(right)), timeout=SHORT)
    with pytest.raises(Refused) as refused:
        scenario.act(sites, account)
    assert refused.value.reason == "forbidden", refused.value.message
    assert f"grant verb {right.verb} on {right.resource}" in refused.value.message


MORE: Mapping[str, tuple[str, str, Places]] = {
    "skupper-site-info-more": ("site_info", "site", lambda w: (w.hub,)),
    "skupper-link-info-more": ("link_info", "links", lambda w: (w.shop,)),
}


def shown(sites: RoleSites, name: str, role: Role) -> dict[str, Any]:
    """What a reader with a Role, and all of the Role that it needs, says of a site, without what passes."""
    module, value, places = MORE[name]
    needed = roles()[name.removesuffix("-more")]
    account = sites.account((needed + role, places(sites)))
    (place,) = places(sites)
    found = account.do(module, place)[value]
    return found[0] if isinstance(found, list) else dict(found)


# What is not told, or told otherwise, without one of these rights.
BLANK = {
    ("skupper-site-info-more", "list secrets"): ["certificates", "evicted", "evicted_locations"],
    ("skupper-site-info-more", "get secrets skupper-site-server"): ["certificates"],
    ("skupper-site-info-more", "get deployments skupper-router"): ["router"],
    ("skupper-link-info-more", "get configmaps skupper-internal"): ["cause", "reason"],
    ("skupper-link-info-more", "get deployments skupper-router"): ["orphan"],
}


@pytest.fixture
def telling(sites: RoleSites) -> Iterator[RoleSites]:
    """Sites that stand still and have something to report: an evicted site, and a link that the router does not know of."""
    sites.forget_links()
    # Far from the hour at which it has a day less to go.
    token = sites.hub.cert_token(lifetime=timedelta(days=100, hours=12))
    sites.bed.stop_simulator()
    sites.shop.link(token)
    evicted = {
        "sitemesh.skupper/evicted": json.dumps(["00000000-0000-0000-0000-000000000000"]),
        "sitemesh.skupper/evicted-locations": json.dumps([{"namespace": "gone"}]),
    }
    sites.hub.cluster.api.patch("v1", "secrets", "hub", "skupper-site-ca", {"metadata": {"annotations": evicted}})
    yield sites
    sites.bed.start_simulator()


def test_less_is_said_without_what_is_good_to_have(telling: RoleSites) -> None:
    """What docs/permissions.md says will be missing is, and nothing else."""
    found = {
        (name, str(right)): differing(
            shown(telling, name, roles()[name]), shown(telling, name, roles()[name].without(right))
        )
        for name in MORE
        for right in roles()[name].rights
    }
    assert found == BLANK


def differing(full: dict[str, Any], less: dict[str, Any]) -> list[str]:
    """The keys of what differs."""
    return sorted(key for key in full if full[key] != less[key])


@pytest.mark.parametrize("may", [True, False])
def test_waits_watch_where_they_may(sites: RoleSites, may: bool) -> None:
    """Each of the rights to watch is asked for, and what is done without them is the same."""
    sites.forget_links()
    claim, certificate = sites.hub.token(), sites.hub.cert_token()
    more = roles()["skupper-link-more"]
    role = roles()["skupper-link"] + more if may else roles()["skupper-link"]
    account = replace(sites.account((role, (sites.shop,))), timeout=SHORT)
    sites.shop.link(certificate, "connected")
    sites.shop.wait_linked(sites.hub)
    sites.bed.stop_simulator()
    try:
        mark = account.cluster.audit.mark()
        assert refusal(account, sites.shop, name="connected", state="absent") == "link_removal_timeout"
        for token, name in ((claim, "claimed"), (certificate, "signed")):
            assert refusal(account, sites.shop, token=token, name=name) == "link_timeout"
            assert refusal(account, sites.shop, name=name, state="absent") is None
        asked = sites.asked(account, mark)
    finally:
        sites.bed.start_simulator()
    watched = [right for right in more.rights for each in right.each() if used(each, asked)]
    assert len(watched) == 3
    assert account.do("link", sites.shop, token=certificate, wait_timeout=60)["link"]["connected"]


def refusal(account: Account, site: Site, **options: Any) -> str | None:
    """Why a link is not made or removed; None if it is."""
    try:
        account.do("link", site, **options)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("may", [True, False])
def test_cluster_is_told_by_its_uid_to_those_who_may_read_it(sites: RoleSites, may: bool) -> None:
    """The others know it by the CA of its API server."""
    account = sites.account((roles()["skupper-site-info"], (sites.hub,)))
    if may:
        account.allow_everywhere(roles()["skupper-location-more"])
    location = account.do("site_info", sites.hub)["site"]["location"]
    namespace = sites.hub.cluster.api.get("v1", "namespaces", None, "kube-system")
    assert namespace is not None
    assert location["cluster"] == (namespace["metadata"]["uid"] if may else None)
    assert (location["namespace"], len(location["authorities"])) == (sites.hub.namespace, 1)


@pytest.mark.parametrize("right", roles()["skupper-site-more"].rights, ids=str)
def test_a_site_is_made_and_deleted_without_what_is_good_to_have(sites: RoleSites, right: Right) -> None:
    """The roles of the site's own accounts are not waited for, and the end of the CA is not reported."""
    no_site(sites)
    rest = roles()["skupper-site"] + roles()["skupper-site-absent"]
    account = sites.account((rest + roles()["skupper-site-more"].without(right), fresh(sites)))
    assert account.do("site", "fresh", ingress="loadbalancer")["changed"]
    assert account.do("site", "fresh", state="absent")["changed"]


def test_an_issuing_site_that_is_asked_for_its_links_tells_what_its_rights_allow(sites: RoleSites) -> None:
    """With the Role for claims it is known why one failed; with none, a warning says that it is not."""
    sites.forget_links()
    token = sites.hub.token("gone")
    sites.hub.cluster.api.delete("v1", "secrets", sites.hub.namespace, "gone")
    sites.shop.link(token)
    sites.shop.wait(lambda: "last-failed" in str(sites.shop.get("secrets", "link1")), "the claim to fail")
    reading = (roles()["skupper-link-info"], (sites.shop,))
    able = sites.account(reading, (roles()["skupper-token-info"], (sites.hub,)))
    unable = sites.account(reading)
    told = [each.do("link_info", sites.shop, issuers=[each.place(sites.hub.namespace)]) for each in (able, unable)]
    assert [each["links"][0]["cause"] for each in told] == ["claim_removed", "claim_unknown"]
    assert ["grant verb" in " ".join(each.get("warnings", ())) for each in told] == [False, True]


@pytest.mark.parametrize(
    ("role", "books"),
    [
        # A certificate that is signed takes less.
        ("skupper-link-sites", {"link_sites": {"mesh_token_type": "claim"}}),
        ("skupper-site-info skupper-link-info", {"status": {"skupper_fail_on": "unread"}}),
        pytest.param(
            "skupper-revoke-access",
            {
                "revoke_access": {"skupper_revoke_site": "hub", "skupper_revoke_id": "ticket"},
                "evict_site": {"skupper_evict_site": "shop"},
            },
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_the_role_of_a_playbook_is_enough_and_all_of_it_is_used(
    sites: RoleSites, tmp_path: Path, role: str, books: dict[str, dict[str, str]]
) -> None:
    """Of the ways in there is one here; the others are the modules' own."""
    interrupted(sites)
    granted = sum_of(roles()[name] for name in role.split())
    account = sites.account((granted, (sites.hub, sites.shop)))
    mark = account.cluster.audit.mark()
    hosts = {site.name: {"skupper_connection": account.place(site.namespace)} for site in (sites.hub, sites.shop)}
    for book, variables in books.items():
        ansible = Ansible(NEWEST, tmp_path / book)
        extra = ["--extra-vars", json.dumps({**variables, "skupper_hosts": "all"})]
        ansible.start(f"sitemesh.skupper.{book}", extra, inventory=hosts).wait().succeeded()
    asked = sites.asked(account, mark)
    unused = [right for right in granted.rights for each in right.each() if not used(each, asked)]
    assert {right.resource for right in unused} <= {"ingresses", "routes"}, unused


def sum_of(several: Iterable[Role]) -> Role:
    """A Role with the rights of several."""
    return functools.reduce(operator.add, several)


def test_policies_that_may_not_be_read_are_a_warning(sites: RoleSites) -> None:
    """The last test of these sites: from now on their cluster enforces policies."""
    sites.forget_links()
    policies = Policies(sites.hub.cluster)
    policies.enforce()
    policies.replace(all={"namespaces": ["kubernetes.io/metadata.name=hub"], "allowIncomingLinks": True})
    role = roles()["skupper-policies"]
    for less in (role, *map(role.without, role.rights)):
        account = sites.account((roles()["skupper-token"], (sites.hub,)))
        account.allow_everywhere(less)
        result = account.do("token", sites.hub, name=f"policies-{sites.accounts}")
        assert ("policy_unreadable" in " ".join(result.get("warnings", ()))) is (less is not role)


def test_the_guide_names_every_role() -> None:
    """And every Role it names is there."""
    text = (RBAC.parent / "permissions.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(skupper-[a-z-]+)`", text)) - NO_ROLES
    assert named == set(roles())
