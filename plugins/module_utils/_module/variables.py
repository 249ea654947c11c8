# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of skupper_variables, whose action plugin does all of it."""

from __future__ import annotations

from .spec import Spec

VARIABLES = Spec({"group": {"type": "str"}, "strict": {"type": "bool", "default": False}})
