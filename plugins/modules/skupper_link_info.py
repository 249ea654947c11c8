#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_link_info
short_description: Read the links of a Skupper site
version_added: 0.9.0
description:
  - Returns the outgoing links of a site, each with its state and the cause, and the sites that are linked to it.
  - The network status may list a connection after it has closed. A connection counts only if the link has a connector, the router
    runs, and the connection is not known to be older than the link.
  - The module sends five requests to the site. It asks each site of O(issuers) for its CA, for its claims if a link to it has
    not redeemed its claim, and for its endpoints if a link to it is down.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.issuers
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
      - Return only the link of this name.
    type: str
  site_id:
    description:
      - Return only links to and from the site of this id.
    type: str
  issuer_location:
    description:
      - Location of the site with O(site_id). The module omits links that were certainly made to another location. It includes links
        that were certainly made to this location, whatever id they have.
    type: dict
    suboptions:
      namespace:
        description:
          - Namespace of the site.
        type: str
      cluster:
        description:
          - UID of namespace C(kube-system) of the site's cluster.
        type: str
      authorities:
        description:
          - SHA-256 of the public keys of the CAs of the site's API server.
        type: list
        elements: str
    version_added: 0.10.0
seealso:
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Read the links
  sitemesh.skupper.skupper_link_info:
    namespace: east
  register: east

- name: Also ask the issuing sites why links are down
  sitemesh.skupper.skupper_link_info:
    context: private-cluster
    namespace: east
    issuers:
      - context: public-cluster
        namespace: west

- name: Fail unless all links work
  ansible.builtin.assert:
    that: east.links | rejectattr('connected') | length == 0
"""

RETURN = r"""
links:
  description: The links of this site to issuing sites, sorted by name.
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
        - State of the link.
        - V(connected); V(ending), connected, but its certificate ends within 30 days; V(connecting);
          V(claim_waiting) and V(claim_failed), without a certificate so far; V(stale), its issuing site no longer
          honours it, or its endpoint is outdated; V(expired), its certificate has ended; V(disabled), by a policy;
          V(parked), by an unfinished change of its cost; V(unknown), its Secret does not name its issuing site.
      type: str
      returned: success
      sample: connected
    connected:
      description: Whether the link works. V(null) if unknown.
      type: bool
      returned: success
      sample: true
    reason:
      description: Why the link is not V(connected), as a sentence. V(null) if it is.
      type: str
      returned: success
      sample: no connection to the issuing site is open
    cause:
      description:
        - Cause why the link is not V(connected), as a word that does not change between releases. V(null) if it is.
        - V(no_connection), V(connector_missing), V(router_down), V(endpoint_changed), V(policy_forbids), V(change_unfinished);
          V(author_unknown);
          V(ca_changed), V(certificate_ended), V(certificate_ends_soon);
          V(claim_not_tried), V(claim_refused), V(claim_rejected), V(claim_expired), V(claim_used_up), V(claim_removed),
          V(claim_corrupt), V(claim_given_up), V(issuer_unreachable), V(issuer_untrusted), V(issuer_trouble);
          V(claim_unknown) for a claim that is used up, expired, removed or never existed. The claim server gives the same answer
          to all of these.
      type: str
      returned: success
      sample: no_connection
    cost:
      description: Cost of the link.
      type: int
      returned: success
      sample: 1
    url:
      description: Address that the link dials.
      type: str
      returned: success
      sample: amqps://203.0.113.7:55671
    not_after:
      description: When the certificate of the link ends, in UTC. V(null) if it has none so far.
      type: str
      returned: success
      sample: "2031-01-30T09:00:00Z"
    days_left:
      description: Whole days until the certificate ends, negative afterwards. V(null) if the link has no certificate so far.
      type: int
      returned: success
      sample: 1825
    type:
      description: What the link holds, an unredeemed V(claim) or a V(certificate).
      type: str
      returned: success
      sample: certificate
    orphan:
      description:
        - Whether the link has no owner among the objects of this site. Such a link outlives the site and comes back with the next.
        - V(null) if unknown.
      type: bool
      returned: success
      sample: false
    managed:
      description: Whether this collection made it.
      type: bool
      returned: success
      sample: true
incoming:
  description:
    - The sites that are linked to this one now. Empty if O(name) is given.
    - Linked edge sites are found by their own reports, since an interior router keeps no record of them.
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

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link_info import LINK_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(LINK_INFO)


if __name__ == "__main__":
    main()
