#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_mesh_info
short_description: Look at a Skupper site as a member of a mesh
version_added: 0.9.0
description:
  - Returns in one value what the filter P(sitemesh.skupper.link_plan#filter) has to know of a site. Role C(mesh) uses both.
  - A private site is asked two things, since the sites that others link to tell of their connections. A site that is known
    to be public is asked three, and one or two more if that has to be found out. One more tells the cluster where the API
    server is verified with the CAs of the system, or not at all.
  - Nothing secret is returned. Certificates are, since they tell whose signature a link has.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.sites
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.info
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  async:
    support: full
options:
  locate:
    description:
      - Whether to ask for the UID of the site's cluster, which is one request more, although the CA of its API server is known.
      - The plan names the sites for which that is of use.
    type: bool
    default: false
  evicted:
    description:
      - Whether to read the list of evicted sites also of a site that none can be linked to, which is one request more. It is of use
        if some of them are to be readmitted.
    type: bool
    default: false
    version_added: 0.10.0
  wishes:
    description:
      - How the site takes part in the mesh. It is returned for the plan; O(wishes.exposure) and O(wishes.accepts_from) also
        tell what has to be looked at.
    type: dict
    suboptions:
      exposure:
        description:
          - Whether other sites can reach this one. V(auto) asks the site. It is private for ingress C(none), for edge sites
            and for addresses of private ranges, and public otherwise.
        type: str
        choices: [auto, public, private]
        default: auto
      accepts_from:
        description:
          - Hosts and groups of the inventory whose sites can reach this one although it is not public to all.
        type: list
        elements: str
      links_to:
        description:
          - Hosts and groups whose sites this one is linked to in an explicit mesh.
        type: list
        elements: str
      link_cost:
        description:
          - Cost of the links of this site.
        type: int
        default: 1
      state:
        description:
          - V(absent) for a site that leaves the mesh.
        type: str
        choices: [present, absent]
        default: present
seealso:
  - plugin: sitemesh.skupper.link_plan
    plugin_type: filter
  - module: sitemesh.skupper.skupper_mesh_plan
  - module: sitemesh.skupper.skupper_site_info
"""

EXAMPLES = r"""
- name: Look at all sites
  sitemesh.skupper.skupper_mesh_info:
    context: "{{ skupper_context }}"
    namespace: "{{ skupper_namespace }}"
  register: looked
"""

RETURN = r"""
member:
  description:
    - What was seen of the site, together with O(wishes).
    - On failure it holds O(wishes) alone.
  returned: unless O(sites) is given
  type: dict
  contains:
    site_id:
      description: Id of the site.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    router_site_id:
      description: Id that the site's router has, if it is another one, as after a restored backup. V(null) if it is not.
      type: str
      returned: success
      sample: 0d5d8c1e-53e0-4a5e-9d0c-6d5b7f6a1a55
    mode:
      description: V(interior), or V(edge), which accepts no links.
      type: str
      returned: success
      sample: interior
    exposure:
      description: V(public) if sites of other clusters can be expected to reach it, else V(private).
      type: str
      returned: success
      sample: public
    exposure_reason:
      description: Where that comes from.
      type: str
      returned: success
      sample: ingress loadbalancer at 203.0.113.7
    unsettled:
      description: Whether it counts as private only because it can't be told yet where it is reached; links to it are kept.
      type: bool
      returned: success
      sample: false
    closed:
      description: Whether its ingress is known to be C(none), so that no network but that of its cluster leads to it.
      type: bool
      returned: success
      sample: false
    links:
      description: Its own links with their certificates, and without keys. V(null) if they were not asked for.
      type: list
      elements: dict
      returned: success
      sample: []
    connections:
      description: Open connections of a site that others can link to. V(null) for others.
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
      description: Where such sites were, as RV(member.location).
      type: list
      elements: dict
      returned: success
      sample: []
    location:
      description: Where the site is, as RV(sitemesh.skupper.skupper_site_info#module:site.location).
      type: dict
      returned: success
      contains:
        namespace:
          description: Namespace of the site.
          type: str
          returned: success
          sample: west
        cluster:
          description: UID of namespace C(kube-system). V(null) unless it had to be asked for, and may be read.
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
      description: The time of its API server.
      type: str
      returned: success
      sample: "2026-11-24T09:00:00Z"
    wishes:
      description: O(wishes) with defaults filled in.
      type: dict
      returned: always
      sample: {exposure: auto, accepts_from: null, links_to: null, link_cost: 1, state: present}
members:
  description: For each of O(sites), by its name, what a task of its own would have returned, failures included.
  returned: if O(sites) is given
  type: dict
  sample: {hub: {member: {exposure: public}}, lost: {failed: true, reason: api_unreachable}}
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh import MESH_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(MESH_INFO)


if __name__ == "__main__":
    main()
