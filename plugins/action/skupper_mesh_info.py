# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs skupper_mesh_info in the controller process where that is possible. Written by `make generate`."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh_info import MESH_INFO
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._action import SkupperAction


class ActionModule(SkupperAction):
    """The fast path of skupper_mesh_info."""

    task = MESH_INFO
