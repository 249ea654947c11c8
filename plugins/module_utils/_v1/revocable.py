# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a site of Skupper v1 as far as revoking its access goes; nothing here writes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .._kube.api import POD, SECRET, NamespaceApi
from .._model.authority import RevocableSite
from .._model.link import Incoming, NetworkView
from .connections import open_connections
from .needed import needed_secret, router_deployment
from .objects import keys
from .objects.claim import read_record
from .objects.revoke import read_authority_notes, read_rollout, read_server

# The network status lists a connection for a while after it has gone.
_LAG = timedelta(minutes=2)
_EVER = datetime.min.replace(tzinfo=timezone.utc)


def look(api: NamespaceApi, site_id: str) -> RevocableSite:
    """Read all that decides about a revocation and proves it; raises Failure(site_not_ready).

    The routers are read after the certificates that they are compared with: one that starts in between is a younger one.
    """
    authority = read_authority_notes(needed_secret(api, keys.SITE_CA))
    server = read_server(needed_secret(api, keys.SITE_SERVER))
    deployment = router_deployment(api)
    pods = api.list(POD, labels=keys.ROUTER_SELECTOR)
    records = tuple(read_record(manifest) for manifest in api.list(SECRET, labels=keys.RECORD_SELECTOR))
    incoming = _incoming(open_connections(api, site_id))
    return RevocableSite(authority, server, read_rollout(deployment, pods), records, incoming, api.now())


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
