# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter eviction_plan."""

from __future__ import annotations

DOCUMENTATION = r"""
name: eviction_plan
short_description: Plan which sites get a new CA when one is evicted
version_added: 0.10.0
description:
  - Plans which sites get a new CA since they could have issued a credential to the evicted site. These are interior sites that
    others can reach, that the evicted site is linked to, or that have issued a claim for it. They include sites with any claim if
    the evicted site may be in their cluster. Edge sites and other sites without an ingress keep their CA.
  - The filter contacts no site. It refuses an eviction if two sites report the same id.
positional: _input, party
options:
  _input:
    description:
      - The sites by their names, each with the result of M(sitemesh.skupper.skupper_mesh_info), including failed results.
    type: dict
    required: true
  party:
    description:
      - Name or id of the site to evict.
    type: str
    required: true
  links:
    description:
      - The links of the sites by their names, each with the result of M(sitemesh.skupper.skupper_link_info), and with C(claims) as
        M(sitemesh.skupper.skupper_token_info) returns them.
    type: dict
    required: true
  groups:
    description:
      - Groups of the inventory and their hosts, so that C(accepts_from) may name groups.
    type: dict
    default: {}
  stand_ins:
    description:
      - Names of sites that belong to another part of the inventory.
    type: list
    elements: str
    default: []
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_revoke
"""

EXAMPLES = r"""
- name: Show which sites would get a new CA
  ansible.builtin.debug:
    msg: "{{ (looks | sitemesh.skupper.eviction_plan('shop', links=links)).text }}"
  vars:
    looks: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'looked'))) }}"
    links: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'linked'))) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    site_id:
      description: Id of the evicted site.
      type: str
    host:
      description: Its name. Empty if it is not among the sites.
      type: str
    location:
      description: Its location. V(null) if unknown.
      type: dict
    refusal:
      description: Why the eviction is refused, with C(reason) and C(message). V(null) if it is not.
      type: dict
    rotate:
      description: Names of the sites that get a new CA.
      type: list
      elements: str
    before:
      description: Names of those sites in C(rotate) that have evicted it before. They get a new CA only if the earlier eviction is
        no longer proved.
      type: list
      elements: str
    spare:
      description: Names of the sites that keep their CA.
      type: list
      elements: str
    unread:
      description: Sites that could not be read, each with the reason.
      type: dict
    outside:
      description: Other sites that are linked with the given sites, with C(site_id), C(name) and C(seen_by).
      type: list
      elements: dict
    losses:
      description: By the name of each site that gets a new CA, the sites that temporarily lose their link with it.
      type: dict
    text:
      description: The plan as readable text.
      type: list
      elements: str
"""

from typing import Any, Callable

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._eviction import eviction_plan


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return it by its name."""
        return {"eviction_plan": eviction_plan}
