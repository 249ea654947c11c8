# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Independent readers of clusters and files: they read and decode for themselves, and import nothing of plugins/."""

from __future__ import annotations

from .access_checks import Dial, dial, lets_in, redeem
from .certificates import dns_names, fingerprint, fits
from .links import Connection, Network, connections, connectors, listeners, network, peers
from .secrets import Kept, links, read_file, records, secret, unwrap
from .sites import log_levels, pods, site_config, site_objects
from .stolen_credentials import SlowThief, StolenCredentials, Thief, Token

__all__ = [
    "Connection",
    "Dial",
    "Kept",
    "Network",
    "SlowThief",
    "StolenCredentials",
    "Thief",
    "Token",
    "connections",
    "connectors",
    "dial",
    "dns_names",
    "fingerprint",
    "fits",
    "lets_in",
    "links",
    "listeners",
    "log_levels",
    "network",
    "peers",
    "pods",
    "read_file",
    "records",
    "redeem",
    "secret",
    "site_config",
    "site_objects",
    "unwrap",
]
