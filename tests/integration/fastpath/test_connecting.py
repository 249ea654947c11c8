# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All the ways to say which cluster and who one is, on both paths."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from testbed.clusters import write_kubeconfig
from tests.harness import NEWEST_AT_LEAST, TASK_RULES, Ansible, Core, Run, SharedUser, SitePool, Task, rule
from tests.harness.tasks import PREFIX
from tests.integration.fastpath.paths import LOUD, SHIPPED, named, shipped

PATHS: Mapping[str, Mapping[str, Any]] = {"in the controller process": {}, "as a module": SHIPPED}
both_paths = pytest.mark.parametrize(
    "path", ["in the controller process", pytest.param("as a module", marks=pytest.mark.thorough)]
)


def look(**options: Any) -> Task:
    """A task that looks at the site which it is led to."""
    return {"name": "look", f"{PREFIX}skupper_site_info": options}


def run_look(ansible: Ansible, path: str, options: Mapping[str, Any], **settings: Any) -> Run:
    """Look at a site on one of the paths."""
    run = ansible.play({**look(**options), **PATHS[path]}, arguments=LOUD, **settings)
    assert shipped(run)["look"] is bool(PATHS[path])
    return run


def server_options(site: Site, tmp_path: Path) -> dict[str, str]:
    """How to reach a site's API server without a kubeconfig."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(site.cluster.ca)
    return {"host": site.cluster.server, "ca_cert": str(ca), "namespace": site.namespace}


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A kubeconfig that is not there."""
    return tmp_path / "nowhere"


@pytest.fixture(scope="module")
def bearer(site_pool: SitePool) -> SharedUser:
    """A user with a bearer token."""
    return SharedUser.make(site_pool.bed, "bearer", TASK_RULES, token=True)


@both_paths
def test_module_defaults_of_the_group(ansible: Ansible, hub: Site, path: str) -> None:
    defaults = {"group/sitemesh.skupper.skupper": {"context": hub.cluster.name, "namespace": hub.namespace}}
    run = run_look(ansible, path, {}, module_defaults=defaults)
    assert run["look"]["site"]["site_id"] == hub.site_id


@both_paths
def test_variables_of_the_environment_of_ansible(
    ansible: Ansible, hub: Site, bearer: SharedUser, tmp_path: Path, nowhere: Path, path: str
) -> None:
    options = server_options(hub, tmp_path)
    environment = {
        "K8S_AUTH_HOST": options["host"],
        "K8S_AUTH_SSL_CA_CERT": options["ca_cert"],
        "K8S_AUTH_API_KEY": str(bearer.users[0].token),
    }
    run = run_look(ansible, path, {"namespace": hub.namespace}, environment=environment, kubeconfig=nowhere)
    assert run["look"]["site"]["site_id"] == hub.site_id


@pytest.mark.parametrize("variable", ["KUBECONFIG", "K8S_AUTH_KUBECONFIG"])
@both_paths
def test_kubeconfig_of_the_environment_of_ansible(
    ansible: Ansible, hub: Site, operator: SharedUser, nowhere: Path, path: str, variable: str
) -> None:
    options = {"context": hub.cluster.name, "namespace": hub.namespace}
    environment = {variable: str(operator.kubeconfig)}
    run = run_look(ansible, path, options, kubeconfig=nowhere, environment=environment)
    assert run["look"]["site"]["site_id"] == hub.site_id


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_the_environment_of_a_task_is_honoured(
    ansible: Ansible, site_pool: SitePool, operator: SharedUser, bearer: SharedUser, nowhere: Path
) -> None:
    """Each task finds the cluster that its own environment names."""
    sites = [site_pool.public(), site_pool.private()]
    tasks = [
        named(
            site.name,
            look(namespace=site.namespace),
            environment={"K8S_AUTH_CONTEXT": site.cluster.name, variable: str(user.kubeconfig)},
        )
        for site, variable, user in zip(sites, ("KUBECONFIG", "K8S_AUTH_KUBECONFIG"), (operator, bearer), strict=True)
    ]
    run = ansible.play(*tasks, kubeconfig=nowhere).succeeded()
    assert [run[site.name]["site"]["site_id"] for site in sites] == [site.site_id for site in sites]


@both_paths
def test_exec_plugin(ansible: Ansible, hub: Site, bearer: SharedUser, nowhere: Path, tmp_path: Path, path: str) -> None:
    """A kubeconfig whose credentials come from a program; a relative one lies beside the kubeconfig."""
    user = bearer.users[0]
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}
    answer = tmp_path / "config" / "answer"
    answer.parent.mkdir()
    answer.write_text(f"#!/bin/sh\necho '{json.dumps({**credential, 'status': {'token': user.token}})}'\n")
    answer.chmod(stat.S_IRWXU)
    config = json.loads(user.kubeconfig.read_text())
    plugin = {"apiVersion": credential["apiVersion"], "command": "./answer", "interactiveMode": "Never"}
    config["users"][0]["user"] = {"exec": plugin}
    file = answer.with_name("kubeconfig")
    write_kubeconfig(file, config)
    options = {"kubeconfig": str(file), "namespace": hub.namespace}
    assert run_look(ansible, path, options, kubeconfig=nowhere)["look"]["site"]["site_id"] == hub.site_id


@both_paths
def test_impersonation(ansible: Ansible, hub: Site, site_pool: SitePool, path: str) -> None:
    """Who may do nothing but act as others is allowed what these are."""
    name = site_pool.name("deputy")
    act = [rule("users", "impersonate", names=["operator", "stranger"]), rule("groups", "impersonate", names=["crew"])]
    deputy = SharedUser.make(site_pool.bed, name, act)
    options = {"context": hub.cluster.name, "namespace": hub.namespace, "kubeconfig": str(deputy.kubeconfig)}
    tasks = [
        named("as nobody else", look(**options)),
        named("as operator", look(**options, impersonate_user="operator", impersonate_groups=["crew"])),
        named("as stranger", look(**options, impersonate_user="stranger")),
    ]
    run = ansible.play(*({**task, **PATHS[path]} for task in tasks), ignore_errors=True)
    assert run["as operator"]["site"]["site_id"] == hub.site_id
    for task, who in (("as nobody else", name), ("as stranger", "stranger")):
        assert run[task].reason == "forbidden"
        assert f'"{who}"' in run[task].msg
    environment = {"K8S_AUTH_IMPERSONATE_USER": "operator", "K8S_AUTH_IMPERSONATE_GROUPS": "crew,captains"}
    captain = run_look(ansible, path, options, environment=environment)["look"]
    assert (captain.reason, "captains" in captain.msg) == ("forbidden", True)


@dataclass(frozen=True)
class InPod(Core):
    """An ansible-core whose ansible-playbook is started by another program."""

    playbook: Path

    def program(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.playbook) if name == "ansible-playbook" else super().program(name)


POD = "/var/run/secrets/kubernetes.io/serviceaccount"


@both_paths
def test_in_a_pod(ansible: Ansible, hub: Site, bearer: SharedUser, nowhere: Path, tmp_path: Path, path: str) -> None:
    """With nothing but the files and variables that Kubernetes gives to every pod."""
    enter = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*enter, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody have a file system of their own")
    for name, content in (("token", bearer.users[0].token), ("ca.crt", hub.cluster.ca.decode())):
        (tmp_path / name).write_text(str(content))
    (tmp_path / "namespace").write_text(hub.namespace)
    program = tmp_path / "ansible-playbook"
    real = ansible.core.program("ansible-playbook")
    program.write_text(
        textwrap.dedent(f"""\
            #!/bin/sh
            exec {" ".join(enter)} sh -ec 'mount -t tmpfs none /run
            mkdir -p {POD}
            cp {tmp_path}/token {tmp_path}/ca.crt {tmp_path}/namespace {POD}
            exec {real} "$@"' sh "$@"
            """)
    )
    program.chmod(stat.S_IRWXU)
    host, port = hub.cluster.server.rpartition("/")[2].split(":")
    environment = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    inside = Ansible(InPod(ansible.core.name, ansible.core.directory, program), tmp_path / "pod", nowhere)
    assert run_look(inside, path, {}, environment=environment)["look"]["site"]["site_id"] == hub.site_id
