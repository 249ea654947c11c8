# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What works is never taken away for a guess: links of other tools, requests for tokens, restored sites, denials."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.filter.link_plan import FilterModule

from tests.unit.support import recorded
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Object, Store

TOKEN = recorded.document("tokens/claim")
CHART = "chart-link"
plan = FilterModule().filters()["link_plan"]


def issuer(run: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site `west`, to be asked."""
    return {"issuer": {**run.connection("west"), **options}}


def add_chart_link(store: Store, readable: bool = True, name: str = CHART, **notes: str) -> Object:
    """A link of `east` as a chart writes it: nobody owns it, and it does not say who made it."""
    made = recorded.document("links/cert")
    made["metadata"]["name"] = name
    made["metadata"]["annotations"].pop("skupper.io/generated-by")
    made["metadata"]["annotations"].pop("skupper.io/cost", None)
    made["metadata"]["annotations"].update(notes)
    made["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm"
    made["metadata"].pop("ownerReferences", None)
    if not readable:
        made["data"] = dict.fromkeys(made["data"], "Li4u")
    put = store.put("east", made)
    store.controllers(store)
    show_in_west(store)
    return put


def show_in_west(store: Store) -> None:
    """Have the network status of `west` tell of the connection, if that of `east` does."""
    status = store.find("ConfigMap", "east", "skupper-network-status")
    assert status is not None
    told = json.loads(status["data"]["NetworkStatus"])
    routers = {each["site"]["name"]: each["routerStatus"][0] for each in told["siteStatus"]}
    for link in routers["east"].get("links") or ():
        east = routers["east"]["router"]["name"].partition("/")[2]
        routers["west"]["links"] = [{**link, "name": east, "direction": "incoming", "identity": "w:1"}]
    status = copy.deepcopy(status)
    status["data"]["NetworkStatus"] = json.dumps(told)
    store.put("west", status)


def links(store: Store, namespace: str = "east") -> set[str]:
    """Names of the link Secrets of a site."""
    kinds = {
        path: (body["metadata"].get("labels") or {}).get("skupper.io/type") for path, body in store.objects.items()
    }
    return {
        path.rpartition("/")[2]
        for path, kind in kinds.items()
        if f"/{namespace}/" in path and kind in ("token-claim", "connection-token", "sitemesh-parked-link")
    }


def mesh(mesh_info: Runner) -> dict[str, Any]:
    """The plan for `west` and `east`."""
    looks = {name: mesh_info(namespace=name) for name in ("west", "east")}
    assert not any(look.get("failed") for look in looks.values()), looks
    made: dict[str, Any] = plan(looks)
    return made


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_a1_link_without_author_is_not_stale(
    link: Runner, sites: Store, controllers: Controllers, readable: bool, check: bool
) -> None:
    """Nobody can tell that it is of no use, whether or not anything is open."""
    add_chart_link(sites, readable)
    for connects in (True, False):
        controllers.connects = connects
        controllers(sites)
        gone = link(check=check, state="absent", stale=True)
        assert (gone["changed"], gone["removed"]) == (False, [])
        gone = link(check=check, state="absent", stale=True, **issuer(link))
        assert (gone["changed"], gone["removed"]) == (False, [])
    assert links(sites) == {CHART}
    assert link(check=check, state="absent", name=CHART)["changed"]
    assert links(sites) == ({CHART} if check else set())


@pytest.mark.parametrize("readable", [True, False])
def test_a1_one_verdict(link: Runner, link_info: Runner, mesh_info: Runner, sites: Store, readable: bool) -> None:
    """Connected where its issuing site is known to have signed it, or unknown; never down, and never linked twice."""
    add_chart_link(sites, readable)
    (shown,) = link_info()["links"]
    assert (shown["state"], shown["connected"], shown["cause"]) == ("unknown", None, "author_unknown")
    (shown,) = link_info(issuers=[issuer(link_info)["issuer"]])["links"]
    assert (shown["state"], shown["connected"]) == (("connected", True) if readable else ("unknown", None))
    for given in (issuer(link), {"token": TOKEN}, issuer(link, type="cert")):
        for check in (True, False):
            kept = link(check=check, **given)
            assert (kept["changed"], kept["link"]["name"], kept["link"]["connected"]) == (False, CHART, True), kept
    assert links(sites) == {CHART}
    assert mesh(mesh_info)["steps"] == {}


@pytest.mark.parametrize("readable", [True, False])
def test_a1_link_that_is_down_and_has_no_author(
    link: Runner, mesh_info: Runner, sites: Store, controllers: Controllers, readable: bool
) -> None:
    """It may be the one to the issuing site: no second one is made, and what to do is said."""
    controllers.connects = False
    add_chart_link(sites, readable)
    assert not link(check=True, **issuer(link))["changed"]
    result = link(**issuer(link), wait_timeout=3)
    assert result["reason"] == "link_timeout"
    assert readable or "skupper.io/generated-by" in result["msg"]
    assert links(sites) == {CHART}
    text = mesh(mesh_info)["text"]
    assert "+" not in text
    assert f"? east -> west [{CHART}]" in text


def test_a1_no_site_is_none(mesh_info: Runner, controllers: Controllers, sites: Store) -> None:
    """A link that leads nobody knows where is told of as such."""
    add_chart_link(sites, readable=False)
    add_chart_link(sites, readable=False, name="another")
    text = mesh(mesh_info)["text"]
    assert "None" not in text
    assert f"{CHART}: it does not say which site it leads to" in text


def test_a1_link_that_another_ca_signed(link: Runner, sites: Store, controllers: Controllers) -> None:
    """What the issuing site's own CA has not signed, and is not connected, is no link to it: there is a first one."""
    sites.put("west", recorded.document("west/skupper-site-ca-rotated"))
    controllers.connects = False
    add_chart_link(sites)
    made = link(check=True, **issuer(link))
    assert (made["changed"], made["link"]["name"]) == (True, "link1")
    assert "taken by a link that does not say where it leads" in link.failing("name_taken", name=CHART, **issuer(link))


def request(store: Store, namespace: str = "west", site_id: str = recorded.WEST) -> Object:
    """A request for a token, filled in place by site-controller."""
    made = recorded.document("tokens/cert")
    made["metadata"]["name"] = "my-request"
    made["metadata"]["annotations"]["skupper.io/generated-by"] = site_id
    return copy.deepcopy(store.put(namespace, made))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "asked",
    [{"stale": True}, {"name": "my-request"}, {"site_id": recorded.WEST}, {"stale": True, "name": "my-request"}],
)
def test_a2_request_is_no_link(link: Runner, sites: Store, check: bool, asked: dict[str, Any]) -> None:
    """A request that was filled on the issuing site leads nowhere, and stays, whatever is asked for."""
    before = request(sites)
    gone = link(check=check, state="absent", **link.connection("west"), **asked)
    assert (gone["changed"], gone["removed"]) == (False, []), gone
    assert sites.find("Secret", "west", "my-request") == before


def test_a2_request_is_shown_nowhere(link_info: Runner, site_info: Runner, mesh_info: Runner, sites: Store) -> None:
    """Readers and plans leave it out."""
    request(sites)
    assert link_info(**link_info.connection("west"))["links"] == []
    assert site_info()["site"]["certificates"]["links"] == []
    assert mesh_info()["member"]["links"] == []
