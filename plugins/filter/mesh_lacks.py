# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not as a mesh was planned, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: mesh_lacks
short_description: Report what is not as planned on a host of a mesh
version_added: 0.9.0
description:
  - Returns sentences about everything that is not as planned on a host, from a plan and the results of its steps. Role C(mesh)
    fails with them at its end.
positional: _input
options:
  _input:
    description:
      - The plan, as P(sitemesh.skupper.link_plan#filter) returns it.
    type: dict
    required: true
  host:
    description:
      - The host.
    type: str
    required: true
  links:
    description:
      - The results of M(sitemesh.skupper.skupper_links) in a loop on the host.
    type: list
    elements: dict
    default: []
  waits:
    description:
      - The results of waiting for these links in a second task.
    type: list
    elements: dict
    default: []
  handovers:
    description:
      - Results of links that were made with a token from another place, each as in RV(sitemesh.skupper.skupper_links#module:links).
    type: list
    elements: dict
    default: []
  removals:
    description:
      - The results of removing links in a loop over steps of the plan, with the loop variable C(mesh_step).
    type: list
    elements: dict
    default: []
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - plugin: sitemesh.skupper.mesh_summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Fail if a link is not as planned
  ansible.builtin.fail:
    msg: "{{ lacks | join(' ') }}"
  vars:
    lacks: "{{ mesh_plan | sitemesh.skupper.mesh_lacks(inventory_hostname, links=my_links.results) }}"
  when: lacks | length > 0
"""

RETURN = r"""
_value:
  description: The sentences.
  type: list
  elements: str
  sample: ["not linked to hub: the API server did not answer", "The next run makes up for it."]
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary import mesh
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.results import mapping


def mesh_lacks(
    plan: Any,
    host: str,
    links: Iterable[Any] = (),
    waits: Iterable[Any] = (),
    handovers: Iterable[Any] = (),
    removals: Iterable[Any] = (),
) -> Any:
    """Return sentences on what is not as planned."""
    tasks = mesh.TaskResults(links, waits, handovers, removals)
    return answer("mesh_lacks", lambda: mesh.mesh_lacks(mapping(plan), str(host), tasks))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"mesh_lacks": mesh_lacks}
