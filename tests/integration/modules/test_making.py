# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites that are made by a task: the twelve steps, what comes of them, and what is refused or not in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from testbed import Site, Testbed
from testbed.clusters import Cluster
from tests import probes
from tests.harness import NEWEST_AT_LEAST, SITE_RULES, Ansible, Core, RequestLog, SharedUser, SitePool, rule, tasks
from tests.harness.check_mode import UNKNOWN
from tests.integration.modules.test_matrix import Steps
from tests.integration.modules.test_refusals import check_sentence

FAULTS = "testbed.sitemesh.skupper/"
PASSWORD = "Open-Sesame-1001"


@pytest.fixture(scope="module")
def maker(bed: Testbed) -> SharedUser:
    """A user with the rights to make and delete sites, and no others."""
    return SharedUser.make(bed, "maker", SITE_RULES)


@pytest.fixture
def making(core: Core, tmp_path: Path, maker: SharedUser) -> Ansible:
    """Runs playbooks as the maker."""
    return Ansible(core, tmp_path / "making", maker.kubeconfig)


@pytest.fixture
def step(making: Ansible, reader: SharedUser, bed: Testbed, maker: SharedUser) -> Steps:
    """Runs one step of the matrix."""
    return Steps(making, reader, lambda user: RequestLog(bed, user or maker))


@pytest.fixture
def cluster(bed: Testbed) -> Cluster:
    """Where the sites are made."""
    return bed.clusters[0]


def namespace(cluster: Cluster, site_pool: SitePool, **faults: str) -> str:
    """Make a namespace without a site."""
    name = site_pool.name("made")
    notes = {f"{FAULTS}{fault.replace('_', '-')}": value for fault, value in faults.items()}
    metadata = {"name": name, "annotations": notes}
    cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    return name


def handle(bed: Testbed, cluster: Cluster, name: str, ingress: str) -> Site:
    """The testbed's own view of a site that it has not made."""
    config = probes.site_config(cluster, name)
    assert config is not None
    return Site(cluster, name, config["metadata"]["uid"], {"name": name, "ingress": ingress}, bed.pace)


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_site(step: Steps, cluster: Cluster, site_pool: SitePool) -> None:
    """The twelve steps of a site; other log levels have to reach a router that has been started for them."""
    name = namespace(cluster, site_pool)
    wish: dict[str, Any] = {"ingress": "loadbalancer", "settings": {"service-sync": False}}

    predicted, made = step(tasks.site(cluster.name, name, **wish), changed=True)
    assert (predicted["site"]["site_id"], predicted["site"]["endpoints"]) == (UNKNOWN, UNKNOWN)
    config = probes.site_config(cluster, name)
    assert config is not None
    assert config["data"] == {"name": name, "ingress": "loadbalancer", "service-sync": "false"}
    assert "labels" not in config["metadata"]
    assert (made["site"]["site_id"], made["site"]["version"]) == (config["metadata"]["uid"], "1.9.6")
    assert {end["host"] for end in made["site"]["endpoints"].values()} == {
        cluster.api.get("v1", "services", name, "skupper-router")["status"]["loadBalancer"]["ingress"][0]["ip"]  # type: ignore[index]
    }
    routers = probes.pods(cluster, name, "router")
    assert not [key for notes in routers.values() for key in notes if key.startswith("sitemesh.skupper/")]
    step(tasks.site(cluster.name, name, **wish), changed=False)

    wish["settings"]["router-logging"] = "debug,ROUTER_CORE:info+"
    _predicted, modified = step(tasks.site(cluster.name, name, **wish), changed=True)
    assert modified["site"]["site_id"] == made["site"]["site_id"]
    assert probes.log_levels(cluster, name) == {"DEFAULT": "debug+", "ROUTER_CORE": "info+"}
    restarted = probes.pods(cluster, name, "router")
    assert not restarted.keys() & routers.keys()
    # Whatever site-controller takes back, this router was started for these levels.
    (notes,) = restarted.values()
    assert notes["sitemesh.skupper/router-logging"] == wish["settings"]["router-logging"]
    step(tasks.site(cluster.name, name, **wish), changed=False)

    step(tasks.site(cluster.name, name, state="absent"), changed=True)
    assert probes.site_config(cluster, name) is None
    assert probes.site_objects(cluster, name) == set()
    step(tasks.site(cluster.name, name, state="absent"), changed=False)


@pytest.mark.thorough
def test_annotations_reach_the_pods_they_are_for(
    making: Ansible, bed: Testbed, cluster: Cluster, site_pool: SitePool
) -> None:
    """The router goes on running when only the service-controller's pods are to be others, and none takes part twice."""
    name = namespace(cluster, site_pool)
    making.play(tasks.site(cluster.name, name, ingress="none")).succeeded()
    routers = probes.pods(cluster, name, "router")
    for settings in ({"controller-pod-annotations": "example.com/team=a"}, {"controller-pod-annotations": ""}):
        assert making.run(tasks.site(cluster.name, name, settings=settings)).changed
        (notes,) = probes.pods(cluster, name, "service-controller").values()
        assert notes.get("example.com/team") == ("a" if settings["controller-pod-annotations"] else None)
        assert probes.pods(cluster, name, "router") == routers


def test_site_controller_is_asked_again(making: Ansible, cluster: Cluster, site_pool: SitePool) -> None:
    """A run that finds the configuration as wished makes up for a write of site-controller's that failed."""
    name = namespace(cluster, site_pool)
    making.play(tasks.site(cluster.name, name, ingress="none")).succeeded()
    wish = tasks.site(cluster.name, name, settings={"router-logging": "info"})
    making.play(wish).succeeded()
    # As after a conflict with the Deployment controller, which site-controller logs and forgets.
    notes = {"spec": {"template": {"metadata": {"annotations": None}}}}
    cluster.api.patch("apps/v1", "deployments", name, "skupper-router", notes)

    run = making.play(tasks.named("asked", wish), tasks.named("again", wish)).succeeded()
    assert [result.task for result in run.changed] == ["asked"]
    assert run["asked"].diff["after"]["site_controller"] == "asked again"
    (routed,) = probes.pods(cluster, name, "router").values()
    assert routed["sitemesh.skupper/router-logging"] == "info"
    assert not [key for key in routed if "asked" in key]


def test_ready_for_links_at_once(
    ansible: Ansible, making: Ansible, bed: Testbed, site_pool: SitePool, east: Site
) -> None:
    """What the task returns for is a site that another one can be linked to, and a removal says which it cuts."""
    cluster = bed.clusters[0]
    name = namespace(cluster, site_pool)
    making.play(tasks.site(cluster.name, name, ingress="loadbalancer")).succeeded()
    made = handle(bed, cluster, name, "loadbalancer")
    linked = ansible.run(tasks.issued_link(east, made))
    assert linked["link"]["connected"], linked
    assert (linked["link"]["site_id"], east.linked(made)) == (made.site_id, True)
    made.wait_linked(east, "incoming")

    removed = making.run(tasks.site(cluster.name, name, state="absent"))
    assert removed.diff["before"]["incoming"] == [{"site_id": east.site_id, "name": east.name}]
    # Made again at once, it is another site, and the link to the old one can't work any more.
    again = making.run(tasks.site(cluster.name, name, ingress="loadbalancer"))
    assert again.changed
    assert again["site"]["site_id"] not in (made.site_id, UNKNOWN)
    assert "Deployment skupper-router" not in str(again.values)
    owners = {
        owner["uid"]
        for kind in ("configmaps", "secrets", "services")
        for item in cluster.api.list("v1", kind, name)
        for owner in item["metadata"].get("ownerReferences") or []
        if owner["kind"] == "ConfigMap"
    }
    assert owners == {again["site"]["site_id"]}


def test_edge_site(making: Ansible, cluster: Cluster, site_pool: SitePool) -> None:
    """Has no way in, and is ready without."""
    name = namespace(cluster, site_pool)
    site = making.run(tasks.site(cluster.name, name, mode="edge", name="shore"))["site"]
    assert (site["name"], site["mode"], site["exposure"], site["endpoints"]) == ("shore", "edge", "private", {})


def test_nodeport(making: Ansible, cluster: Cluster, site_pool: SitePool) -> None:
    """Its ports are the node's."""
    name = namespace(cluster, site_pool)
    site = making.run(tasks.site(cluster.name, name, ingress="nodeport", ingress_host="127.0.0.1"))["site"]
    assert {end["host"] for end in site["endpoints"].values()} == {"127.0.0.1"}
    assert all(end["port"] >= 30000 for end in site["endpoints"].values())


def test_refused(making: Ansible, cluster: Cluster, site_pool: SitePool, maker: SharedUser, bed: Testbed) -> None:
    """What Skupper would ignore, or make into an unreachable site, is not written."""
    there, command_line, nothing = site_pool.public(), site_pool.public(), namespace(cluster, site_pool)
    label = {"metadata": {"labels": {"internal.skupper.io/site-controller-ignore": "true"}}}
    cluster.api.patch("v1", "configmaps", command_line.namespace, "skupper-site", label)
    cases = {
        "ingress": ("site_immutable", tasks.site(cluster.name, there.namespace, ingress="none")),
        "routers": ("site_immutable", tasks.site(cluster.name, there.namespace, settings={"routers": 2})),
        "console-password": (
            "site_immutable",
            tasks.site(cluster.name, there.namespace, settings={"console-password": PASSWORD}),
        ),
        "skupper command": (
            "site_of_command_line",
            tasks.site(cluster.name, command_line.namespace, settings={"router-logging": "info"}),
        ),
        "ingress_host": ("invalid_option", tasks.site(cluster.name, nothing, ingress="contour-http-proxy")),
        "OpenShift": ("ingress_unsupported", tasks.site(cluster.name, nothing, ingress="route")),
        "colour": ("invalid_option", tasks.site(cluster.name, nothing, settings={"colour": "red"})),
        "console_user": ("invalid_option", tasks.site(cluster.name, nothing, settings={"console_user": PASSWORD})),
    }
    request_log = RequestLog(bed, maker)
    run = making.play(*(tasks.named(word, task) for word, (_reason, task) in cases.items()), ignore_errors=True)
    for word, (reason, _task) in cases.items():
        result = run[word]
        assert (result.reason, word in result.msg) == (reason, True), result
        check_sentence(result)
    assert request_log.writes() == []
    assert making.run(tasks.site(cluster.name, command_line.namespace, ingress="loadbalancer")).changed is False


def test_not_in_time(making: Ansible, cluster: Cluster, site_pool: SitePool) -> None:
    """Without a site-controller, and without an address; the site stays, and the next run goes on waiting for it."""
    unwatched = namespace(cluster, site_pool, site_controller="absent")
    pending = namespace(cluster, site_pool, load_balancer="pending")
    run = making.play(
        tasks.named("unwatched", tasks.site(cluster.name, unwatched, ingress="none", wait_timeout=3)),
        tasks.named("pending", tasks.site(cluster.name, pending, ingress="loadbalancer", wait_timeout=3)),
        ignore_errors=True,
    )
    assert run["unwatched"].reason == "site_timeout"
    assert f"no site-controller seems to act on namespace {unwatched}" in run["unwatched"].msg
    assert run["pending"].reason == "ingress_pending"
    for name in ("unwatched", "pending"):
        check_sentence(run[name])

    cluster.api.patch(
        "v1", "namespaces", None, pending, {"metadata": {"annotations": {f"{FAULTS}load-balancer": None}}}
    )
    again = making.run(tasks.site(cluster.name, pending, ingress="loadbalancer"))
    assert (again.failed, again.changed) == (False, False), again
    assert set(again["site"]["endpoints"]) == {"inter-router", "edge", "claims"}


def test_without_rights(bed: Testbed, core: Core, tmp_path: Path, cluster: Cluster, site_pool: SitePool) -> None:
    """A user who may not write is told which rights to ask for."""
    name = namespace(cluster, site_pool)
    looker = SharedUser.make(
        bed, site_pool.name("looker"), (rule("configmaps", "get"), rule("deployments", "get", group="apps"))
    )
    run = Ansible(core, tmp_path / "lookers", looker.kubeconfig).run(tasks.site(cluster.name, name, ingress="none"))
    assert run.reason == "forbidden"
    assert f"grant verb create on configmaps in namespace {name}" in run.msg


def test_password_is_never_shown(making: Ansible, cluster: Cluster, site_pool: SitePool) -> None:
    """On neither path, at any verbosity, in no diff."""
    name = namespace(cluster, site_pool)
    task = tasks.site(cluster.name, name, ingress="none", settings={"console-password": PASSWORD})
    shipped = {"environment": {"OF_NO_MATTER": "yes"}}
    run = making.play(
        {**tasks.checked("predicted", task), **shipped},
        {**tasks.named("made", task), **shipped},
        tasks.named("again", task),
        tasks.named("other", tasks.site(cluster.name, name, settings={"console-password": f"{PASSWORD}-2"})),
        tasks.named("removed", tasks.site(cluster.name, name, state="absent")),
        arguments=("-vvvv",),
        ignore_errors=True,
    )
    assert [(each.task, each.changed, each.reason) for each in run.results] == [
        ("predicted", True, None),
        ("made", True, None),
        ("again", False, None),
        ("other", False, "site_immutable"),
        ("removed", True, None),
    ]
    assert run["made"].diff["after"]["console-password"] == "(hidden)"
    assert PASSWORD not in run.output
    assert PASSWORD not in str([each.values for each in run.results])
