#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_mesh_plan
short_description: Tell what a link plan changes, or refuse it
version_added: 0.9.0
description:
  - Takes what the filter P(sitemesh.skupper.link_plan#filter) returns. If the plan can't be carried out as the inventory
    wants it, the task fails with every reason at once.
  - Otherwise the task tells what the plan changes, in diff mode as people read it, and reports a change if it is anything. Links
    that are only waited for are told, too, and are no change.
  - It asks no site and writes nothing. Role C(mesh) carries the plan out.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - C(+) is a link to be made, C(~) one to be mended, C(?) one that is down, C(-) one to be removed, each with the reason.
        C(!) is something that is only reported.
  idempotent:
    support: full
    details:
      - A plan that has been carried out changes nothing, and is told to.
  async:
    support: full
options:
  plan:
    description:
      - The plan.
    type: dict
    required: true
seealso:
  - plugin: sitemesh.skupper.link_plan
    plugin_type: filter
  - module: sitemesh.skupper.skupper_mesh_info
"""

EXAMPLES = r"""
- name: Show the plan
  sitemesh.skupper.skupper_mesh_plan:
    plan: "{{ looks | sitemesh.skupper.link_plan(topology='hubs') }}"
  diff: true
  run_once: true
"""

RETURN = r"""
summary:
  description: The plan in one line.
  returned: success
  type: str
  sample: "9 sites, 21 links planned: 2 to make"
text:
  description: The plan as people read it, a line for each thing to do or to know.
  returned: success
  type: str
  sample: "+ shop -> hub: hub is public (ingress loadbalancer at 203.0.113.7)"
hosts:
  description: The sites that there is something to do or to say for.
  returned: success
  type: list
  elements: str
  sample: [shop]
evicted:
  description: The refusals that concern evicted sites alone. They are not linked, and the others are.
  returned: success
  type: list
  elements: dict
  sample: []
refused:
  description:
    - The refusals that concern sites of which nobody can tell who they are, and those that should be linked with them. Their
      links stay as they are, and the others are made.
  returned: success
  type: list
  elements: dict
  sample: []
refusals:
  description: What is wrong, each with C(reason), C(message) and the C(hosts) that it is about.
  returned: if the plan is refused
  type: list
  elements: dict
  sample: [{reason: plan_island, hosts: [shop], message: shop would have no link}]
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: plan_refused
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh import MESH_PLAN
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(MESH_PLAN)


if __name__ == "__main__":
    main()
