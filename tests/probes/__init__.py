# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Witnesses of what is on a cluster or in a file: they read and decode for themselves, and know nothing of plugins/."""

from __future__ import annotations

from .links import Connection, connections, connectors
from .secrets import Kept, links, read_file, records, secret, unwrap

__all__ = [
    "Connection",
    "Kept",
    "connections",
    "connectors",
    "links",
    "read_file",
    "records",
    "secret",
    "unwrap",
]
