# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of a site, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: site_options
short_description: Return the connection options of another site
version_added: 0.10.0
description:
  - Returns the options with which the modules of this collection reach the site of another host, from the variables of that host.
    The roles use it wherever a task works on another site than that of its own host.
  - The result may hold secrets, as the variables do.
positional: _input, site, stand_ins
options:
  _input:
    description:
      - The variables of all hosts. C(skupper_kubeconfig), C(skupper_context), C(skupper_namespace) and C(skupper_connection) are read.
    type: dict
    required: true
  site:
    description:
      - The site, by its host or by its name in O(stand_ins).
    type: str
    required: true
  stand_ins:
    description:
      - Connection options of sites that are no hosts, by their names, as in C(skupper_public_sites). They take precedence over hosts.
    type: dict
    default: {}
  given:
    description:
      - Whether to leave out options without a value. Environment variables such as E(K8S_AUTH_KUBECONFIG) then apply in their place,
        as they should for a task that runs where the site is reached from.
    type: bool
    default: false
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - plugin: sitemesh.skupper.link_options
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the links of a site, and ask the issuing site about them
  sitemesh.skupper.skupper_link_info:
    namespace: east
    issuers:
      - "{{ hostvars | sitemesh.skupper.site_options('west') }}"
"""

RETURN = r"""
_value:
  description: The connection options. Options without a value are V(null) unless O(given=true).
  type: dict
  sample: {"kubeconfig": null, "context": "public-cluster", "namespace": "west"}
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.plugin_utils import _link_options


def site_options(
    hostvars: Mapping[str, Any], site: str, stand_ins: Mapping[str, Any] | None = None, given: bool = False
) -> dict[str, Any]:
    """Return the connection options of a site; raises AnsibleFilterError."""
    try:
        options = _link_options.site_options(str(site), hostvars, stand_ins or {})
    except ValueError as error:
        raise AnsibleFilterError(f"site_options: {error}.") from error
    return {name: value for name, value in options.items() if value is not None or not given}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"site_options": site_options}
