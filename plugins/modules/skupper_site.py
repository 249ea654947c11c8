#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_site
short_description: Make a Skupper site
version_added: 0.9.0
description:
  - Makes sure that a namespace holds a Skupper site, and waits until the site can take tokens and links.
  - Writes the ConfigMap C(skupper-site), which Skupper's site-controller turns into a site.
    The site-controller has to run and to watch the namespace.
  - What no option asks for is left to the site that is there, or to Skupper if there is none.
  - Of a site that is there, Skupper follows changes of its log levels and of its pods' annotations alone. Any other
    difference is refused before anything is written, since Skupper would ignore it. Delete the site and make it again;
    it has another id then, and its links are lost.
  - A site that the C(skupper) command made is unchanged if it is as wished, and can be deleted. It can't be changed.
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
      - The diff of a removal names the links that are lost, both ways as far as the site knows them.
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
      - How other sites are let in. The default for a new site is V(route) on OpenShift and V(loadbalancer) elsewhere.
      - V(route) needs OpenShift.
    type: str
    choices: [none, loadbalancer, nodeport, ingress, nginx-ingress-v1, contour-http-proxy, route]
  ingress_host:
    description:
      - Host that other sites reach the ingress at. For V(nodeport) that of a node, for the others the domain below which
        the site's hosts are made.
      - Needed for a new site whose O(ingress) is V(nodeport), V(ingress), V(nginx-ingress-v1) or V(contour-http-proxy),
        unless it is an edge site.
    type: str
  settings:
    description:
      - Further keys of the ConfigMap C(skupper-site), as Skupper 1.9.6 reads them, such as C(routers), C(router-cpu),
        C(console) or C(router-logging). The values are text, numbers, or true and false.
      - A site that is there follows changes of C(router-logging), which restarts its routers, of
        C(router-pod-annotations), C(controller-pod-annotations) and C(prometheus-server-pod-annotations), and of
        C(annotation-separator).
      - If the site-controller has not followed such a change for 15 seconds, it is asked to look again, by an annotation
        of the ConfigMap C(skupper-site). The task is then changed even where the configuration was as wished.
      - Keys that Skupper does not read, and values that it can't read, are refused.
      - C(console-password) and C(prometheus-server-password) lie in the ConfigMap as plain text, as Skupper wants it.
        Without the first one Skupper chooses a password and keeps it in a Secret.
    type: dict
  wait:
    description:
      - Whether to wait until the site can take tokens and links, or until nothing of it is left.
      - The site can when its router and its service-controller are ready, its certificates are there, and its
        ingress has hosts and ports.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most. It may take images that have to be pulled, and a load balancer.
      - After a timeout the site stays and may still come up; the next run waits again.
      - A site whose load balancer takes more than two minutes is given up by site-controller.
    type: int
    default: 300
  state:
    description:
      - Whether the site should exist.
      - V(absent) deletes it with all its links and claims, whoever made it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sitemesh.skupper.skupper_site_info
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Make a site that other sites can reach
  sitemesh.skupper.skupper_site:
    context: public-cluster
    namespace: west
    ingress: loadbalancer

- name: Make a site behind a firewall, with some more settings
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
      description: Version of Skupper. V(null) as long as O(wait=false) left the site without its objects.
      type: str
      returned: when O(state=present)
      sample: 1.9.6
    ingress:
      description: How other sites are let in.
      type: str
      returned: when O(state=present)
      sample: loadbalancer
    exposure:
      description: Whether sites of other clusters can be expected to reach it, V(public) or V(private).
      type: str
      returned: when O(state=present)
      sample: public
    exposure_reason:
      description: What RV(site.exposure) was concluded from.
      type: str
      returned: when O(state=present)
      sample: ingress loadbalancer at 203.0.113.7
    endpoints:
      description: Host and port of the services C(inter-router), C(edge) and C(claims). Empty as long as there are none.
      type: dict
      returned: when O(state=present)
      sample:
        claims:
          host: 203.0.113.7
          port: 8081
    linked_sites:
      description:
        - How many sites have a link to or from this one, as C(skupper status) counts direct connections.
        - V(null) as long as C(skupper status) would say that the status is pending.
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
  description: Why something had to be changed.
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
