# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to this machine that does not say so, as one to another machine would not."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: Runs programs here under another name
description: For tests of what must not run in the controller process.
extends_documentation_fragment: [connection_pipelining]
"""


class Connection(Local):  # type: ignore[misc]
    """The local connection by another name."""

    transport = "elsewhere"
