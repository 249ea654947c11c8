# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_problems
short_description: Return the problems of Skupper sites by kind
description:
- Returns the problems of a report that are of the given kinds.
author:
  - sitemesh.skupper contributors (@sitemesh)
positional: _input
options:
  _input:
    description:
      - A report of P(sitemesh.skupper.status_report#filter), or the same read from JSON.
    type: dict
    required: true
  kinds:
    description:
      - The kinds.
      - V(unread), a site could not be read; V(down), a link is not connected; V(router), a site has fewer ready routers than
        desired; V(ending), a certificate ends soon or has ended; V(island), a site is connected with no other; V(split), the
        sites are not one network; V(unknown), a site outside the inventory is linked to one in it; V(all), any problem;
        V(none), no problem.
    type: list
    elements: str
    default: [all]
seealso:
  - plugin: sitemesh.skupper.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Fail if links are down or certificates end
  ansible.builtin.assert:
    that: report | sitemesh.skupper.status_problems(["down", "ending"]) | length == 0
"""

RETURN = r"""
_value:
  description: A sentence for each problem.
  type: list
  elements: str
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import found


def status_problems(report: Any, kinds: Iterable[str] = ("all",)) -> Any:
    """Return the sentences for the problems of certain kinds."""
    return answer("status_problems", lambda: found(Report.from_dict(report), _listed(kinds)))


def _listed(kinds: Any) -> list[str]:
    """Return kinds as a list. The command line gives them as one text with commas."""
    given = kinds.split(",") if isinstance(kinds, str) else kinds
    return [kind for kind in (str(each).strip() for each in given) if kind not in ("", "none")]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"status_problems": status_problems}
