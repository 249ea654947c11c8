# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a site's endpoints as sites that link to it would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .._kube.api import NamespaceApi
from .._model.errors import if_allowed
from .._model.site import Endpoint, Service
from .._probe.endpoints import Finding, Trust, look_at
from .generations.readers import reader

# A look that the user did not ask for takes no longer.
_SECONDS = 5.0


def check_endpoints(
    api: NamespaceApi, endpoints: Mapping[Service, Endpoint], timeout: float
) -> Mapping[Service, Finding]:
    """Return what each endpoint of a site answers to the host that this runs on; nothing without endpoints."""
    return look_at(endpoints, Trust(_ca(api), api.now()), timeout) if endpoints else {}


def what_is_wrong(service: Service, endpoint: Endpoint, ca: bytes | None, now: datetime) -> str:
    """Return what is wrong with what answers at an endpoint; "" if nothing is, or nothing answers from here."""
    found = look_at({service: endpoint}, Trust(ca, now), _SECONDS)[service]
    return found.reason or "" if found.reachable and found.certificate_ok is False else ""


def _ca(api: NamespaceApi) -> bytes | None:
    certificates = if_allowed(lambda: reader(api).authority())
    return certificates.ca if certificates else None
