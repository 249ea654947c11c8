#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_site
short_description: Create or delete a Skupper site
version_added: 0.9.0
description:
  - Creates a Skupper site in a namespace, and waits until the site is ready for tokens and links.
  - The module writes the ConfigMap C(skupper-site), from which Skupper's site-controller creates the site.
    The site-controller must run and watch the namespace.
  - The module leaves settings without an option as they are on an existing site. On a new site Skupper chooses them.
  - On an existing site Skupper follows only changes of its log levels and of its pods' annotations. The task refuses any other
    difference before it writes anything, since Skupper would ignore it. To change such a setting, delete the site and create it
    again. The new site has another id, and its links are lost.
  - The module can keep or delete a site that the C(skupper) command created, but not change it.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Passwords are never part of a diff.
      - The diff of a removal names the links that are lost, in both directions as far as the site knows them.
  idempotent:
    support: full
  async:
    support: full
options:
  name:
    description:
      - Name of the site. The default for a new site is its namespace.
    type: str
  mode:
    description:
      - Whether other sites can link to the site (V(interior)) or not (V(edge)). The default for a new site is V(interior).
    type: str
    choices: [interior, edge]
  ingress:
    description:
      - How other sites reach the site. The default for a new site is V(route) on OpenShift and V(loadbalancer) elsewhere.
      - V(route) needs OpenShift.
    type: str
    choices: [none, loadbalancer, nodeport, ingress, nginx-ingress-v1, contour-http-proxy, route]
  ingress_host:
    description:
      - Host at which other sites reach the ingress. For V(nodeport) it is the host of a node. Otherwise it is the domain of the
        site's hosts.
      - Needed for a new site whose O(ingress) is V(nodeport), V(ingress), V(nginx-ingress-v1) or V(contour-http-proxy),
        unless it is an edge site.
    type: str
  settings:
    description:
      - Further keys of the ConfigMap C(skupper-site), as Skupper 1.9.6 reads them, such as C(routers), C(router-cpu),
        C(console) or C(router-logging). The values are text, numbers, or true and false.
      - An existing site follows changes of C(router-logging), which restarts its routers, of
        C(router-pod-annotations), C(controller-pod-annotations) and C(prometheus-server-pod-annotations), and of
        C(annotation-separator).
      - If the site-controller has not followed such a change for 15 seconds, the task triggers it by an annotation of the
        ConfigMap C(skupper-site). The task then reports a change even if the actual configuration was the desired one.
      - The task refuses keys that Skupper does not read, and values that it can't read.
      - Skupper reads C(console-password) and C(prometheus-server-password) from the ConfigMap as plain text.
        Without C(console-password) Skupper chooses a password and stores it in a Secret.
    type: dict
  wait:
    description:
      - Whether to wait until the site is ready for tokens and links, or until it is completely deleted.
      - A site is ready when its router and its service-controller are ready, its certificates exist, and its
        ingress has hosts and ports.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. Allow for image pulls and a load balancer.
      - After a timeout the site stays and may still become ready. The next run waits again.
      - The site-controller gives up on a site whose load balancer takes more than two minutes.
    type: int
    default: 300
  state:
    description:
      - Whether the site should exist.
      - V(absent) deletes the site with all its links and claims, regardless of the tool that created it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sitemesh.skupper.skupper_site_info
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Create a site that other sites can reach
  sitemesh.skupper.skupper_site:
    context: public-cluster
    namespace: west
    ingress: loadbalancer

- name: Create a site behind a firewall, with further settings
  sitemesh.skupper.skupper_site:
    context: private-cluster
    namespace: east
    ingress: none
    settings:
      routers: 2
      router-logging: info

- name: Delete a site with all its links
  sitemesh.skupper.skupper_site:
    context: private-cluster
    namespace: east
    state: absent
"""

RETURN = r"""
site:
  description:
    - The site. In check mode, values that only a run can know are V((known after apply)).
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
      returned: when O(state=present)
      sample: interior
    version:
      description: Version of Skupper. V(null) if the site has no objects yet, as with O(wait=false).
      type: str
      returned: when O(state=present)
      sample: 1.9.6
    ingress:
      description: How other sites reach the site.
      type: str
      returned: when O(state=present)
      sample: loadbalancer
    exposure:
      description: V(public) if sites of other clusters are expected to reach it, else V(private).
      type: str
      returned: when O(state=present)
      sample: public
    exposure_reason:
      description: Why RV(site.exposure) is public or private.
      type: str
      returned: when O(state=present)
      sample: ingress loadbalancer at 203.0.113.7
    endpoints:
      description: Host and port of the services C(inter-router), C(edge) and C(claims). Empty if there are none yet.
      type: dict
      returned: when O(state=present)
      sample:
        claims:
          host: 203.0.113.7
          port: 8081
    linked_sites:
      description:
        - Number of sites with a link to or from this one, as C(skupper status) counts direct connections.
        - V(null) while C(skupper status) reports that the status is pending.
      type: int
      returned: when O(state=present)
      sample: 2
    ca_not_after:
      description: When the site CA ends, in UTC. V(null) for edge sites and for accounts that may not read it.
      type: str
      returned: when O(state=present)
      sample: "2031-01-30T09:00:00Z"
    state:
      description: V(absent).
      type: str
      returned: when O(state=absent)
      sample: absent
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(site_immutable), V(site_of_command_line), V(ingress_pending) or V(site_timeout).
  returned: failure
  type: str
  sample: site_timeout
change_reason:
  description: Why the task changed something.
  returned: when something was changed
  type: str
  sample: there is no site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.site import SITE


def main() -> None:
    """Run the module."""
    run_module(SITE)


if __name__ == "__main__":
    main()
