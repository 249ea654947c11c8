#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_site_info
short_description: Read a Skupper site
version_added: 0.9.0
description:
  - Returns the identity of a site, whether and where other sites can reach it, the number of sites linked with it, and when its
    certificates end.
  - The module sends ten API requests, and two more for a site with routes. Values that the account may not read are V(null).
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
  check_endpoints:
    description:
      - Whether to connect to the endpoints of the site from where the task runs, and to check their certificates.
      - Linking sites may reach endpoints that this machine cannot reach, and the reverse.
    type: bool
    default: false
  check_timeout:
    description:
      - Number of seconds that O(check_endpoints) allows for all endpoints together.
    type: int
    default: 5
  since:
    description:
      - Name of a revocation (O(sitemesh.skupper.skupper_revoke#module:id)) to prove again. The name of an eviction is C(evict), a
        space and the id of the site.
      - The module then sends five more requests, including lists of Secrets and pods.
    type: str
    version_added: 0.10.0
seealso:
  - module: sitemesh.skupper.skupper_link_info
"""

EXAMPLES = r"""
- name: Read the site
  sitemesh.skupper.skupper_site_info:
    context: public-cluster
    namespace: west
  register: west

- name: Check whether a site could link to it from here
  sitemesh.skupper.skupper_site_info:
    context: public-cluster
    namespace: west
    check_endpoints: true

- name: Fail unless a revocation still holds
  sitemesh.skupper.skupper_site_info:
    context: public-cluster
    namespace: west
    since: INC-4711
  register: west
  failed_when: west is failed or west.site.revocation.state != 'proved'

- name: Fail if the site CA ends within 90 days
  ansible.builtin.assert:
    that: west.site.certificates.ca.days_left | default(365, true) > 90

- name: Show where other sites reach the site
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
      description: How other sites reach the site.
      type: str
      returned: success
      sample: loadbalancer
    exposure:
      description: V(public) if sites of other clusters are expected to reach it, else V(private).
      type: str
      returned: success
      sample: public
    exposure_reason:
      description: Why RV(site.exposure) is public or private.
      type: str
      returned: success
      sample: ingress loadbalancer at 203.0.113.7
    endpoints:
      description: Host and port of the services C(inter-router), C(edge) and C(claims). Empty if there are none yet.
      type: dict
      returned: success
      sample:
        claims:
          host: 203.0.113.7
          port: 8081
    revocation:
      description: The revocation that O(since) names.
      type: dict
      returned: success and O(since)
      contains:
        id:
          description: Name of the revocation.
          type: str
          returned: success and O(since)
          sample: INC-4711
        state:
          description:
            - V(proved), V(not_proved) if an old key is trusted again or another check does not hold, V(not_done), or V(not_provable)
              if version 0.9.0 recorded the revocation, without keys.
          type: str
          returned: success and O(since)
          sample: proved
        at:
          description: When the CA was replaced.
          type: str
          returned: success and O(since)
          sample: "2026-01-31T09:15:00Z"
        proof:
          description: Result of the checks, as RV(sitemesh.skupper.skupper_revoke#module:revocation.proof).
          type: dict
          returned: success and O(since)
          sample: {"state": "proved", "seen_until": "2026-02-01T08:00:00Z", "redemptions": "none shortly before", "checks": []}
    endpoint_checks:
      description: Results for the services C(inter-router), C(edge) and C(claims). Empty if there are no endpoints yet.
      type: dict
      returned: success and O(check_endpoints=true)
      contains:
        claims:
          description: Result for the claim server. C(inter-router) and C(edge) have the same keys.
          type: dict
          returned: success and O(check_endpoints=true)
          contains:
            reachable:
              description: Whether the endpoint answers.
              type: bool
              returned: success
              sample: true
            certificate_ok:
              description:
                - Whether linking sites would trust the certificate. It must name the host, be signed by the site's current CA, and
                  not have ended.
                - V(null) if the endpoint showed no certificate, or if the account may not read the CA.
              type: bool
              returned: success
              sample: false
            reason:
              description: Why the endpoint is not reachable, or why its certificate is not trusted. V(null) if both hold.
              type: str
              returned: success
              sample: its certificate does not name claims.west.example.org
    linked_sites:
      description:
        - Number of sites with a link to or from this one, as C(skupper status) counts direct connections. Links between
          routers of the same site do not count.
        - V(null) while C(skupper status) reports that the status is pending.
      type: int
      returned: success
      sample: 2
    evicted:
      description: Ids of the sites that this site has evicted. It neither accepts links from them nor links to them.
      type: list
      elements: str
      returned: success
      sample: []
    evicted_locations:
      description: Locations of the evicted sites, as RV(site.location), with the ids that they had there (C(evicted_ids)).
      type: list
      elements: dict
      returned: success
      sample: []
    location:
      description:
        - Location of the site, as this task saw it. A site that is deleted and created again gets another id, but keeps its
          location.
      type: dict
      returned: success
      contains:
        namespace:
          description: Namespace of the site.
          type: str
          returned: success
          sample: west
        cluster:
          description:
            - UID of namespace C(kube-system), which identifies the cluster. Reading it is one of the requests.
            - V(null) if the account may not read it.
          type: str
          returned: success
          sample: 0d5d8c1e-53e0-4a5e-9d0c-6d5b7f6a1a55
        authorities:
          description:
            - SHA-256 of the public keys of the CAs that the API server was verified with.
            - Empty if these are the CAs of the system, or if V(validate_certs) is false.
          type: list
          elements: str
          returned: success
          sample: [9b3f1a1de32dd3f4a3b7cb37fa3ae98bfb1c2b1a4f9f3a8f35d8c9a1e0b0d2c4]
    router_site_id:
      description:
        - Id of the site as its router has it. It differs from RV(site.site_id) if the site's objects were restored from a
          backup, since the restored site has another id.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    network_sites:
      description:
        - Number of other sites in the network, as C(skupper status) counts all connections. A site that has left still counts
          for about a minute.
        - V(null) while C(skupper status) reports that the status is pending.
      type: int
      returned: success
      sample: 3
    policy:
      description: Whether the cluster enforces objects of kind C(SkupperClusterPolicy). These deny whatever they do not allow.
      type: bool
      returned: success
      sample: false
    router:
      description: The pods of the site's router. V(null) if the account may not read the Deployment.
      type: dict
      returned: success
      contains:
        replicas:
          description: Desired number of router pods.
          type: int
          returned: success
          sample: 1
        ready:
          description: Number of router pods that are ready.
          type: int
          returned: success
          sample: 1
    certificates:
      description: When the certificates of the site end.
      type: dict
      returned: success
      contains:
        ca:
          description:
            - The site CA, which signs the certificates of linking sites.
            - Its values are V(null) for an edge site, or if the account may not read the CA.
          type: dict
          returned: success
          sample:
            not_after: "2031-01-30T09:00:00Z"
            days_left: 1825
        server:
          description: The certificate that routers and the claim server show to other sites, with the same keys.
          type: dict
          returned: success
          sample:
            not_after: "2031-01-30T09:00:00Z"
            days_left: 1825
        links:
          description: The certificates of the site's own links, sorted by the names of the links.
          type: list
          elements: dict
          returned: success
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
              sample: a04a1f0c-52a1-4a3a-9e0e-2b2a3c1de7c1
            not_after:
              description: When the certificate ends, in UTC.
              type: str
              returned: success
              sample: "2031-01-30T09:00:00Z"
            days_left:
              description: Whole days until the certificate ends, negative afterwards.
              type: int
              returned: success
              sample: 1825
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.site_info import SITE_INFO


def main() -> None:
    """Run the module."""
    run_module(SITE_INFO)


if __name__ == "__main__":
    main()
