# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters of the testbed behave as real ones, looked at through the official Kubernetes client."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import kubernetes
import pytest
import yaml

from testbed.clusters import ApiError, ApiUnreachable, Cluster, User, binaries, merge_kubeconfigs, running
from testbed.processes import ProcessFailed, free_port, wait_until

pytestmark = pytest.mark.xdist_group("clusters")

READ_SECRETS = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Run one cluster for all tests of this file."""
    with running("cluster-1") as (only,):
        yield only


@pytest.fixture
def namespace(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """Make a namespace named after the test."""
    name: str = request.node.originalname.removeprefix("test_").replace("_", "-")
    if cluster.api.get("v1", "namespaces", None, name) is None:
        cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return name


def secret(name: str, namespace: str, **meta: Any) -> dict[str, Any]:
    """Describe a Secret."""
    metadata = {"name": name, "namespace": namespace, **meta}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": "x"}}


def client(kubeconfig: Path) -> kubernetes.client.CoreV1Api:
    """Open the official client with a kubeconfig."""
    return kubernetes.client.CoreV1Api(kubernetes.config.new_client_from_config(str(kubeconfig)))


def refusal(call: Callable[..., object], *arguments: object) -> int:
    """Return the HTTP status with which the official client's call fails."""
    with pytest.raises(kubernetes.client.ApiException) as raised:
        call(*arguments)
    return int(raised.value.status)


def eventually(condition: Callable[[], object], timeout: float = 20.0) -> None:
    """Fail unless the condition holds within `timeout` seconds."""
    assert wait_until(condition, timeout, interval=0.1), "it did not come about in time"


class TestKubeconfig:
    def test_is_private_and_names_its_context_after_the_cluster(self, cluster: Cluster) -> None:
        config = yaml.safe_load(cluster.kubeconfig.read_text())
        assert cluster.kubeconfig.stat().st_mode & 0o777 == 0o600
        assert config["current-context"] == config["contexts"][0]["name"] == cluster.name
        assert config["clusters"][0]["cluster"]["server"] == cluster.server

    def test_admin_may_do_everything(self, cluster: Cluster) -> None:
        names = {item.metadata.name for item in client(cluster.kubeconfig).list_namespace().items}
        assert {"default", "kube-system"} <= names

    def test_directory_keeps_its_secrets(self, cluster: Cluster) -> None:
        assert cluster.directory.stat().st_mode & 0o077 == 0

    def test_merged_ones_keep_every_context(self, cluster: Cluster) -> None:
        other = yaml.safe_load(cluster.kubeconfig.read_text().replace("cluster-1", "cluster-2"))
        merged = merge_kubeconfigs([cluster.kubeconfig, other])
        assert [context["name"] for context in merged["contexts"]] == ["cluster-1", "cluster-2"]
        assert len({user["name"] for user in merged["users"]}) == 2
        assert merged["current-context"] == "cluster-1"


class TestUsers:
    @pytest.mark.parametrize("auth", ["cert", "token"])
    def test_may_do_what_the_rules_say_and_no_more(self, cluster: Cluster, namespace: str, auth: Any) -> None:
        cluster.api.create(secret(auth, namespace))
        user = cluster.user(f"reader-{auth}", READ_SECRETS, namespace, auth)
        core = client(user.kubeconfig)
        assert (user.token is None) == (auth == "cert")
        assert core.read_namespaced_secret(auth, namespace).data["password"] == base64.b64encode(b"x").decode()
        assert refusal(core.list_namespaced_secret, namespace) == 403
        assert refusal(core.read_namespaced_secret, auth, "default") == 403

    @pytest.mark.parametrize("auth", ["cert", "token"])
    def test_without_rules_are_known_and_may_nothing(self, cluster: Cluster, auth: Any) -> None:
        user = cluster.user(f"nobody-{auth}", auth=auth)
        assert refusal(client(user.kubeconfig).list_namespaced_secret, "default") == 403

    def test_strangers_are_not_let_in(self, cluster: Cluster, tmp_path: Path) -> None:
        user = cluster.user("stranger", auth="token")
        forged = tmp_path / "forged"
        forged.write_text(user.kubeconfig.read_text().replace(str(user.token), f"{user.token}x"))
        assert refusal(client(forged).list_namespaced_secret, "default") == 401

    def test_rules_without_a_namespace_hold_everywhere(self, cluster: Cluster, namespace: str) -> None:
        user = cluster.user("everywhere", [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}])
        assert client(user.kubeconfig).list_secret_for_all_namespaces().items is not None

    def test_can_be_granted_a_second_namespace(self, cluster: Cluster, namespace: str) -> None:
        cluster.api.create(secret("more", namespace))
        for auth in ("cert", "token"):
            user = cluster.user(f"two-{auth}", READ_SECRETS, "elsewhere", auth)
            assert refusal(client(user.kubeconfig).read_namespaced_secret, "more", namespace) == 403
            cluster.grant(user, READ_SECRETS, namespace)
            assert client(user.kubeconfig).read_namespaced_secret("more", namespace).metadata.name == "more"

    def test_a_grant_is_in_force_on_return_and_replaces_the_one_before(self, cluster: Cluster, namespace: str) -> None:
        """The API server's authorizer learns of a grant a moment after it was written, so each round is a race."""
        cluster.api.create(secret("now", namespace))
        list_secrets = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]
        user = cluster.user("changing", READ_SECRETS, namespace)
        core = client(user.kubeconfig)
        for _round in range(10):
            cluster.grant(user, list_secrets, namespace)
            assert core.list_namespaced_secret(namespace).items
            assert refusal(core.read_namespaced_secret, "now", namespace) == 403
            cluster.grant(user, READ_SECRETS, namespace)
            assert core.read_namespaced_secret("now", namespace).metadata.name == "now"
            assert refusal(core.list_namespaced_secret, namespace) == 403


class TestAudit:
    @pytest.fixture(params=["cert", "token"])
    def user(self, cluster: Cluster, request: pytest.FixtureRequest) -> User:
        return cluster.user(f"audited-{request.param}", READ_SECRETS, "audited", request.param)

    def test_tells_each_request_once(self, cluster: Cluster, user: User) -> None:
        core = client(user.kubeconfig)
        refusal(core.read_namespaced_secret, "before", "audited")
        mark = cluster.audit.mark()
        refusal(core.read_namespaced_secret, "none", "audited")
        refusal(core.list_namespaced_secret, "audited")
        requests = cluster.audit.requests(since=mark, user=user.name)
        assert [(r.verb, r.resource, r.namespace, r.name, r.code) for r in requests] == [
            ("get", "secrets", "audited", "none", 404),
            ("list", "secrets", "audited", "", 403),
        ]
        assert {r.user for r in requests} == {user.username}
        assert all("python" in r.user_agent and r.uri.startswith("/api/v1/") for r in requests)
        assert requests == cluster.audit.requests(since=mark, user=user.username)

    def test_is_complete_at_once(self, cluster: Cluster) -> None:
        for _number in range(5):
            mark = cluster.audit.mark()
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda n: cluster.api.get("v1", "secrets", "default", f"none-{n}"), range(40)))
            assert len(cluster.audit.requests(since=mark, user="admin")) == 40

    def test_tells_writes_from_dry_runs(self, cluster: Cluster, namespace: str) -> None:
        core, mark = client(cluster.kubeconfig), cluster.audit.mark()
        core.create_namespaced_secret(namespace, secret("dry", namespace), dry_run="All")
        core.create_namespaced_secret(namespace, secret("wet", namespace))
        requests = cluster.audit.requests(since=mark, user="admin")
        assert [request.writes for request in requests] == [False, True]


class TestControllers:
    def test_what_an_object_owns_goes_with_it(self, cluster: Cluster, namespace: str) -> None:
        owner = cluster.api.create(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner", "namespace": namespace}}
        )
        reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
        cluster.api.create(secret("owned", namespace, ownerReferences=[reference]))
        cluster.api.create(secret("free", namespace))
        cluster.api.delete("v1", "configmaps", namespace, "owner")
        eventually(lambda: cluster.api.get("v1", "secrets", namespace, "owned") is None)
        assert cluster.api.get("v1", "secrets", namespace, "free")

    def test_an_owner_from_another_cluster_is_no_owner(self, cluster: Cluster, namespace: str) -> None:
        foreign = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "name": "far",
            "uid": "9e6bb3b0-0000-4000-8000-000000000000",
        }
        cluster.api.create(secret("adopted", namespace, ownerReferences=[foreign]))
        eventually(lambda: cluster.api.get("v1", "secrets", namespace, "adopted") is None)

    def test_a_deployment_rolls(self, cluster: Cluster, namespace: str) -> None:
        cluster.api.create(deployment("router", namespace))
        first = the_pod(cluster, namespace, set())
        cluster.api.patch("apps/v1", "deployments", namespace, "router", touched("now"))
        second = the_pod(cluster, namespace, {first})
        eventually(lambda: cluster.api.get("v1", "pods", namespace, first) is None)
        sets = cluster.api.list("apps/v1", "replicasets", namespace)
        assert sorted(item["spec"]["replicas"] for item in sets) == [0, 1]
        assert cluster.api.get("v1", "pods", namespace, second)

    def test_a_namespace_goes_with_its_contents(self, cluster: Cluster, namespace: str) -> None:
        cluster.api.create(secret("inside", namespace))
        cluster.api.delete("v1", "namespaces", None, namespace)
        eventually(lambda: cluster.api.get("v1", "namespaces", None, namespace) is None)

    def test_new_namespaces_get_their_account_and_the_ca(self, cluster: Cluster, namespace: str) -> None:
        eventually(lambda: cluster.api.get("v1", "serviceaccounts", namespace, "default"))
        eventually(lambda: cluster.api.get("v1", "configmaps", namespace, "kube-root-ca.crt"))
        published = cluster.api.get("v1", "configmaps", namespace, "kube-root-ca.crt") or {}
        assert published["data"]["ca.crt"].encode() == cluster.ca


def deployment(name: str, namespace: str) -> dict[str, Any]:
    """Describe a Deployment of one Pod."""
    labels = {"app": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "none"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def touched(value: str) -> dict[str, Any]:
    """Describe the change of a Pod template that kubectl rollout restart makes."""
    annotation = {"kubectl.kubernetes.io/restartedAt": value}
    return {"spec": {"template": {"metadata": {"annotations": annotation}}}}


def the_pod(cluster: Cluster, namespace: str, known: set[str]) -> str:
    """Wait for a Pod that is not known yet, report it ready as a kubelet would, and return its name."""

    def names() -> list[str]:
        return [pod["metadata"]["name"] for pod in cluster.api.list("v1", "pods", namespace)]

    eventually(lambda: set(names()) - known)
    (name,) = set(names()) - known
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    cluster.api.patch("v1", "pods", namespace, name, {"status": status}, subresource="status")
    return name


class TestApi:
    def test_refusals_carry_the_status(self, cluster: Cluster, namespace: str) -> None:
        cluster.api.create(secret("twice", namespace))
        with pytest.raises(ApiError, match='secrets "twice" already exists') as raised:
            cluster.api.create(secret("twice", namespace))
        assert (raised.value.code, raised.value.reason) == (409, "AlreadyExists")

    def test_writes_read_and_delete(self, cluster: Cluster, namespace: str) -> None:
        made = cluster.api.create(secret("one", namespace, labels={"a": "b"}))
        cluster.api.patch("v1", "secrets", namespace, "one", {"metadata": {"annotations": {"c": "d"}}})
        with pytest.raises(ApiError) as raised:
            cluster.api.replace(made)
        assert raised.value.reason == "Conflict"
        (listed,) = cluster.api.list("v1", "secrets", namespace, label_selector="a=b")
        assert (listed["kind"], listed["apiVersion"]) == ("Secret", "v1")
        assert listed["metadata"]["annotations"] == {"c": "d"}
        assert cluster.api.delete("v1", "secrets", namespace, "one")
        assert not cluster.api.delete("v1", "secrets", namespace, "one")

    def test_watches(self, cluster: Cluster, namespace: str) -> None:
        version = cluster.api.collection("v1", "secrets", namespace)["metadata"]["resourceVersion"]
        cluster.api.create(secret("seen", namespace))
        cluster.api.delete("v1", "secrets", namespace, "seen")
        events = cluster.api.watch("v1", "secrets", namespace, resource_version=version, timeout=10)
        assert [next(events).type, next(events).type] == ["ADDED", "DELETED"]
        events.close()

    def test_a_watch_ends_in_time(self, cluster: Cluster, namespace: str) -> None:
        assert list(cluster.api.watch("v1", "secrets", namespace, timeout=1)) == []


class TestOutage:
    def test_stop_refuses_connections_and_start_keeps_the_data(self, cluster: Cluster, namespace: str) -> None:
        made, server = cluster.api.create(secret("kept", namespace)), cluster.server
        cluster.stop()
        with pytest.raises(ApiUnreachable):
            cluster.api.get("v1", "secrets", namespace, "kept")
        assert "kept" in {request.name for request in cluster.audit.requests()}
        cluster.start()
        kept = cluster.api.get("v1", "secrets", namespace, "kept") or {}
        assert kept["metadata"]["uid"] == made["metadata"]["uid"]
        assert cluster.server == server

    def test_controllers_are_back_after_it(self, cluster: Cluster, namespace: str) -> None:
        cluster.restart()
        cluster.api.create(deployment("after", namespace))
        eventually(lambda: cluster.api.list("v1", "pods", namespace), timeout=10)


class TestStarting:
    def test_a_taken_port_is_left_to_its_owner(self, tmp_path: Path) -> None:
        # Bound and deaf: whoever asks there whether the API server is ready is refused at once.
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            ports = [taken.getsockname()[1], free_port()]
            offered = iter(ports)
            cluster = Cluster("clash", tmp_path / "clash", binaries.find(), next_port=lambda: next(offered))
            try:
                cluster.boot()
                assert cluster.server.endswith(f":{ports[1]}")
            finally:
                cluster.close()

    def test_a_component_that_ends_is_quoted(self, tmp_path: Path) -> None:
        script = tmp_path / "broken"
        script.write_text("#!/bin/sh\necho no such flag\nexit 3\n")
        script.chmod(0o755)
        good = binaries.find()
        broken = binaries.Binaries(good.etcd, (str(script),), good.controller_manager)
        cluster = Cluster("broken", tmp_path / "cluster", broken)
        try:
            with pytest.raises(
                ProcessFailed, match=r"(?s)kube-apiserver ended with code 3.*apiserver\.log.*no such flag"
            ):
                cluster.boot()
        finally:
            cluster.close()

    def test_given_binaries_are_used_and_missing_ones_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = binaries.build()
        for name in ("etcd", "kube-apiserver"):
            (tmp_path / name).write_text(f'#!/bin/sh\nexec {own} {name} "$@"\n')
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
        found = binaries.find()
        assert found.etcd == (str(tmp_path / "etcd"),)
        assert found.api_server == (str(tmp_path / "kube-apiserver"),)
        assert found.controller_manager == (str(own), "kube-controller-manager")
        assert "KUBEBUILDER_ASSETS has no kube-controller-manager" in capsys.readouterr().err
        with running("given") as (cluster,):
            assert cluster.api.get("v1", "namespaces", None, "default")
