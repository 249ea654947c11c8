# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task comes to the same whether it runs in the controller process or as a module of its own."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from tests.harness import NEWEST, OLDEST, Ansible, Core, Result, Run, SharedUser, SitePool, Task, on_core
from tests.harness.tasks import issued_link, link, link_info, links, revoke, site_info, task, token, token_info, where
from tests.harness.tasks import site as make_site
from tests.integration.fastpath.paths import LOUD, SHIPPED, named, shipped

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
# Ansible's own: a module's arguments, and where in which file something went wrong.
_NOT_COMPARED = ("invocation", "exception")
CHECK = {"check_mode": True}

pytestmark = pytest.mark.thorough

each_core = pytest.mark.parametrize(
    "core",
    [on_core(NEWEST, "equal paths"), on_core(OLDEST, "equal paths", marks=[pytest.mark.exhaustive])],
    ids=str,
)


def steps(issuer: Site, site: Site, nobody: SharedUser) -> list[Task]:
    """Success, prediction and failure of every module, on a private site and one that issues for it."""
    claim, dest = f"for-{site.name}", "token.yml"
    make = functools.partial(make_site, issuer.cluster.name)
    return [
        named("issue, predicted", token(issuer, claim), **CHECK),
        named("issue", token(issuer, claim, dest=dest)),
        named("issue again", token(issuer, claim, dest=dest)),
        named("change, predicted", token(issuer, claim, dest=dest, uses=3), **CHECK),
        named("change", token(issuer, claim, dest=dest, uses=3)),
        named("revoke claims, predicted", revoke(issuer, scope="claims"), **CHECK),
        named("link, predicted", link(site, src=dest), **CHECK),
        named("link", link(site, src=dest)),
        named("link again", link(site, src=dest)),
        named("other cost, predicted", issued_link(site, issuer, cost=5), **CHECK),
        named("other cost", issued_link(site, issuer, cost=5)),
        named("other cost again", issued_link(site, issuer, cost=5)),
        named("links at once, predicted", links(site, {"peer": "a", "issuer": where(issuer), "cost": 6}), **CHECK),
        named("links at once", links(site, {"peer": "a", "issuer": {**where(issuer), "type": "auto"}, "cost": 6})),
        named("links at once, again", links(site, {"issuer": where(issuer), "cost": 6}, wait=False)),
        named("links at once, one of them wrong", links(site, {"issuer": where(issuer)}, {"site_id": "nobody"})),
        named("links", link_info(site)),
        named("links, asked", link_info(site, issuers=[where(issuer)])),
        named("claims", token_info(issuer, name=claim)),
        named("site", site_info(site)),
        named("unlink, predicted", link(site, name="link1", state="absent"), **CHECK),
        named("unlink", link(site, name="link1", state="absent")),
        named("unlink again", link(site, name="link1", state="absent")),
        named("withdraw, predicted", token(issuer, claim, dest=dest, state="absent"), **CHECK),
        named("withdraw", token(issuer, claim, dest=dest, state="absent")),
        named("withdraw again", token(issuer, claim, dest=dest, state="absent")),
        named("no token", link(site, token={"kind": "Secret", "metadata": {"name": "x"}})),
        named("no file", link(site, src="none.yml")),
        named("no name", token(issuer, "Not A Name")),
        named("no duration", token(issuer, claim, expiry="soon")),
        named("no site", task("site_info", **{**where(site), "namespace": "default"})),
        named("site to be made, predicted", make("default", ingress="none", settings={"routers": 2}), **CHECK),
        named("site as it is", make(issuer.namespace, ingress="loadbalancer")),
        named("site that can't be so", make(issuer.namespace, ingress="none")),
        named("site without a host", make("default", ingress="nodeport")),
        named("settings that are none", make("default", settings={"colour": "red"})),
        named("no context", task("link_info", **{**where(site), "context": "nowhere"})),
        named("no revocation", revoke(issuer, scope="claims", id="x")),
        named("no time", revoke(issuer, issued_before="soon")),
        named("no rights", link_info(site, kubeconfig=str(nobody.kubeconfig))),
        named("no such option", link(site, src=dest, sorce=1)),
        named("no such option of the issuer", link(site, issuer={**where(issuer), "nme": 1})),
        named("no number", link(site, src=dest, cost="high")),
        named("no choice", link(site, src=dest, replace="perhaps")),
        named("no dictionary", link(site, issuer="west")),
        named("no credential", link(site)),
        named("two credentials", link(site, src=dest, token="x")),
        named("nothing at all", task("token")),
    ]


@pytest.fixture
def nobody(site_pool: SitePool) -> SharedUser:
    """A user without any rights."""
    return SharedUser.make(site_pool.bed, site_pool.name("nobody"), None)


@each_core
def test_both_paths_come_to_the_same(ansible: Ansible, site_pool: SitePool, nobody: SharedUser, core: Core) -> None:
    issuer = site_pool.public()
    here, there = site_pool.private(), site_pool.private()
    inline = play(ansible, steps(issuer, here, nobody))
    modules = play(ansible, [{**step, **SHIPPED} for step in steps(issuer, there, nobody)])
    assert not any(shipped(inline).values())
    # Arguments that do not fit may be found out before.
    assert all(shipped(modules)[result.task] for result in modules.results if result.status == "ok" or result.reason)
    expected = [comparable(result, here) for result in inline.results]
    found = [comparable(result, there) for result in modules.results]
    differing = [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]]
    assert differing == []
    assert len([result for result in inline.results if result.failed]) == 21


def play(ansible: Ansible, tasks: list[Task]) -> Run:
    """Run tasks one after the other, even if some fail."""
    return ansible.play(*tasks, arguments=LOUD, ignore_errors=True, timeout=600)


def comparable(result: Result, site: Site) -> tuple[str, str, Any]:
    """A result without what differs between two sites, two folders and two moments."""
    kept = {key: value for key, value in result.values.items() if key not in _NOT_COMPARED}
    text = json.dumps(kept, sort_keys=True).replace(site.site_id, "SITE-ID")
    # Sites that have gone are counted for a while more.
    text = re.sub(r'"network_sites": \d+', '"network_sites": 0', text)
    text = _TIME.sub("TIME", re.sub(rf"\b{site.name}\b", "SITE", text))
    return result.task, result.status, json.loads(re.sub(r"/[^\" ]*/(newest|oldest)-\d+/", "FOLDER/", text))


@each_core
def test_relative_names_start_from_the_playbook(
    ansible: Ansible, site_pool: SitePool, tmp_path: Path, core: Core
) -> None:
    """Not from where ansible-playbook was started, on neither path."""
    issuer, folder = site_pool.public(), tmp_path / "plays"
    folder.mkdir()
    (folder / "clusters").symlink_to(ansible.kubeconfig or "")
    for name, keywords in (("inline", {}), ("module", SHIPPED)):
        site = site_pool.private()
        tasks = [
            token(issuer, f"for-{site.name}", dest=f"{name}.yml", kubeconfig="clusters"),
            link(site, src=f"{name}.yml", kubeconfig="clusters"),
        ]
        book = folder / f"{name}.json"
        book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks, **keywords}]))
        run = ansible.start(str(book), LOUD, kubeconfig=tmp_path / "none").wait().succeeded()
        assert set(shipped(run).values()) == {name == "module"}
        assert (folder / f"{name}.yml").exists()
        assert site.linked(issuer)
