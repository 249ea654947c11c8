#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_mesh_plan
short_description: Report what a link plan changes, or refuse it
version_added: 0.9.0
description:
  - Checks a plan that the filter P(sitemesh.skupper.link_plan#filter) returned. If the plan can't be carried out as the inventory
    requires, the task fails and lists every reason at once.
  - Otherwise the task reports the changes of the plan, in diff mode as readable text. The task is C(changed) if the plan changes
    anything. The report includes links that a run only waits for, but these are no change.
  - The module contacts no site and writes nothing. Role C(mesh) carries out the plan.
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
      - C(+) is a link to make, C(~) a link to mend, C(?) a link that is down, C(-) a link to remove, each with the reason.
        C(!) is only reported.
  idempotent:
    support: full
    details:
      - A plan that has been carried out changes nothing, and the task reports no change.
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
  description: The plan as readable text, with one line for each action or remark.
  returned: success
  type: str
  sample: "+ shop -> hub: hub is public (ingress loadbalancer at 203.0.113.7)"
hosts:
  description: The sites with an action or a remark.
  returned: success
  type: list
  elements: str
  sample: [shop]
evicted:
  description: The refusals that concern only evicted sites. These sites are not linked, the others are.
  returned: success
  type: list
  elements: dict
  sample: []
refused:
  description:
    - The refusals that concern sites whose identity is in doubt, and sites that should be linked with them. Their links stay as
      they are, and the other links are made.
  returned: success
  type: list
  elements: dict
  sample: []
refusals:
  description: The errors of the plan, each with C(reason), C(message) and the C(hosts) it concerns.
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

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh_plan import MESH_PLAN
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(MESH_PLAN)


if __name__ == "__main__":
    main()
