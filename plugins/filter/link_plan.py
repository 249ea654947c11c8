# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The link plan of a mesh, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: link_plan
short_description: Plan the links of a mesh of Skupper sites
description:
  - Tells which links there should be among the sites, in the direction that works, and what has to be done to get there.
  - It asks no site. The same sites give the same plan, whatever their order.
positional: _input
options:
  _input:
    description:
      - The sites by their names, each with the result of M(sitemesh.skupper.skupper_mesh_info), a failed one included.
    type: dict
    required: true
  topology:
    description:
      - V(full) links every two sites once, if one of them can reach the other. That is every private site to every public one,
        and the public ones among each other.
      - V(hubs) links the public sites among each other, and every other one to O(hubs_per_site) of them.
      - V(explicit) links every site to those that it names in C(links_to).
    type: str
    choices: [full, hubs, explicit]
    default: full
  hubs_per_site:
    description:
      - How many public sites every other one is linked to with O(topology=hubs).
      - Those that it is linked to already are kept, others are picked by rendezvous hashing of the names. A new site
        therefore moves no link of another one, and a hub that goes moves its own links alone.
    type: int
    default: 2
  prune:
    description:
      - Whether links outside the plan are removed. V(true) removes those that this collection made, V(all) others, too.
    type: raw
    default: false
  readmit:
    description:
      - Evicted sites that are taken back, each by its name or by its id. The name takes back its id and its place, also of a site
        that was deleted and made anew, and has another id. An id takes back the id, and places that were noted with it unless a
        site may be there that tells another one.
    type: list
    elements: str
    default: []
  only:
    description:
      - Names of the sites on which something may be done. The others are there to be linked to.
      - By default those are all.
    type: list
    elements: str
  stand_ins:
    description:
      - Names of sites that belong to another part of the inventory, and are taken to be linked with each other.
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
      - Whether these are all sites of the inventory. If not, one that is linked with them and is none of them may still be one of
        it, and no link to it is removed.
    type: bool
    default: true
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_mesh_info
  - module: sitemesh.skupper.skupper_mesh_plan
"""

EXAMPLES = r"""
- name: Look at all sites
  sitemesh.skupper.skupper_mesh_info:
    context: "{{ skupper_context }}"
    namespace: "{{ skupper_namespace }}"
  register: looked

- name: Say which links there should be
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
      description: All links that there should be, with C(site), C(issuer), C(cost), C(why), C(unsure) and C(refused).
      type: list
      elements: dict
    steps:
      description:
        - What is to be done, by the name of the site, each with C(act), C(peer), C(why), C(link), C(cost), C(replace), which is
          what O(sitemesh.skupper.skupper_link#module:replace) must be, and C(readmits), whether one of the two has yet to take the
          other one back.
      type: dict
    pending:
      description:
        - Sites that could not be read and that a site may have to be linked to, by the name of the latter. Those of O(only)
          whose exposure is not known are left out, since they may be private.
      type: dict
    refusals:
      description:
        - Why the plan, or for V(site_evicted), V(site_id_invalid), V(site_id_claimed) and V(plan_shared_id) the part of it that
          is about certain sites, must not be carried out, each with C(reason), C(message) and C(hosts).
      type: list
      elements: dict
    strangers:
      description: Links outside the plan that are left alone, and sites unknown to the inventory that are linked to one of it.
      type: list
      elements: dict
    unread:
      description: Sites that could not be read, each with the reason.
      type: dict
    readmitted:
      description: Ids of the evicted sites that are taken back.
      type: list
      elements: str
    readmitted_locations:
      description:
        - By the name of a site that keeps a list of evicted ones, where those are that are taken back, or which entries of its
          own list are to go.
      type: dict
    doubtful:
      description:
        - Names of sites that could be told from others, or known again, by the UID of their cluster. It is read by
          M(sitemesh.skupper.skupper_mesh_info) with O(sitemesh.skupper.skupper_mesh_info#module:locate).
      type: list
      elements: str
    site_ids:
      description: Ids of the sites that were read, by their names.
      type: dict
    text:
      description: The plan as people read it.
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
        """Its name and what it does."""
        return {"link_plan": link_plan}
