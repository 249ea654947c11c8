#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_variables
short_description: Report inventory variables that look misspelled
version_added: 0.9.0
description:
  - Compares the names of inventory variables with those that the roles and playbooks of this collection read. A name that begins
    with C(skup) and is very similar to one of these, but not the same, has no effect. The task reports it in a warning.
  - The task checks the extra variables, and the variables of the hosts of the play, of the hosts of O(group), and of all groups
    of these hosts. These variables come from inventory sources, from files in C(group_vars) and C(host_vars) beside the
    inventory and the playbook, and from other vars plugins.
  - The task does not check facts, registered results, and variables that plays, roles, tasks or included files set.
  - Short names are similar if they differ in one letter that is missing, added, replaced or swapped with its neighbour. Names
    with eight or more letters after C(skupper_) may differ in two letters.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.info
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - It always runs in the controller process, regardless of the connection of the host.
  async:
    support: none
options:
  group:
    description:
      - A group whose hosts the task checks in addition to those of the play, for runs with a limit. A group that does not exist has
        no hosts.
    type: str
  strict:
    description:
      - Whether the task fails instead of warning if a variable looks misspelled.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Check for misspelled variables
  sitemesh.skupper.skupper_variables:
    group: skupper_sites
    strict: true
  run_once: true
"""

RETURN = r"""
misspelled:
  description: The variables that look misspelled.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the variable.
      returned: always
      type: str
      sample: skupper_exposre
    meant:
      description: The most similar variable, which is probably meant.
      returned: always
      type: str
      sample: skupper_exposure
    where:
      description: Where the variable is set.
      returned: always
      type: str
      sample: group shops and 2 more
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: variable_unknown
"""
