#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_links
short_description: Link a Skupper site to several issuing sites at once
version_added: 0.9.0
description:
  - Makes sure that a site is linked to several issuing sites, and waits until all of these links work. What
    M(sitemesh.skupper.skupper_link) promises for one link holds for each of them.
  - The links are made side by side and waited for together, so that they take about as long as the slowest of them. The linking
    site is read once for all.
  - If one link cannot be made, the others are made all the same. The task then fails, and RV(links) has the result of each link.
  - To link many sites quickly with few forks, run one task with O(wait=false) that makes the links of all hosts, and a second one
    with O(links[].earlier) that waits for them. Role C(mesh) does so.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.links
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Keys and passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With V(always) for O(links[].replace) every run makes a new link.
  async:
    support: full
options:
  wait:
    description:
      - Whether to wait until the links work.
      - With V(false) a link is waited for all the same if it is made in the place of one that works, which is put back if the new one
        cannot be redeemed.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most, for all links together. A site's network status can follow 30 seconds late.
    type: int
    default: 120
seealso:
  - module: sitemesh.skupper.skupper_link
  - module: sitemesh.skupper.skupper_link_info
"""

EXAMPLES = r"""
- name: Link the private site to two public ones
  sitemesh.skupper.skupper_links:
    context: private-cluster
    namespace: east
    links:
      - issuer:
          context: public-cluster
          namespace: west
      - issuer:
          context: other-public-cluster
          namespace: north
        cost: 5
"""

RETURN = r"""
links:
  description:
    - The result of each link, in the order of O(links). A failed task returns it, too.
  returned: always, but for a task that fails before any link is looked at
  type: list
  elements: dict
  contains:
    peer:
      description: The issuing site, as O(links[].peer) calls it.
      type: str
      returned: success
      sample: west
    changed:
      description: Whether the link was made, made anew, or given another cost.
      type: bool
      returned: success
      sample: true
    change_reason:
      description: Why.
      type: str
      returned: when it was changed
      sample: there is no link to the issuing site
    link:
      description: The link, as RV(sitemesh.skupper.skupper_link#module:link).
      type: dict
      returned: success, and after a timeout and after a refused claim
      sample:
        name: link1
        state: connected
    connected_at:
      description: When this run saw the link connected that was made or made anew, in UTC. V(null) if it was neither, or not waited for.
      type: str
      returned: success
      sample: "2026-01-31T09:15:00Z"
    issued:
      description: What the issuing site was asked for, V(claim) or V(cert). V(null) if no credential was needed, or it was handed over.
      type: str
      returned: success
      sample: cert
    begun:
      description: What a later task needs to wait for the link. V(null) if there is nothing to be waited for.
      type: dict
      returned: success
      sample:
        name: link1
        site_id: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    failed:
      description: V(true) if the link could not be made, or does not work after all.
      type: bool
      returned: failure
      sample: true
    msg:
      description: Why it failed.
      type: str
      returned: failure
      sample: Link link1 in namespace east (cluster private) is not connected after 120 seconds (wait_timeout).
    reason:
      description: The same as a word that does not change between releases.
      type: str
      returned: failure
      sample: link_timeout
reason:
  description:
    - Why the task failed, as a word that does not change between releases. If several links failed it is that of the first.
  returned: failure
  type: str
  sample: link_timeout
change_reason:
  description: Why something had to be changed.
  returned: when something was changed
  type: str
  sample: there is no link to the issuing site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.links import LINKS
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(LINKS)


if __name__ == "__main__":
    main()
