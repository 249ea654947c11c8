# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Roles of docs/rbac, service accounts that have them whole or but for one right, and modules run as these."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.inline import run_inline
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.task import Task

from testbed import Site, User
from testbed.clusters import Cluster
from tests.harness import ROOT, Rule
from tools.specs import MODULES as NAMES
from tools.specs import task_of

RBAC = ROOT / "docs" / "rbac"
MODULES: Mapping[str, Task] = {
    name.removeprefix("skupper_"): task for name in NAMES if (task := task_of(name)) is not None
}


@dataclass(frozen=True)
class Right:
    """One verb of one rule."""

    group: str
    resource: str
    verb: str
    names: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule that grants it."""
        limited = {"resourceNames": list(self.names)} if self.names else {}
        return {"apiGroups": [self.group], "resources": [self.resource], "verbs": [self.verb], **limited}

    def each(self) -> Iterator[tuple[str, str, str, str]]:
        """What may be asked by it, one entry for each name it is limited to."""
        for name in self.names or ("",):
            yield self.group, self.resource, self.verb, name

    def __str__(self) -> str:
        return " ".join([self.verb, self.resource, *self.names])


@dataclass(frozen=True)
class Role:
    """A Role or ClusterRole of docs/rbac."""

    name: str
    rights: tuple[Right, ...]

    def without(self, right: Right) -> Role:
        """The same Role but for one right."""
        return replace(self, rights=tuple(each for each in self.rights if each != right))

    def __add__(self, other: Role) -> Role:
        return replace(self, rights=(*self.rights, *other.rights))


@functools.cache
def roles() -> Mapping[str, Role]:
    """All Roles of the folder, by name."""
    files = sorted(RBAC.glob("*.yml"))
    documents = [document for file in files for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    return {
        each["metadata"]["name"]: Role(each["metadata"]["name"], tuple(_rights(each["rules"]))) for each in documents
    }


def _rights(rules: Iterable[Rule]) -> Iterator[Right]:
    for rule in rules:
        (group,), (resource,) = rule["apiGroups"], rule["resources"]
        for verb in rule["verbs"]:
            yield Right(group, resource, verb, tuple(rule.get("resourceNames", ())))


class Refused(Exception):
    """A module failed."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        super().__init__(result["msg"])
        self.reason: str = result.get("reason", "")
        self.message: str = result["msg"]


@dataclass(frozen=True)
class Account:
    """A service account, in whose name modules are run in this process, as the fast path runs them."""

    cluster: Cluster
    user: User
    timeout: int = 30
    """Seconds that a module waits for sites."""

    def allow(self, role: Role, *namespaces: str) -> None:
        """Grant a Role in namespaces, instead of the Role of an earlier call."""
        for namespace in namespaces:
            self.cluster.grant(self.user, [right.rule for right in role.rights], namespace)

    def allow_everywhere(self, role: Role) -> None:
        """Grant a ClusterRole, instead of the one of an earlier call."""
        self.cluster.grant(self.user, [right.rule for right in role.rights])

    def place(self, namespace: str) -> dict[str, str]:
        """The connection options that lead to a namespace."""
        return {"kubeconfig": str(self.user.kubeconfig), "namespace": namespace}

    def do(self, module: str, site: Site | str, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module on a site; raises Refused if it fails."""
        namespace = site if isinstance(site, str) else site.namespace
        limits = {"wait_timeout": self.timeout} if "wait_timeout" in MODULES[module].spec.options else {}
        arguments = {**self.place(namespace), **limits, **options}
        result, _secret = run_inline(MODULES[module], arguments, f"skupper_{module}", check, True, "/")
        if result.get("failed"):
            raise Refused(result)
        return result
