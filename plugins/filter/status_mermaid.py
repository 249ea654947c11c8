# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_mermaid
short_description: A report of Skupper sites as a Mermaid flowchart
description:
- Makes text of a report that Mermaid draws, as GitHub and GitLab do within Markdown. Arrows lead from linking to issuing sites.
  - Up to some dozens of sites can be read well. P(sitemesh.skupper.status_page#filter) is for more.
author:
  - sitemesh.skupper contributors (@sitemesh)
positional: _input
options:
  _input:
    description:
      - A report as P(sitemesh.skupper.status_report#filter) makes it, or the same read from JSON.
    type: dict
    required: true
seealso:
  - plugin: sitemesh.skupper.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the picture for a README
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
    """The flowchart of a report."""
    return answer("status_mermaid", lambda: mermaid(Report.from_dict(report)))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """It by its name."""
        return {"status_mermaid": status_mermaid}
