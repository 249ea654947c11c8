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
  - Links a site to several issuing sites, and waits until all of these links work. The guarantees of
    M(sitemesh.skupper.skupper_link) hold for each link.
  - The task makes all links concurrently and waits for them together. They take about as long as the slowest of them. The task
    reads the linking site once for all links.
  - If one link cannot be made, the task still makes the others. It then fails, and RV(links) has the result of each link.
  - To link many sites quickly with few forks, make the links of all hosts in one task with O(wait=false), and wait for them in a
    second task with O(links[].earlier). Role C(mesh) does this.
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
      - V(false) still waits for a link that replaces a working one. The task restores the old link if the new one cannot be
        redeemed.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait for all links together. A site's network status can be 30 seconds late.
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
  returned: always, unless the task fails before it reads any link
  type: list
  elements: dict
  contains:
    peer:
      description: The issuing site, as named in O(links[].peer).
      type: str
      returned: success
      sample: west
    changed:
      description: Whether the task created or replaced the link, or changed its cost.
      type: bool
      returned: success
      sample: true
    change_reason:
      description: Why the task changed the link.
      type: str
      returned: when the link was changed
      sample: there is no link to the issuing site
    link:
      description: The link, as RV(sitemesh.skupper.skupper_link#module:link).
      type: dict
      returned: success, and failure with a timeout or a refused claim
      sample:
        name: link1
        state: connected
    connected_at:
      description:
        - When this run saw the link connected that it created or replaced, in UTC.
        - V(null) if the run did not create or replace the link, or did not wait for it.
      type: str
      returned: success
      sample: "2026-01-31T09:15:00Z"
    issued:
      description:
        - What the task requested from the issuing site, V(claim) or V(cert).
        - V(null) if the task needed no credential, or if the options held one.
      type: str
      returned: success
      sample: cert
    begun:
      description: What a later task needs to wait for the link. V(null) if the link needs no further wait.
      type: dict
      returned: success
      sample:
        name: link1
        site_id: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    failed:
      description: V(true) if the link could not be made, or does not work.
      type: bool
      returned: failure
      sample: true
    msg:
      description: Why the link failed.
      type: str
      returned: failure
      sample: Link link1 in namespace east (cluster private) is not connected after 120 seconds (wait_timeout).
    reason:
      description: Why the link failed, as a word that does not change between releases.
      type: str
      returned: failure
      sample: link_timeout
reason:
  description:
    - Why the task failed, as a word that does not change between releases. If several links failed, it is the reason of the first.
  returned: failure
  type: str
  sample: link_timeout
change_reason:
  description: Why the task changed something.
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
