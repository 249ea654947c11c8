# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that says whether something should exist."""

from __future__ import annotations

from ..spec import Options

STATE: Options = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
