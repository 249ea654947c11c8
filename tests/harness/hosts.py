# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites of a testbed as hosts of an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from testbed import Site

Hosts = dict[str, dict[str, Any]]


def host(site: Site) -> dict[str, Any]:
    """Return the variables that say where a host's site is."""
    return {"skupper_context": site.cluster.name, "skupper_namespace": site.namespace}


def hosts(sites: Iterable[Site], more: Mapping[str, Mapping[str, Any]] | None = None) -> Hosts:
    """Return a host for each site, of the same name; `more` has further variables, by the names of their hosts."""
    return {site.name: {**host(site), **(more or {}).get(site.name, {})} for site in sites}
