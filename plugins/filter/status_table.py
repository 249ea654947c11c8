# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_table
short_description: Render a report of Skupper sites as a table
description:
- Returns a report as lines of text, with a table of the sites, a summary, and a sentence for each problem.
author:
  - sitemesh.skupper contributors (@sitemesh)
positional: _input
options:
  _input:
    description:
      - A report of P(sitemesh.skupper.status_report#filter), or the same read from JSON.
    type: dict
    required: true
seealso:
  - plugin: sitemesh.skupper.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the table
  ansible.builtin.debug:
    msg: "{{ report | sitemesh.skupper.status_table }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.table import lines


def status_table(report: Any) -> Any:
    """Return the lines of a report's table."""
    return answer("status_table", lambda: lines(Report.from_dict(report)))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"status_table": status_table}
