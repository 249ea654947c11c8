# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site planner: situation to step and reason, or to a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import EPOCH
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    Incoming,
    Link,
    LinkKind,
    LinkState,
    NetworkView,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.observed import LinksReport, Observed, Verdict
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Mode
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site_plan import FoundSite, SiteStep, SiteWish
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.site import read_site_config
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.settings import SETTINGS, meaning
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.site_plan import (
    plan_site,
    plan_site_removal,
    site_view,
)
from hypothesis import given
from hypothesis import strategies as st

SECRET = "open sesame"
KEEP, CREATE, UPDATE, DELETE = SiteStep.KEEP, SiteStep.CREATE, SiteStep.UPDATE, SiteStep.DELETE


def found(ingress: str = "loadbalancer", made_by_cli: bool = False, **data: str) -> FoundSite:
    """A site with these keys in its ConfigMap; underscores stand for hyphens."""
    texts = {key.replace("_", "-"): value for key, value in data.items()}
    manifest = {"metadata": {"uid": "id", "namespace": "west"}, "data": texts}
    return FoundSite(read_site_config(manifest), texts.get("ingress", ingress), texts, made_by_cli)


def settings(**values: str) -> SiteWish:
    """A wish for settings alone; underscores stand for hyphens."""
    return SiteWish(settings={key.replace("_", "-"): value for key, value in values.items()})


@pytest.mark.parametrize(
    ("wish", "data"),
    [
        pytest.param(SiteWish(), {"name": "west"}, id="nothing asked"),
        pytest.param(SiteWish(name="hub"), {"name": "hub"}, id="name"),
        pytest.param(SiteWish(mode=Mode.EDGE), {"name": "west", "router-mode": "edge"}, id="edge"),
        pytest.param(
            SiteWish(ingress="nodeport", ingress_host="node.example"),
            {"name": "west", "ingress": "nodeport", "ingress-host": "node.example"},
            id="nodeport",
        ),
        pytest.param(
            SiteWish(ingress="nodeport", settings={"router-ingress-host": "node.example"}),
            {"name": "west", "ingress": "nodeport", "router-ingress-host": "node.example"},
            id="nodeport with the router's own host",
        ),
        pytest.param(
            SiteWish(mode=Mode.EDGE, ingress="nodeport"),
            {"name": "west", "router-mode": "edge", "ingress": "nodeport"},
            id="edge site with an ingress that it does not use",
        ),
        pytest.param(settings(routers="2"), {"name": "west", "routers": "2"}, id="settings"),
    ],
)
def test_new_site(wish: SiteWish, data: dict[str, str]) -> None:
    """What is written is what was asked for, and the name."""
    plan = plan_site(wish, None, "west")
    assert (plan.step, plan.data, plan.change.before) == (CREATE, data, {})
    assert plan.change.after == data
    assert plan.change.why == "there is no site"


@pytest.mark.parametrize("ingress", ["nodeport", "ingress", "nginx-ingress-v1", "contour-http-proxy"])
@pytest.mark.parametrize("mode", [None, Mode.INTERIOR])
def test_new_site_without_host(ingress: str, mode: Mode | None) -> None:
    """Skupper would make a site that nobody can reach."""
    with pytest.raises(Failure) as caught:
        plan_site(SiteWish(mode=mode, ingress=ingress), None, "west")
    assert caught.value.reason is Reason.INVALID_OPTION
    assert "ingress_host" in caught.value.message


@pytest.mark.parametrize(
    ("wish", "site"),
    [
        pytest.param(SiteWish(), found(), id="nothing asked of a bare site"),
        pytest.param(SiteWish(), found(name="other", router_mode="edge", ingress="none"), id="nothing asked"),
        pytest.param(SiteWish("west", Mode.INTERIOR, "loadbalancer"), found(), id="what a bare site is by default"),
        pytest.param(SiteWish(ingress="route"), found(ingress="route"), id="default on OpenShift"),
        pytest.param(SiteWish(mode=Mode.EDGE), found(edge="true"), id="legacy key"),
        pytest.param(SiteWish(ingress_host="b"), found(ingress_host="a", router_ingress_host="b"), id="router's host"),
        pytest.param(SiteWish(ingress="nodeport"), found(ingress="nodeport"), id="host is not asked for again"),
        pytest.param(settings(console="false", routers="1"), found(), id="defaults"),
        pytest.param(settings(console="T"), found(console="true"), id="spellings of true"),
        pytest.param(settings(console="false"), found(console="perhaps"), id="what Go can't read is false"),
        pytest.param(settings(router_logging="ROUTER_CORE:error"), found(router_logging=""), id="default log levels"),
        pytest.param(
            settings(router_logging="ROUTER:info,debug"), found(router_logging="debug,ROUTER:info+"), id="order"
        ),
        pytest.param(settings(rest_api="true"), found(console="true"), id="the console's REST API"),
        pytest.param(settings(console_password=SECRET), found(console_password=SECRET), id="password"),
        pytest.param(SiteWish("west"), found(made_by_cli=True), id="made by the command line"),
    ],
)
def test_as_wished(wish: SiteWish, site: FoundSite) -> None:
    """Nothing is to do, and the diff is empty."""
    plan = plan_site(wish, site, "west")
    assert (plan.step, plan.change.changed, plan.data) == (KEEP, False, {})


@pytest.mark.parametrize(
    ("wish", "site", "why"),
    [
        pytest.param(settings(router_logging="debug"), found(), "router-logging differ", id="log levels"),
        pytest.param(
            settings(router_pod_annotations="a=b"), found(), "router-pod-annotations differ", id="annotations"
        ),
        pytest.param(
            settings(router_logging="info", controller_pod_annotations="a=b", console="false"),
            found(router_logging="debug"),
            "router-logging and controller-pod-annotations differ",
            id="two of three",
        ),
        pytest.param(
            settings(router_logging="info"),
            found(service_controller="false"),
            "router-logging differ",
            id="no controller",
        ),
    ],
)
def test_followed(wish: SiteWish, site: FoundSite, why: str) -> None:
    """Only what differs is written."""
    plan = plan_site(wish, site, "west")
    assert (plan.step, plan.change.why) == (UPDATE, why)
    assert " and ".join(plan.data) + " differ" == why
    assert plan.change.after == {**site.data, **plan.data}
    assert plan_site(wish, replace(site, data={**site.data, **plan.data}), "west").step is KEEP


@pytest.mark.parametrize(
    ("wish", "site", "words"),
    [
        pytest.param(SiteWish(name="hub"), found(), "name (west, not hub)", id="name"),
        pytest.param(SiteWish(mode=Mode.EDGE), found(), "mode (interior, not edge)", id="mode"),
        pytest.param(SiteWish(ingress="none"), found(), "ingress (loadbalancer, not none)", id="ingress"),
        pytest.param(SiteWish(ingress_host="b"), found(), "ingress_host (none, not b)", id="host"),
        pytest.param(settings(routers="2"), found(), "routers (1, not 2)", id="routers"),
        pytest.param(settings(console_user="me"), found(), "console-user (unset, not me)", id="user"),
        pytest.param(
            settings(console_password=SECRET), found(console_password="x1y2"), "console-password,", id="password"
        ),
        pytest.param(
            settings(router_logging="info", routers="2"), found(), "routers (1, not 2), and", id="not half of a wish"
        ),
        pytest.param(
            settings(router_pod_annotations="a=b"),
            found(service_controller="false"),
            "router-pod-annotations",
            id="annotations without a service-controller",
        ),
    ],
)
def test_not_followed(wish: SiteWish, site: FoundSite, words: str) -> None:
    """Skupper would ignore it: refused as a whole, without a word of a password."""
    with pytest.raises(Failure) as caught:
        plan_site(wish, site, "west")
    assert caught.value.reason is Reason.SITE_IMMUTABLE
    assert words in caught.value.message
    assert "state: absent" in caught.value.message
    assert SECRET not in caught.value.message
    assert "x1y2" not in caught.value.message


@pytest.mark.parametrize(
    "wish", [SiteWish(name="hub"), SiteWish(ingress="none"), settings(router_logging="info"), settings(routers="2")]
)
def test_made_by_the_command_line(wish: SiteWish) -> None:
    """No site-controller looks at it."""
    with pytest.raises(Failure) as caught:
        plan_site(wish, found(made_by_cli=True), "west")
    assert caught.value.reason is Reason.SITE_OF_COMMAND_LINE
    assert "skupper command" in caught.value.message


def test_removal() -> None:
    """Says what is lost; again there is nothing to do."""
    link = Link("link1", LinkKind.CERTIFICATE, "b", 1, "", "")
    observed = Observed((link,), NetworkView(), EPOCH)
    lost = LinksReport((Verdict(link, LinkState.UNKNOWN),), (Incoming("c", "east"),), observed)
    cut = {"links": [{"name": "link1", "site_id": "b"}], "incoming": [{"site_id": "c", "name": "east"}]}
    plan = plan_site_removal(found(name="west"), lost)
    assert plan.step is DELETE
    assert (plan.change.before, plan.change.after) == ({"site_id": "id", "name": "west", **cut}, {})
    again = plan_site_removal(None, None)
    assert (again.step, again.change.changed) == (KEEP, False)


def test_passwords_are_hidden() -> None:
    """In every view, also of sites that others made."""
    for key in ("console-password", "prometheus-server-password"):
        assert SECRET not in str(site_view({key: SECRET}))
        assert SECRET not in str(plan_site(SiteWish(settings={key: SECRET}), None, "west").change)
        assert SECRET not in str(plan_site_removal(FoundSite(found().config, "none", {key: SECRET}), None).change)


_VALUES = st.sampled_from(["", "1", "7", "true", "f", "info", "500m", "1h", "tls", "internal", "a=b"])


@given(st.dictionaries(st.sampled_from(sorted(SETTINGS)), _VALUES), st.booleans())
def test_a_new_site_is_as_wished(values: dict[str, str], edge: bool) -> None:
    """The plan for the site that a plan has made is to keep it."""
    accepted = {key: value for key, value in values.items() if meaning(key, value) is not None}
    wish = SiteWish("hub", Mode.EDGE if edge else None, "none", None, accepted)
    made = plan_site(wish, None, "west").data
    manifest = {"metadata": {"uid": "id", "namespace": "west"}, "data": dict(made)}
    assert plan_site(wish, FoundSite(read_site_config(manifest), "none", made), "west").step is KEEP
