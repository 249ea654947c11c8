# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs of Skupper 1.9.6 and its router, taken from where they are installed."""

from __future__ import annotations

from .programs import NoPrograms, Programs, find, obstacle

__all__ = ["NoPrograms", "Programs", "find", "obstacle"]
