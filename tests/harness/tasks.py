# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of the collection's modules for the sites of a testbed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from testbed import Site

from .playbooks import Task

PREFIX = "sitemesh.skupper."
WAYS = ("token", "file", "issuer")


def where(site: Site) -> dict[str, str]:
    """Return the connection options of a site."""
    return {"context": site.cluster.name, "namespace": site.namespace}


def task(module: str, *, task_name: str | None = None, register: str | None = None, **options: Any) -> Task:
    """Return a task; it is called as its module unless another name is given, its options are the module's."""
    named: Task = {"name": task_name or module, f"{PREFIX}skupper_{module}": options}
    return named | ({"register": register} if register else {})


def named(name: str, made: Task) -> Task:
    """Return the task under another name."""
    return {**made, "name": name}


def checked(name: str, made: Task) -> Task:
    """Return the task under another name, in check mode."""
    return {**made, "name": name, "check_mode": True}


def token(site: Site, name: str = "for-east", **options: Any) -> Task:
    """Return a task that issues a claim token, or (state=absent) withdraws it."""
    return task("token", **where(site), name=name, **options)


def link(site: Site, **options: Any) -> Task:
    """Return a task that links a site, without saying whose token it uses."""
    return task("link", **where(site), **options)


def issued_link(site: Site, issuer: Site, **options: Any) -> Task:
    """Return a task that links a site to an issuing site, from which it gets a claim itself."""
    limits = {name: options.pop(name) for name in ("expiry", "uses") if name in options}
    return link(site, issuer={**where(issuer), **limits}, **options)


def links(site: Site, *wanted: dict[str, Any], **options: Any) -> Task:
    """Return a task that links a site to several others."""
    return task("links", **where(site), links=list(wanted), **options)


def site(cluster: str, namespace: str, **options: Any) -> Task:
    """Return a task that makes a site, or (state=absent) deletes it."""
    return task("site", context=cluster, namespace=namespace, **options)


def revoke(site: Site, **options: Any) -> Task:
    """Return a task that revokes the access to a site."""
    return task("revoke", **where(site), **options)


def linking(way: str, issuer: Site, site: Site, name: str, path: Path) -> list[Task]:
    """Return the tasks that link a site in one of the WAYS, through a claim of this name."""
    if way == "issuer":
        return [issued_link(site, issuer)]
    if way == "file":
        return [token(issuer, name, dest=str(path)), link(site, src=str(path))]
    return [token(issuer, name, register="issued"), link(site, token="{{ issued.token }}")]


def link_info(site: Site, **options: Any) -> Task:
    """Return a task that lists a site's links."""
    return task("link_info", **where(site), **options)


def site_info(site: Site, **options: Any) -> Task:
    """Return a task that reads a site."""
    return task("site_info", **where(site), **options)


def token_info(site: Site, **options: Any) -> Task:
    """Return a task that lists a site's claims."""
    return task("token_info", **where(site), **options)
