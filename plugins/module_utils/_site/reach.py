# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a site's endpoints as sites that link to it would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._kube.api import NamespaceApi
from .._model.errors import if_allowed
from .._model.site import Endpoint, Service
from .._probe.endpoints import Trust, look_at
from .generations.readers import reader

# A look that nobody asked for takes no longer.
_SECONDS = 5.0


def endpoint_checks(api: NamespaceApi, endpoints: Mapping[str, Mapping[str, Any]], timeout: float) -> dict[str, Any]:
    """What each endpoint of a site answers to whoever runs this, by the names of the services."""
    known = {Service(name): Endpoint(end["host"], end["port"]) for name, end in endpoints.items()}
    if not known:
        return {}
    found = look_at(known, Trust(_ca(api), api.now()), timeout)
    return {service.value: finding.view() for service, finding in found.items()}


def what_is_wrong(service: Service, endpoint: Endpoint, ca: bytes | None, now: datetime) -> str:
    """What is wrong with what answers at an endpoint; "" if nothing is, or nothing answers from here."""
    found = look_at({service: endpoint}, Trust(ca, now), _SECONDS)[service]
    return found.reason or "" if found.reachable and found.certificate_ok is False else ""


def _ca(api: NamespaceApi) -> bytes | None:
    certificates = if_allowed(lambda: reader(api).authority())
    return certificates.ca if certificates else None
