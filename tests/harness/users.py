# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users with the same name on all clusters, and logs of their requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed import Site, Testbed, User
from testbed.clusters import Request, merge_kubeconfigs, write_kubeconfig

Rule = dict[str, Any]


def rule(resource: str, *verbs: str, group: str = "", names: Sequence[str] = ()) -> Rule:
    """Return an RBAC rule."""
    limited = {"resourceNames": list(names)} if names else {}
    return {"apiGroups": [group], "resources": [resource], "verbs": list(verbs), **limited}


# What it takes to know beforehand what policies forbid.
POLICIES = (rule("skupperclusterpolicies", "list", group="skupper.io"), rule("namespaces", "get"))
# All that any task of the collection does on a site.
TASK_RULES = (
    rule("secrets", "get", "list", "watch", "create", "patch", "delete"),
    rule("configmaps", "get", "watch"),
    rule("services", "get"),
    rule("pods", "list"),
    rule("deployments", "get", "patch", group="apps"),
    rule("ingresses", "get", group="networking.k8s.io"),
    rule("routes", "get", group="route.openshift.io"),
    *POLICIES,
)
# What making and deleting sites takes.
SITE_RULES = (
    rule("configmaps", "get", "create", "patch", "delete"),
    rule("secrets", "get", "list"),
    rule("services", "get"),
    rule("deployments", "get", group="apps"),
    rule("ingresses", "get", group="networking.k8s.io"),
)
# And what looking takes.
READ_RULES = (
    rule("secrets", "get", "list"),
    rule("configmaps", "get"),
    rule("services", "get"),
    rule("pods", "list"),
    rule("deployments", "get", group="apps"),
    rule("ingresses", "get", group="networking.k8s.io"),
    rule("routes", "get", group="route.openshift.io"),
    *POLICIES,
)


@dataclass(frozen=True)
class SharedUser:
    """A user with the same name on all clusters, and one kubeconfig for them all."""

    name: str
    users: tuple[User, ...]
    kubeconfig: Path

    @classmethod
    def make(
        cls, bed: Testbed, name: str, rules: Sequence[Rule] | None = TASK_RULES, token: bool = False
    ) -> SharedUser:
        """Make users with these rights in all namespaces; None means no rights."""
        auth = "token" if token else "cert"
        users = tuple(cluster.user(name, rules, auth=auth) for cluster in bed.clusters)  # type: ignore[arg-type]
        path = bed.directory / f"{name}.kubeconfig"
        write_kubeconfig(path, merge_kubeconfigs([user.kubeconfig for user in users]))
        return cls(name, users, path)


class RequestLog:
    """The requests of a user to the API servers of a testbed from now on, out of their audit logs."""

    def __init__(self, bed: Testbed, user: SharedUser) -> None:
        self._bed = bed
        self._user = user
        self._marks = [cluster.audit.mark() for cluster in bed.clusters]

    def requests(self, *sites: Site) -> list[Request]:
        """Return all requests, or those to the namespaces of some sites."""
        found: list[Request] = []
        for cluster, user, mark in zip(self._bed.clusters, self._user.users, self._marks, strict=True):
            wanted = {site.namespace for site in sites if site.cluster is cluster}
            heard = cluster.audit.requests(since=mark, user=user.username)
            found += [request for request in heard if not sites or request.namespace in wanted]
        return found

    def writes(self, *sites: Site) -> list[str]:
        """Return the requests that would change something, refused ones too, as "verb resource name"."""
        return [f"{r.verb} {r.resource} {r.name}".strip() for r in self.requests(*sites) if r.writes]
