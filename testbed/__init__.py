# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Kubernetes API servers with simulated Skupper 1.9.6 sites, on one Linux machine and without containers."""

from __future__ import annotations

from .bed import Testbed
from .clusters import ApiError, Cluster, Request, User
from .policies import Policies
from .site_handle import Site

__all__ = ["ApiError", "Cluster", "Policies", "Request", "Site", "Testbed", "User"]
