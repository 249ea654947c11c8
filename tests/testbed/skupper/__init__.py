# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs of Skupper 1.9.6 and its router, built once and kept in the cache."""

from __future__ import annotations

from .programs import Programs, find, obstacle
from .steps import BuildFailed

__all__ = ["BuildFailed", "Programs", "find", "obstacle"]
