# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a site as far as revoking its access goes; nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .._kube.api import POD, SECRET, NamespaceApi
from .._model.link import NetworkView
from .._model.revocation import Incoming
from .._plan.revocable import RevocableSite
from .._v1.objects import keys
from .._v1.objects.claim import read_record
from .._v1.objects.revoke import read_authority_notes, read_rollout, read_server
from .generations.readers import reader

# The network status lists a connection for a while after it has gone.
_LAG = timedelta(minutes=2)
_EVER = datetime.min.replace(tzinfo=timezone.utc)


def look(api: NamespaceApi, site_id: str) -> RevocableSite:
    """Read all that decides about a revocation and proves it; raises Failure(site_not_ready).

    The routers are read after the certificates that they are compared with: one that starts in between is a younger one.
    """
    authority = read_authority_notes(needed(api, keys.SITE_CA))
    server = read_server(needed(api, keys.SITE_SERVER))
    deployment = reader(api).deployment()
    pods = api.list(POD, labels=keys.ROUTER_SELECTOR)
    records = tuple(read_record(manifest) for manifest in api.list(SECRET, labels=keys.RECORD_SELECTOR))
    incoming = _incoming(reader(api).network(site_id))
    return RevocableSite(authority, server, read_rollout(deployment, pods), records, incoming, api.now())


def needed(api: NamespaceApi, secret: str) -> Mapping[str, Any]:
    """Read a Secret that a site must have; raises Failure(site_not_ready)."""
    manifest = api.get(SECRET, secret)
    if manifest is None:
        raise reader(api).not_ready("Secret", secret)
    return manifest


def _incoming(network: NetworkView) -> tuple[Incoming, ...]:
    """Return the sites that the network status lists, which follows the connections themselves with some delay."""
    listed = None if network.written is None else network.written - _LAG
    found: dict[str, Incoming] = {}
    for peering in network.peerings:
        since = None if listed is None else min(listed, peering.started or listed)
        known = found.get(peering.site_id)
        if not peering.outgoing and (known is None or (since or _EVER) > (known.since or _EVER)):
            found[peering.site_id] = Incoming(peering.site_id, peering.site_name, since)
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.site_id)))
