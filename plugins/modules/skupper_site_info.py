#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_site_info
short_description: Read a Skupper site
description:
  - Returns who a site is, whether and where other sites can reach it, and to how many sites it is linked.
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
options: {}
seealso:
  - module: sitemesh.skupper.skupper_link_info
"""

EXAMPLES = r"""
- name: Read the site
  sitemesh.skupper.skupper_site_info:
    context: public-cluster
    namespace: west
  register: west

- name: Show where other sites reach it
  ansible.builtin.debug:
    var: west.site.endpoints
"""

RETURN = r"""
site:
  description: The site.
  returned: success
  type: dict
  contains:
    site_id:
      description: Id of the site, the UID of its ConfigMap C(skupper-site).
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    name:
      description: Name of the site.
      type: str
      returned: success
      sample: west
    namespace:
      description: Namespace of the site.
      type: str
      returned: success
      sample: west
    mode:
      description: Whether other sites can link to it (V(interior)) or not (V(edge)).
      type: str
      returned: success
      sample: interior
    version:
      description: Version of Skupper.
      type: str
      returned: success
      sample: 1.9.6
    ingress:
      description: How other sites are let in.
      type: str
      returned: success
      sample: loadbalancer
    exposure:
      description: Whether sites of other clusters can be expected to reach it, V(public) or V(private).
      type: str
      returned: success
      sample: public
    exposure_reason:
      description: What RV(site.exposure) was concluded from.
      type: str
      returned: success
      sample: ingress loadbalancer at 203.0.113.7
    endpoints:
      description: Host and port of the services C(inter-router), C(edge) and C(claims). Empty as long as there are none.
      type: dict
      returned: success
      sample:
        claims:
          host: 203.0.113.7
          port: 8081
    linked_sites:
      description:
        - How many sites have an open connection to this one, in either direction.
        - V(null) as long as the site's network status does not say.
      type: int
      returned: success
      sample: 2
    ca_not_after:
      description: When the site CA ends, in UTC. V(null) for edge sites and for accounts that may not read it.
      type: str
      returned: success
      sample: "2031-01-30T09:00:00Z"
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import SITE_INFO, run_module


def main() -> None:
    """Run the module."""
    run_module(SITE_INFO)


if __name__ == "__main__":
    main()
