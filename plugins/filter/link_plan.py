# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The link plan of a mesh, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: link_plan
short_description: Plan the links of a mesh of Skupper sites
description:
  - Returns the desired links between the sites, each in a direction that works, and the steps that make them.
  - The filter contacts no site. The same sites give the same plan, in any order.
positional: _input
options:
  _input:
    description:
      - The sites by their names, each with the result of M(sitemesh.skupper.skupper_mesh_info), including failed results.
    type: dict
    required: true
  topology:
    description:
      - V(full) links every two sites once, if one of them can reach the other. Every private site is linked to every public site,
        and the public sites are linked with each other.
      - V(hubs) links the public sites with each other, and every other site to O(hubs_per_site) of them.
      - V(explicit) links every site to the sites in its C(links_to).
    type: str
    choices: [full, hubs, explicit]
    default: full
  hubs_per_site:
    description:
      - Number of public sites that every other site is linked to with O(topology=hubs).
      - A site keeps its existing hubs. Rendezvous hashing of the names selects further hubs. A new site therefore moves no link of
        another site, and the removal of a hub moves only its own links.
    type: int
    default: 2
  prune:
    description:
      - Whether to remove links outside the plan. V(true) removes those that this collection made, V(all) removes all of them.
    type: raw
    default: false
  readmit:
    description:
      - Evicted sites to readmit, each by its name or by its id. A name readmits the id and the location of the site, even if the
        site was created again with another id. An id readmits the id, and the locations that were recorded with it, unless a site
        with another id may be there.
    type: list
    elements: str
    default: []
  only:
    description:
      - Names of the sites that the plan may change. Links may lead to the others.
      - By default the plan may change all sites.
    type: list
    elements: str
  stand_ins:
    description:
      - Names of sites that belong to another part of the inventory. The plan assumes that they are linked with each other.
    type: list
    elements: str
    default: []
  groups:
    description:
      - Groups of the inventory and their hosts, so that C(accepts_from) and C(links_to) may name groups.
    type: dict
    default: {}
  complete:
    description:
      - Whether these are all sites of the inventory. If not, an unknown site that is linked with them may still belong to the
        inventory, and the plan removes no link to it.
    type: bool
    default: true
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_mesh_info
  - module: sitemesh.skupper.skupper_mesh_plan
"""

EXAMPLES = r"""
- name: Read all sites
  sitemesh.skupper.skupper_mesh_info:
    context: "{{ skupper_context }}"
    namespace: "{{ skupper_namespace }}"
  register: looked

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ (looks | sitemesh.skupper.link_plan(topology='hubs')).text }}"
  vars:
    looks: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'looked'))) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    links:
      description: All desired links, with C(site), C(issuer), C(cost), C(why), C(unsure) and C(refused).
      type: list
      elements: dict
    steps:
      description:
        - The steps by the name of the site, each with C(act), C(peer), C(why), C(link), C(cost), C(replace) and C(readmits).
          C(replace) is the value for O(sitemesh.skupper.skupper_link#module:replace). C(readmits) is true if one of the two sites
          must readmit the other first.
      type: dict
    pending:
      description:
        - By the name of a site, the unread sites that it may have to be linked to. Unread sites in O(only) whose exposure is
          unknown are left out, since they may be private.
      type: dict
    refusals:
      description:
        - Why the plan must not be carried out, each with C(reason), C(message) and C(hosts). V(site_evicted), V(site_id_invalid),
          V(site_id_claimed) and V(plan_shared_id) concern only the part of the plan with these hosts.
      type: list
      elements: dict
    strangers:
      description: Links outside the plan that stay, and sites outside the inventory that are linked to one in it.
      type: list
      elements: dict
    unread:
      description: Sites that could not be read, each with the reason.
      type: dict
    readmitted:
      description: Ids of the evicted sites that are readmitted.
      type: list
      elements: str
    readmitted_locations:
      description:
        - By the name of a site with a list of evicted sites, the locations that are readmitted, or the entries to remove from its
          list.
      type: dict
    doubtful:
      description:
        - Names of sites that the UID of their cluster could identify or distinguish from others.
          M(sitemesh.skupper.skupper_mesh_info) reads it with O(sitemesh.skupper.skupper_mesh_info#module:locate).
      type: list
      elements: str
    site_ids:
      description: Ids of the sites that were read, by their names.
      type: dict
    text:
      description: The plan as readable text.
      type: str
    summary:
      description: The plan in one line.
      type: str
"""

from typing import Any, Callable

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._mesh import link_plan


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return it by its name."""
        return {"link_plan": link_plan}
