# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of readers for tests of reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read, make_report

NOW = "2026-11-25T03:40:00Z"
LOST = {"failed": False, "reason": "api_unreachable", "msg": "Could not get it: the API server is not reachable."}


def site(name: str, exposure: str = "private", days: int = 1800, **values: Any) -> dict[str, Any]:
    """Return a result of skupper_site_info."""
    ends = {"not_after": "2031-01-30T09:00:00Z", "days_left": days}
    return {
        "site": {
            "site_id": f"id-{name}",
            "name": name,
            "exposure": exposure,
            "mode": "interior",
            "version": "1.9.6",
            "ingress": "none" if exposure == "private" else "loadbalancer",
            "router": {"replicas": 1, "ready": 1},
            "certificates": {"ca": ends, "server": ends, "links": []},
            **values,
        }
    }


def link(target: str, state: str = "connected", days: int | None = 1700, **values: Any) -> dict[str, Any]:
    """Return one of the links of a result of skupper_link_info."""
    return {
        "name": f"to-{target}",
        "site_id": f"id-{target}",
        "state": state,
        "connected": state in ("connected", "ending"),
        "cause": None,
        "reason": None if state == "connected" else "because of this",
        "cost": 1,
        "url": f"amqps://{target}:55671",
        "not_after": None if days is None else "2030-11-25T03:40:00Z",
        "days_left": days,
        "managed": True,
        **values,
    }


def links(*outgoing: dict[str, Any], incoming: Iterable[str] = ()) -> dict[str, Any]:
    """Return a result of skupper_link_info."""
    return {"links": list(outgoing), "incoming": [{"site_id": f"id-{name}", "name": name} for name in incoming]}


def report(*reads: Read, warn_days: int = 30, complete: bool = True) -> Report:
    """Return the report of what was read."""
    return make_report(reads, warn_days, NOW, complete)


def fleet(public: int, private: int, targets: Sequence[int] = (0, 1)) -> Report:
    """Return a report of sites that are linked as desired: public ones to each other, private ones to some of them."""
    hubs = [f"hub-{number}" for number in range(public)]
    reads = [
        Read(name, site(name, "public"), links(*(link(other) for other in hubs[:number])))
        for number, name in enumerate(hubs)
    ]
    for number in range(private):
        wanted = sorted({hubs[(number + target) % public] for target in targets}) if hubs else []
        name = f"shop-{number:03}"
        reads.append(Read(name, site(name), links(*(link(hub) for hub in wanted))))
    return report(*reads)
