# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites as results show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .._model.change import UNKNOWN
from .._model.instant import days_left, format_instant
from .._model.site import Outlook
from .._model.site_plan import NewSite
from .._model.site_report import (
    AbsentSite,
    CertificateEnds,
    PresentSite,
    SiteInNetwork,
    SiteReport,
    SiteResult,
    SiteState,
)

_UNSEEN: dict[str, Any] = {"ingress": None, "exposure": None, "exposure_reason": None, "endpoints": {}}


def report_view(report: SiteReport) -> dict[str, Any]:
    """Return a site as skupper_site_info returns it."""
    count, router = report.state.count, report.router
    return {
        **_state_view(report.state),
        "network_sites": count.total if count else None,
        "policy": report.enforces_policies,
        "router": None if router is None else {"replicas": router.replicas, "ready": router.ready},
        "evicted": list(report.evicted),
        "evicted_locations": [each.view() for each in report.evicted_locations],
        "location": report.location.view(),
        "router_site_id": report.router_site_id or None,
        "certificates": _certificates_view(report.certificates),
    }


def result_view(site: SiteResult) -> dict[str, Any]:
    """Return a site as skupper_site returns it."""
    if isinstance(site, NewSite):
        return _new_view(site)
    return _present_view(site) if isinstance(site, PresentSite) else _absent_view(site)


def _new_view(site: NewSite) -> dict[str, Any]:
    unknown = dict.fromkeys(
        ("site_id", "version", "exposure", "exposure_reason", "endpoints", "linked_sites", "ca_not_after"), UNKNOWN
    )
    return {
        **unknown,
        "name": site.name,
        "namespace": site.namespace,
        "mode": site.mode.value,
        "ingress": site.ingress or UNKNOWN,
    }


def _present_view(site: PresentSite) -> dict[str, Any]:
    restarted = {"linked_sites": UNKNOWN} if site.restarts else {}
    return {**_state_view(site.state), "ca_not_after": _instant(site.authority_ends), **restarted}


def _absent_view(site: AbsentSite) -> dict[str, Any]:
    return {
        "site_id": site.removed.site_id if site.removed else None,
        "name": site.removed.name if site.removed else None,
        "namespace": site.namespace,
        "state": "absent",
    }


def host_view(site: SiteInNetwork) -> dict[str, Any]:
    """Return a site as an inventory knows it, with the first id of its network."""
    view = _state_view(site.state)
    neighbourhood = site.neighbourhood
    return {**view, "linked_to": sorted(neighbourhood.beside), "network_id": min(neighbourhood.network)}


def _state_view(state: SiteState) -> dict[str, Any]:
    return {
        "site_id": state.config.site_id,
        "name": state.config.name,
        "namespace": state.namespace,
        "mode": state.mode.value,
        "version": state.version,
        "linked_sites": state.count.direct if state.count else None,
        **(_UNSEEN if state.outlook is None else _outlook_view(state.outlook)),
    }


def _outlook_view(outlook: Outlook) -> dict[str, Any]:
    return {
        "ingress": outlook.ingress,
        "exposure": outlook.exposure.value,
        "exposure_reason": outlook.why,
        "endpoints": {
            service.value: {"host": end.host, "port": end.port} for service, end in outlook.endpoints.items()
        },
    }


def _certificates_view(ends: CertificateEnds) -> dict[str, Any]:
    return {
        "ca": _end(ends.authority, ends.now),
        "server": _end(ends.server, ends.now),
        "links": [{"name": each.link, "site_id": each.site_id, **_end(each.ends, ends.now)} for each in ends.links],
    }


def _end(ends: datetime | None, now: datetime) -> dict[str, Any]:
    return {"not_after": _instant(ends), "days_left": days_left(ends, now)}


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)
