# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_page
short_description: Render a report of Skupper sites as a page with a picture
description:
- Returns a report as an HTML page, with a picture of sites and links, and tables with the same content.
  - The page loads nothing and runs no script. It follows the reader's choice of light or dark, can be read aloud and printed, and
    shows states by shape and text in addition to colour.
author:
  - sitemesh.skupper contributors (@sitemesh)
positional: _input
options:
  _input:
    description:
      - A report of P(sitemesh.skupper.status_report#filter), or the same read from JSON.
    type: dict
    required: true
  title:
    description:
      - The title of the page.
    type: str
    default: Skupper network
seealso:
  - plugin: sitemesh.skupper.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the page
  ansible.builtin.copy:
    dest: status.html
    content: "{{ report | sitemesh.skupper.status_page(title='Sites of the shops') }}"
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.page import page


def status_page(report: Any, title: str = "Skupper network") -> Any:
    """Return the page of a report."""
    return answer("status_page", lambda: page(Report.from_dict(report), str(title)))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"status_page": status_page}
