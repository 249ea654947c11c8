#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_link_info
short_description: Read the links of a Skupper site
description:
  - Returns the outgoing links of a site with their states, and the sites that are linked to it.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.info
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  async:
    support: full
options:
  name:
    description:
      - Only the link of this name.
    type: str
  site_id:
    description:
      - Only links to and from the site of this id.
    type: str
seealso:
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Read the links
  sitemesh.skupper.skupper_link_info:
    namespace: east
  register: east

- name: Make sure that all of them work
  ansible.builtin.assert:
    that: east.links | rejectattr('connected') | length == 0
"""

RETURN = r"""
links:
  description: The links of this site to issuing sites, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the link.
      type: str
      returned: success
      sample: link1
    site_id:
      description: Id of the issuing site.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    state:
      description:
        - How the link is doing.
        - One of V(connected), V(connecting), V(claim_waiting), V(claim_failed), V(stale), V(expired), V(disabled) and V(parked).
      type: str
      returned: success
      sample: connected
    connected:
      description: Whether the connection is open.
      type: bool
      returned: success
      sample: true
    reason:
      description: Why the link is not connected. V(null) if it is.
      type: str
      returned: success
      sample: no connection to the issuing site is open
    cost:
      description: Cost of the link.
      type: int
      returned: success
      sample: 1
    url:
      description: Where the link leads.
      type: str
      returned: success
      sample: amqps://203.0.113.7:55671
    not_after:
      description: When the certificate of the link ends, in UTC. V(null) while there is none.
      type: str
      returned: success
      sample: "2031-01-30T09:00:00Z"
incoming:
  description:
    - The sites that are linked to this one at the moment. Empty if O(name) is given.
  returned: success
  type: list
  elements: dict
  contains:
    site_id:
      description: Id of the linking site.
      type: str
      returned: success
      sample: a04a1f0c-52a1-4a3a-9e0e-2b2a3c1de7c1
    name:
      description: Name of the linking site.
      type: str
      returned: success
      sample: east
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import LINK_INFO, run_module


def main() -> None:
    """Run the module."""
    run_module(LINK_INFO)


if __name__ == "__main__":
    main()
