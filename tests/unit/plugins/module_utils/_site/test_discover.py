# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites found in clusters, whatever one of the clusters does."""

from __future__ import annotations

import base64
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.kubeconfig import list_contexts
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.discovery import Context, Hosts
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.discover import (
    Limits,
    find_contexts,
    read_context,
    survey,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.discovery import hosts

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, ApiServer, Received, Tls, refusal, serving
from tests.unit.support.kubeconfigs import kubeconfig, write
from tests.unit.support.outcomes import failure_of
from tests.unit.support.sites import add_site
from tests.unit.support.store import Store

EVERYWHERE = ("list", "/api/v1/configmaps")
LIMITS = Limits(answer=1, total=30)


@pytest.fixture
def sites(store: Store) -> Store:
    """A public site `west`, a private site `east`, and an edge site `shore`."""
    for name in ("west", "east", "shore"):
        add_site(store, name)
        site = store.find("ConfigMap", name, "skupper-site")
        assert site is not None
        site["metadata"]["namespace"] = name
    return store


def context(api: ApiServer, path: Path, namespace: str | None = "west", user: dict[str, Any] | None = None) -> Context:
    """A context that leads to a test's server."""
    made = kubeconfig("c", c=user or {"token": "a-secret-token"})
    ca = base64.b64encode(api.tls.ca.pem).decode()
    made["clusters"][0]["cluster"] = {"server": api.url, "certificate-authority-data": ca}
    return Context(write(path / "config", made), "c", namespace)


def names(seen: Hosts) -> list[str]:
    """The sites, in the order they were found in."""
    return [found.site["name"] for found in seen.found]


def read(where: Context, *namespaces: str) -> Hosts:
    """What one context leads to."""
    return hosts(read_context(where, namespaces, 10, {}))


def hosts_of(*given: Any) -> Hosts:
    """What several contexts lead to."""
    return hosts(survey(*given))


def test_all_namespaces(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """One request finds them all, three more read each; nothing is written, and no Secret is read."""
    seen = read(context(api, tmp_path))
    assert (names(seen), seen.troubles) == (["east", "shore", "west"], ())
    assert [found.own for found in seen.found] == [False, False, True]
    paths = [request.path for request in api.requests]
    assert paths[0] == "/api/v1/configmaps"
    assert api.requests[0].query["fieldSelector"] == ["metadata.name=skupper-site"]
    assert len(paths) <= 1 + 3 * 3
    assert not any("secrets" in path for path in paths)
    west = dict(seen.found[2].site)
    assert west.pop("endpoints")["claims"] == {"host": "203.0.113.7", "port": 8081}
    assert west == {
        "site_id": recorded.WEST,
        "name": "west",
        "namespace": "west",
        "mode": "interior",
        "version": "1.9.6",
        "ingress": "loadbalancer",
        "exposure": "public",
        "exposure_reason": "ingress loadbalancer at 203.0.113.7",
        "linked_sites": None,
        "linked_to": [],
        "network_id": recorded.WEST,
    }


def test_only_the_own_namespace(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """Whoever may not look everywhere gets the site of the context's namespace, or is told to set one."""
    sites.denied.add(EVERYWHERE)
    assert names(read(context(api, tmp_path))) == ["west"]
    assert read(context(api, tmp_path, "empty")) == Hosts()
    nowhere = read(context(api, tmp_path, None))
    assert nowhere.found == ()
    assert "set namespaces" in nowhere.troubles[0]
    sites.denied.add(("get", "/api/v1/namespaces/west/configmaps/skupper-site"))
    (trouble,) = read(context(api, tmp_path)).troubles
    assert "not allowed (403)" in trouble


def test_named_namespaces(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """Only those are asked; one that is denied does not cost the others."""
    sites.denied.add(("get", "/api/v1/namespaces/west/configmaps/skupper-site"))
    seen = read(context(api, tmp_path), "west", "empty", "east")
    assert names(seen) == ["east"]
    assert len(seen.troubles) == 1
    assert EVERYWHERE[1] not in [request.path for request in api.requests]


@pytest.mark.parametrize(
    "denied", ["configmaps/skupper-internal", "configmaps/skupper-network-status", "services/skupper-router"]
)
def test_what_may_not_be_read_is_not_known(api: ApiServer, sites: Store, tmp_path: Path, denied: str) -> None:
    """The site is there all the same."""
    sites.denied.add(("get", f"/api/v1/namespaces/west/{denied}"))
    seen = read(context(api, tmp_path), "west")
    assert (names(seen), seen.troubles) == (["west"], ())
    site = seen.found[0].site
    unknown = {"configmaps/skupper-internal": "version", "services/skupper-router": "exposure"}
    assert site[unknown.get(denied, "linked_sites")] is None


def test_network(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """Who is connected is told from the network status."""
    status = {
        "metadata": {"name": "skupper-network-status"},
        "kind": "ConfigMap",
        **recorded.document("network/edge-peer"),
    }
    for name in ("west", "shore"):
        sites.put(name, {**status, "kind": "ConfigMap", "metadata": {"name": "skupper-network-status"}})
    found = {each.site["name"]: each.site for each in read(context(api, tmp_path)).found}
    assert recorded.SHORE in found["west"]["linked_to"]
    assert found["shore"]["linked_to"] == [recorded.WEST]
    assert found["west"]["network_id"] == found["shore"]["network_id"]


def silent() -> socket.socket:
    """Takes connections and says nothing."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_others_are_read_whatever_one_does(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """One that refuses, one that never answers, one with broken credentials, and one that is fine."""
    with silent() as listener:
        there = {"quiet": listener.getsockname()[1], "dead": 9}
        bad = [elsewhere(tmp_path, name, port) for name, port in there.items()]
        odd = Context(str(tmp_path / "none"), "c", None)
        seen = hosts_of([*bad, odd, context(api, tmp_path)], ["west"], LIMITS, {})
    assert names(seen) == ["west"]
    assert len(seen.troubles) == 3
    assert all(str(each) in trouble for each, trouble in zip([*bad, odd], seen.troubles))
    assert "did not answer within 1 seconds" in seen.troubles[0]


def test_b1_many_sick_clusters_hold_nobody_up(api: ApiServer, sites: Store, tmp_path: Path, tls: Tls) -> None:
    """More that do not answer than are read at a time: they are left waiting until the last one is read, whose turn comes."""
    seen_west = threading.Event()

    def notice(received: Received) -> Answer:
        answer = sites.answer(received)
        if received.path.endswith("/services/skupper-router"):
            seen_west.set()
        return answer

    def wait(_received: Received) -> Answer:
        seen_west.wait(20)
        return refusal(403, "not for you")

    api.fallback = notice
    with serving(tls) as sick:
        sick.fallback = wait
        hung = context(sick, made_folder(tmp_path / "sick"))
        seen = hosts_of([*[hung] * 70, context(api, tmp_path)], ["west"], Limits(30, 10), {})
    assert names(seen) == ["west"]
    assert not any("total_timeout" in trouble for trouble in seen.troubles)


@pytest.mark.parametrize("answer", [Answer(200, b"{}"), Answer(200, b"<html>log in</html>"), Answer(404, b"<html>")])
@pytest.mark.parametrize("namespaces", [[], ["west"]], ids=["all", "named"])
def test_b2_a_cluster_that_answers_anything(
    api: ApiServer, tmp_path: Path, answer: Answer, namespaces: list[str]
) -> None:
    """Is missing, and named; it is no cluster without a site."""
    api.fallback = lambda _received: answer
    seen = read(context(api, tmp_path), *namespaces)
    assert seen.found == ()
    (trouble,) = seen.troubles
    assert "what was asked for" in trouble


def made_folder(path: Path) -> Path:
    """A folder that is there."""
    path.mkdir()
    return path


def elsewhere(path: Path, name: str, port: int) -> Context:
    """A context that leads to a port where no API server is."""
    made = kubeconfig(name)
    made["clusters"][0]["cluster"] = {"server": f"https://127.0.0.1:{port}"}
    return Context(write(path / name, made), name, None)


def test_the_limit_of_all(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """A credential plugin that hangs is left behind, and named."""
    plugin = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": ["-c", "import time; time.sleep(5)"],
            "interactiveMode": "Never",
        }
    }
    (tmp_path / "hung").mkdir()
    hung = context(api, tmp_path / "hung", user=plugin)
    seen = hosts_of([hung, context(api, tmp_path)], ["west"], Limits(1, 2), {})
    assert names(seen) == ["west"]
    assert "total_timeout" in seen.troubles[0]


def test_threads_do_not_share_credentials(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """Many contexts with one certificate, all at once: none takes another's files away, and none is left."""
    pair = api.tls.ca.issue("alice")
    user = {
        "client-certificate-data": base64.b64encode(pair.pem).decode(),
        "client-key-data": base64.b64encode(pair.key_pem).decode(),
    }
    contexts = []
    for number in range(24):
        (tmp_path / str(number)).mkdir()
        contexts.append(context(api, tmp_path / str(number), user=user))
    seen = hosts_of(contexts, ["west"], Limits(20, 60), {})
    assert seen.troubles == ()
    assert len(seen.found) == 24
    assert {request.client for request in api.requests} == {"alice"}


def test_order_is_that_of_the_contexts(api: ApiServer, sites: Store, tmp_path: Path) -> None:
    """Whichever answers first."""
    first = threading.Event()

    def late(received: Any) -> Answer:
        if "/namespaces/east/" in received.path and not first.is_set():
            first.wait(0.3)
        return sites.answer(received)

    api.fallback = late
    where = context(api, tmp_path)
    assert names(hosts_of([Context(where.kubeconfig, "c", "east"), where], ["east", "west"], LIMITS, {})) == [
        *("east", "west"),
        *("east", "west"),
    ]


@pytest.mark.parametrize(
    ("named", "patterns", "expected"),
    [
        pytest.param(["*.yaml"], ["*"], ["a1", "a2", "b1"], id="pattern"),
        pytest.param(["b.yaml", "a.yaml"], ["*"], ["b1", "a1", "a2"], id="order"),
        pytest.param(["*.yaml"], ["a*"], ["a1", "a2"], id="contexts"),
        pytest.param(["*.yaml", "a.yaml"], ["?1"], ["a1", "b1"], id="twice"),
        pytest.param(["a.yaml:b.yaml"], ["*"], ["a1", "a2", "b1"], id="joined"),
        pytest.param([], ["*"], ["b1"], id="default"),
    ],
)
def test_contexts(tmp_path: Path, named: Sequence[str], patterns: Sequence[str], expected: list[str]) -> None:
    """Names of files start from a folder, may be patterns, and are taken in order."""
    write(tmp_path / "a.yaml", kubeconfig("a1", "a2"))
    other = write(tmp_path / "b.yaml", kubeconfig("b1"))
    contexts, troubles = find_contexts(named, patterns, str(tmp_path), {"KUBECONFIG": other})
    assert ([each.name for each in contexts], troubles) == (expected, [])
    assert all((each.kubeconfig is None) is (not named) for each in contexts)


def test_kubeconfigs_that_cannot_be_read(tmp_path: Path) -> None:
    """Each is a sentence; the others count."""
    write(tmp_path / "a.yaml", kubeconfig("a1"))
    write(tmp_path / "odd.yaml", "- no kubeconfig")
    contexts, troubles = find_contexts(["none", "n*", "odd.yaml", "a.yaml"], ["*"], str(tmp_path), {})
    assert [each.name for each in contexts] == ["a1"]
    assert [trouble.partition(" ")[0] for trouble in troubles] == ["Kubeconfig", "No", "Kubeconfig"]


def test_list_contexts() -> None:
    """With their own namespaces; what has no name is passed over, and a file that kubectl refuses has none."""
    made = kubeconfig("a", "b")
    made["contexts"][0]["context"]["namespace"] = "west"
    made["contexts"] += [None, {"name": "c"}]
    assert list_contexts(made, {}) == [("a", "west"), ("b", None), ("c", None)]
    for odd in ({"name": 1}, {"name": "d", "context": "odd"}, {"name": "a"}):
        broken = {**made, "contexts": [*made["contexts"], odd]}
        failure_of(lambda given=broken: list_contexts(given, {}), Reason.KUBECONFIG_INVALID)  # type: ignore[misc]
