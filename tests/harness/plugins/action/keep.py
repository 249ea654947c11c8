# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action that keeps a value for the test to look at, even one that no callback may see."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):  # type: ignore[misc]
    """Writes its argument `value` to the file `name` in the directory that KEEP_DIRECTORY names."""

    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Keep the value; also in check mode, since tests look at what that returns."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = self._task.args
        path = Path(os.environ["KEEP_DIRECTORY"]) / str(arguments["name"])
        path.write_text(json.dumps(arguments["value"], default=str), encoding="utf-8")
        return {**result, "changed": False}
