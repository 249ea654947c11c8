# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of role mesh came to, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: mesh_summary
short_description: Summarize a run of role mesh
version_added: 0.9.0
description:
  - Returns lines of text about a plan and the results of its steps on the hosts. Role C(mesh) shows them at the end of a run.
  - In check mode the lines describe what a run would do.
positional: _input
options:
  _input:
    description:
      - The plan, as P(sitemesh.skupper.link_plan#filter) returns it.
    type: dict
    required: true
  hosts:
    description:
      - The hosts with a step in the plan, or with links that are not as planned.
    type: list
    elements: str
    required: true
  links:
    description:
      - The registered results of M(sitemesh.skupper.skupper_links) on each host, in the order of O(hosts), or of
        M(sitemesh.skupper.skupper_link) in a loop over the steps of each host with the loop variable C(mesh_step).
    type: list
    elements: dict
    default: []
  waits:
    description:
      - The registered results of waiting for these links in a second task, in the order of O(hosts).
    type: list
    elements: dict
    default: []
  handovers:
    description:
      - Lists of results of links that were made with a token from another place, in the order of O(hosts), each as in
        RV(sitemesh.skupper.skupper_links#module:links).
    type: list
    elements: list
    default: []
  removals:
    description:
      - The registered results of removing links in a loop over the steps of each host, in the order of O(hosts).
    type: list
    elements: dict
    default: []
  check_mode:
    description:
      - Whether the results are predictions.
    type: bool
    default: false
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - plugin: sitemesh.skupper.link_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Report the outcome
  ansible.builtin.debug:
    msg: >-
      {{ mesh_plan | sitemesh.skupper.mesh_summary(
           hosts=ansible_play_hosts_all,
           links=ansible_play_hosts_all | map('extract', hostvars) | map(attribute='my_links', default={}),
           check_mode=ansible_check_mode) }}
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample: ["shop: linked to hub by link1 (hub is public (ingress loadbalancer at 203.0.113.7))"]
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.mesh import TaskResults, mesh_lines
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.results import mapping


def mesh_summary(
    plan: Any,
    hosts: Iterable[str],
    links: Iterable[Any] = (),
    handovers: Iterable[Any] = (),
    removals: Iterable[Any] = (),
    check_mode: bool = False,
    waits: Iterable[Any] = (),
) -> Any:
    """Return the lines of a summary."""
    tasks = TaskResults(links, waits, handovers, removals)
    return answer("mesh_summary", lambda: mesh_lines(mapping(plan), hosts, tasks, bool(check_mode)))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"mesh_summary": mesh_summary}
