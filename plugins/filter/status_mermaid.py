# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_mermaid
short_description: Render a report of Skupper sites as a Mermaid flowchart
description:
- Returns a report as Mermaid text, which GitHub and GitLab draw within Markdown. Arrows lead from linking to issuing sites.
  - The flowchart is readable for up to some dozens of sites. For more, use P(sitemesh.skupper.status_page#filter).
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
- name: Write the flowchart for a README
  ansible.builtin.copy:
    dest: topology.mmd
    content: "{{ report | sitemesh.skupper.status_mermaid }}"
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The flowchart.
  type: str
"""

from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.mermaid import mermaid
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report


def status_mermaid(report: Any) -> Any:
    """Return the flowchart of a report."""
    return answer("status_mermaid", lambda: mermaid(Report.from_dict(report)))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"status_mermaid": status_mermaid}
