# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A become plugin for the same user: all of become but the change of user, which not every machine allows."""

from __future__ import annotations

import shlex

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: plain
short_description: Runs a command as the same user
description: Goes through the motions of become.
options:
  become_user:
    description: Taken and ignored.
    default: root
    vars: [{name: ansible_become_user}]
  become_exe:
    description: Taken and ignored.
    vars: [{name: ansible_become_exe}]
  become_flags:
    description: Taken and ignored.
    vars: [{name: ansible_become_flags}]
  become_pass:
    description: Taken and ignored.
    vars: [{name: ansible_become_password}]
"""


class BecomeModule(BecomeBase):  # type: ignore[misc]
    """Marks the command's environment and runs it."""

    name = "plain"

    def build_become_command(self, cmd: str, shell: object) -> str:
        """The command to run."""
        super().build_become_command(cmd, shell)
        return f"env BECAME=yes /bin/sh -c {shlex.quote(cmd)}" if cmd else cmd
