# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done about a link of a mesh."""

from __future__ import annotations

from enum import Enum


class Act(str, Enum):
    """What is to be done about a link."""

    ADD = "add"
    RELINK = "relink"
    RECOST = "recost"
    FINISH = "finish"
    AWAIT = "await"
    REMOVE = "remove"
