# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sites that are linked again and again under watch, and the credentials that are used for it."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from testbed import User
from tests.harness import Core, SitePool
from tests.integration.secrets.leak_search import Leak, Secret, find_leaks
from tests.integration.secrets.secret_log import SecretLog
from tests.integration.secrets.watched_runs import HERE, Play, Run, Scratch, Task, run_play

PLANTED = "Wr0ng-But-Secret-All-The-Same"
_ALL = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
_SECRET = ("token", "client-key-data")
_CERTIFICATE = "client-certificate-data"

Keywords = Mapping[str, Any]
# Ways to run a task; only the first lets it run in the controller process.
INLINE: Keywords = MappingProxyType({})
ENVIRONMENT: Keywords = {"environment": {"OF_NO_MATTER": "yes"}}
BECOME: Keywords = {"become": True, "become_method": "plain"}
INTERPRETER: Keywords = {"vars": {"ansible_python_interpreter": "{{ other_python }}"}}


class Sites:
    """A public and a private site on clusters of their own."""

    def __init__(self, site_pool: SitePool) -> None:
        self.bed = site_pool.bed
        self.issuing, self.linking = site_pool.public(), site_pool.private()
        self.issuer = self.issuing.cluster.user("issuer", _ALL, self.issuing.namespace, auth="token")
        self.linker = self.linking.cluster.user("linker", _ALL, self.linking.namespace, auth="cert")
        self.other = self.linking.cluster.user("other", auth="cert")

    def run(self, scratch: Scratch, core: Core, play: Play | list[Play], *options: str, **more: Any) -> Run:
        """Run plays with the variables that lead to the sites, and write down every secret that exists meanwhile."""
        self._give_files(scratch)
        values = {**self.values(scratch), **more.pop("values", {})}
        environment = {"KUBECONFIG": str(self.bed.kubeconfig), **more.pop("environment", {})}
        with contextlib.ExitStack() as stack:
            namespaces = (self.issuing.namespace, self.linking.namespace)
            self.secret_logs = [stack.enter_context(SecretLog(cluster, namespaces)) for cluster in self.bed.clusters]
            return run_play(scratch, core, play, values, *options, environment=environment, **more)

    def leaks(self, run: Run) -> list[Leak]:
        """Where secrets could be seen in the last run."""
        public = {value for secret_log in self.secret_logs for value in secret_log.public}
        for user in self._users():
            public |= {secret.value for secret in _credentials(user, _CERTIFICATE)}
        return find_leaks(run.sightings, self.secrets(), public)

    def secrets(self) -> Iterable[Secret]:
        """All that was secret during the last run."""
        yield Secret("the planted password", PLANTED.encode())
        for secret_log in self.secret_logs:
            yield from list(secret_log.secrets.values())
        for user in self._users():
            yield from _credentials(user, *_SECRET)

    def _users(self) -> Iterable[User]:
        return (self.issuer, self.linker, self.other, *(cluster.admin for cluster in self.bed.clusters))

    def values(self, scratch: Scratch) -> dict[str, Any]:
        """Variables for plays."""
        return {
            "run": scratch.top.name.replace("_", "-"),
            "planted": PLANTED,
            "issuer": self.issuing.namespace,
            "issuer_id": self.issuing.site_id,
            "issuer_context": self.issuing.cluster.name,
            "issuer_server": self.issuing.cluster.server,
            "issuer_key": self.issuer.token,
            "issuer_kubeconfig": _kubeconfig(self.issuer),
            "server": self.linking.cluster.server,
            "linking_context": self.linking.cluster.name,
            "cert_kubeconfig": _kubeconfig(self.linker),
        }

    def _give_files(self, scratch: Scratch) -> None:
        scratch.write("issuer-ca.pem", self.issuing.cluster.ca.decode())
        scratch.write("ca.pem", self.linking.cluster.ca.decode())
        for name, user in (("client", self.linker), ("other", self.other)):
            certificate, key = (
                next(iter(_credentials(user, part))).value for part in (_CERTIFICATE, "client-key-data")
            )
            scratch.write(f"{name}.pem", certificate.decode())
            scratch.write(f"{name}.key", key.decode())
        scratch.write("secret.txt", f"{{[{PLANTED}")

    def play(self, tasks: str | list[Task], keywords: Keywords = INLINE) -> Play:
        """A play on the linking site; failures are looked at afterwards."""
        loaded = yaml.safe_load((HERE / "plays" / f"{tasks}.yml").read_text()) if isinstance(tasks, str) else tasks
        here = {"context": self.linking.cluster.name, "namespace": self.linking.namespace}
        return {
            "hosts": "all",
            "gather_facts": False,
            "ignore_errors": True,
            "module_defaults": {"group/sitemesh.skupper.skupper": here},
            **keywords,
            "tasks": loaded,
        }


def _kubeconfig(user: User) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(user.kubeconfig).read_text())
    return loaded


def _credentials(user: User, *parts: str) -> Iterable[Secret]:
    for entry in _kubeconfig(user)["users"]:
        for key, value in entry["user"].items():
            if key in parts:
                yield Secret(
                    f"{key} of {user.name}", base64.b64decode(value) if key.endswith("-data") else value.encode()
                )
