#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_mesh_info
short_description: Read a Skupper site as a member of a mesh
version_added: 0.9.0
description:
  - Returns in one value what the filter P(sitemesh.skupper.link_plan#filter) needs to know about a site. Role C(mesh) uses both.
  - The module sends two requests to a private site, since the sites that others link to report the connections. It sends three to
    a site that is known to be public, and one or two more to find out whether it is. It sends one more to identify the cluster if
    the API server is verified with the CAs of the system, or not at all.
  - The module returns no secrets. It returns certificates, since they show who signed a link.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.member
  - sitemesh.skupper._kube.sites
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.info
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  async:
    support: full
seealso:
  - plugin: sitemesh.skupper.link_plan
    plugin_type: filter
  - module: sitemesh.skupper.skupper_mesh_plan
  - module: sitemesh.skupper.skupper_site_info
"""

EXAMPLES = r"""
- name: Read all sites
  sitemesh.skupper.skupper_mesh_info:
    context: "{{ skupper_context }}"
    namespace: "{{ skupper_namespace }}"
  register: looked
"""

RETURN = r"""
member:
  description:
    - The site as the module read it, together with O(wishes).
    - After a failure it holds only O(wishes).
  returned: unless O(sites) is given
  type: dict
  contains:
    site_id:
      description: Id of the site.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    router_site_id:
      description: Id of the site as its router has it, if it differs, as after a restored backup. V(null) if it does not differ.
      type: str
      returned: success
      sample: 0d5d8c1e-53e0-4a5e-9d0c-6d5b7f6a1a55
    mode:
      description: V(interior), or V(edge) for a site that accepts no links.
      type: str
      returned: success
      sample: interior
    exposure:
      description: V(public) if sites of other clusters are expected to reach it, else V(private).
      type: str
      returned: success
      sample: public
    exposure_reason:
      description: Why it is public or private.
      type: str
      returned: success
      sample: ingress loadbalancer at 203.0.113.7
    unsettled:
      description: Whether it counts as private only because its address is not known yet. Links to it are kept.
      type: bool
      returned: success
      sample: false
    closed:
      description: Whether its ingress is known to be C(none), so that it is reached only from the network of its cluster.
      type: bool
      returned: success
      sample: false
    links:
      description: Its own links with their certificates, without keys. V(null) if the module did not read them.
      type: list
      elements: dict
      returned: success
      sample: []
    connections:
      description: Open connections of a site that others can link to. V(null) for other sites.
      type: list
      elements: dict
      returned: success
      sample: []
    ca:
      description: Certificates of the site CA of a site that others can link to.
      type: str
      returned: success
      sample: "-----BEGIN CERTIFICATE-----"
    evicted:
      description: Ids of sites that it has evicted.
      type: list
      elements: str
      returned: success
      sample: []
    evicted_locations:
      description: Locations of the evicted sites, as RV(member.location).
      type: list
      elements: dict
      returned: success
      sample: []
    location:
      description: Location of the site, as RV(sitemesh.skupper.skupper_site_info#module:site.location).
      type: dict
      returned: success
      contains:
        namespace:
          description: Namespace of the site.
          type: str
          returned: success
          sample: west
        cluster:
          description: UID of namespace C(kube-system). V(null) if the module did not need it, or the account may not read it.
          type: str
          returned: success
          sample: 0d5d8c1e-53e0-4a5e-9d0c-6d5b7f6a1a55
        authorities:
          description: SHA-256 of the public keys of the CAs that the API server was verified with.
          type: list
          elements: str
          returned: success
          sample: [9b3f1a1de32dd3f4a3b7cb37fa3ae98bfb1c2b1a4f9f3a8f35d8c9a1e0b0d2c4]
    seen_at:
      description: When the module read the site, by the clock of its API server.
      type: str
      returned: success
      sample: "2026-11-24T09:00:00Z"
    wishes:
      description: O(wishes) with its defaults.
      type: dict
      returned: always
      sample: {exposure: auto, accepts_from: null, links_to: null, link_cost: 1, state: present}
members:
  description: By name, what a separate task for each of O(sites) would have returned, including failures.
  returned: if O(sites) is given
  type: dict
  sample: {hub: {member: {exposure: public}}, lost: {failed: true, reason: api_unreachable}}
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh_info import MESH_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(MESH_INFO)


if __name__ == "__main__":
    main()
