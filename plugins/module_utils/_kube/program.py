# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A limit for credential plugins: the kubernetes package waits for them for ever (config/exec_provider.py)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

# Logging in at a cloud takes some seconds; a plugin that waits for a person in a browser will not see one.
LIMIT = 60  # seconds

# Run by an interpreter of its own. A plugin may start programs that keep its output open, so all of them end together;
# a line on stderr is what the kubernetes package tells of one that failed.
_KEEPER = """
import os, signal, subprocess, sys
limit, command = int(sys.argv[1]), sys.argv[2:]
try:
    plugin = subprocess.Popen(command, start_new_session=True)
except OSError as error:
    sys.exit(f"{command[0]}: {error.strerror}")
try:
    sys.exit(plugin.wait(limit))
except subprocess.TimeoutExpired:
    os.killpg(plugin.pid, signal.SIGKILL)
    sys.exit(f"{command[0]} did not end within {limit} seconds")
"""


def limited(user: Mapping[str, Any]) -> dict[str, Any]:
    """A user of a kubeconfig whose credential plugin, if there is one, is ended after LIMIT."""
    plugin = user.get("exec")
    if not isinstance(plugin, Mapping) or not isinstance(plugin.get("command"), str):
        return dict(user)
    arguments = ["-I", "-c", _KEEPER, str(LIMIT), plugin["command"], *(plugin.get("args") or [])]
    return {**user, "exec": {**plugin, "command": sys.executable, "args": arguments}}
