# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints in the annotations of tokens and links."""

from __future__ import annotations

from collections.abc import Mapping

from ..._model.site import Endpoint, Service
from .manifest import integer


def endpoint_notes(endpoints: Mapping[Service, Endpoint]) -> dict[str, str]:
    """Return the annotations that describe to a linking site where to connect."""
    notes = {}
    for service, endpoint in endpoints.items():
        notes[f"{service.value}-host"] = endpoint.host
        if endpoint.port:
            notes[f"{service.value}-port"] = str(endpoint.port)
    return notes


def read_endpoints(notes: Mapping[str, str]) -> dict[Service, Endpoint]:
    """Return where the annotations of a token or a link lead. A port that is none reads as 0."""
    hosts = {service: notes.get(f"{service.value}-host") for service in (Service.INTER_ROUTER, Service.EDGE)}
    return {
        service: Endpoint(host, integer(notes.get(f"{service.value}-port")) or 0)
        for service, host in hosts.items()
        if host
    }
