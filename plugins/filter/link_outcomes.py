# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last result of each link, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: link_outcomes
short_description: Return the last result of each link
version_added: 0.9.0
description:
  - Combines the results of a task that made links with those of a task that waited for them.
  - A link that a later task should wait for counts as failed unless a result shows that it works.
positional: _input
options:
  _input:
    description:
      - The results of M(sitemesh.skupper.skupper_links) from the task that made the links.
    type: list
    elements: dict
    required: true
  waits:
    description:
      - The results of waiting for these links in a second task.
    type: list
    elements: dict
    default: []
  handovers:
    description:
      - Further links, each as in RV(sitemesh.skupper.skupper_links#module:links).
    type: list
    elements: dict
    default: []
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_links
"""

EXAMPLES = r"""
- name: Fail if a link does not work
  ansible.builtin.assert:
    that: "[made] | sitemesh.skupper.link_outcomes(waits=[waited]) | select('failed') | length == 0"
"""

RETURN = r"""
_value:
  description:
    - The results, each as in RV(sitemesh.skupper.skupper_links#module:links).
    - If a task failed before it read any link, the list has the result of the task instead.
  type: list
  elements: dict
  sample: [{"peer": "hub", "changed": true, "link": {"name": "link1", "connected": true}}]
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.results import outcomes


def link_outcomes(made: Iterable[Any], waits: Iterable[Any] = (), handovers: Iterable[Any] = ()) -> Any:
    """Return the last result of each link."""
    return answer("link_outcomes", lambda: outcomes({"results": list(made)}, {"results": list(waits)}, handovers))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"link_outcomes": link_outcomes}
