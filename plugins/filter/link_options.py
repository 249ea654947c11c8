# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of a task, from a plan's steps, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: link_options
short_description: Make the links of skupper_links from the steps of a plan
version_added: 0.9.0
description:
  - Returns the value of O(sitemesh.skupper.skupper_links#module:links). The connection options of each issuing site come from the
    variables of its host. Role C(mesh) uses this filter.
  - The result may hold secrets, since the variables may.
positional: _input
options:
  _input:
    description:
      - The issuing sites by their hosts, or steps as P(sitemesh.skupper.link_plan#filter) returns them for a host.
    type: list
    elements: raw
    required: true
  hostvars:
    description:
      - The variables of all hosts. The filter reads C(skupper_kubeconfig), C(skupper_context), C(skupper_namespace) and
        C(skupper_connection).
      - Without this option the links name no issuing site. This suffices only for links in O(earlier).
    type: dict
  stand_ins:
    description:
      - Connection options of sites that are no hosts, by their names, as in C(skupper_public_sites). They take precedence over
        hosts.
    type: dict
    default: {}
  type:
    description:
      - How the links get their certificates, as O(sitemesh.skupper.skupper_links#module:links[].issuer.type).
    type: str
    choices: [claim, cert, auto]
    default: claim
  cost:
    description:
      - Cost of links whose step has no cost.
    type: int
    default: 1
  earlier:
    description:
      - RV(sitemesh.skupper.skupper_links#module:links) of an earlier task. The filter then returns only links that are in it.
    type: list
    elements: dict
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_links
  - plugin: sitemesh.skupper.link_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Link the site to two others of the inventory
  sitemesh.skupper.skupper_links:
    namespace: east
    links: "{{ ['west', 'north'] | sitemesh.skupper.link_options(hostvars) }}"
"""

RETURN = r"""
_value:
  description: The links.
  type: list
  elements: dict
  sample: [{"peer": "west", "cost": 1, "issuer": {"context": "public-cluster", "namespace": "west", "type": "claim"}}]
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.plugin_utils import _link_options


def link_options(
    steps: Iterable[Any],
    hostvars: Mapping[str, Any] | None = None,
    stand_ins: Mapping[str, Any] | None = None,
    type: str = "claim",  # noqa: A002 - the option's name
    cost: int = 1,
    earlier: Iterable[Any] | None = None,
) -> list[dict[str, Any]]:
    """Return the links of a task. Raise AnsibleFilterError."""
    try:
        links = _link_options.link_options(steps, hostvars, stand_ins, earlier, type=str(type))
    except ValueError as error:
        raise AnsibleFilterError(f"link_options: {error}.") from error
    return [{"cost": int(cost), **link} for link in links]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"link_options": link_options}
