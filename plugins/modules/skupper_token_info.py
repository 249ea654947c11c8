#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_token_info
short_description: Read the claims of a Skupper site
version_added: 0.9.0
description:
  - Returns the claims that a site has issued, how long and how often each can still be redeemed, or why it can't.
  - The module reads no passwords. It asks the API server only for the metadata of the claim records.
  - The module does not find cert tokens, since the site that signs them keeps no record of them.
  - The module sends one API request, and one more if there are no claims.
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
  name:
    description:
      - Return only the claim of this name.
    type: str
  state:
    description:
      - Return only claims in one of these states. By default the module returns all claims.
    type: list
    elements: str
    choices: [usable, used_up, expired, corrupt]
seealso:
  - module: sitemesh.skupper.skupper_token
"""

EXAMPLES = r"""
- name: Read the claims
  sitemesh.skupper.skupper_token_info:
    namespace: west
  register: west

- name: Remove claims that can no longer be redeemed
  sitemesh.skupper.skupper_token:
    namespace: west
    name: "{{ item.name }}"
    state: absent
  loop: "{{ west.claims | rejectattr('usable') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
claims:
  description: The claims of the site, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the claim.
      type: str
      returned: success
      sample: for-east
    type:
      description: Always V(claim).
      type: str
      returned: success
      sample: claim
    state:
      description:
        - Whether the claim can be redeemed.
        - One of V(usable), V(used_up), V(expired) and V(corrupt).
      type: str
      returned: success
      sample: expired
    usable:
      description: Whether the claim can be redeemed.
      type: bool
      returned: success
      sample: false
    reason:
      description: Why the claim can't be redeemed. V(null) if it can.
      type: str
      returned: success
      sample: it expired at 2026-01-30T09:15:00Z
    created_at:
      description: When the claim was issued, in UTC.
      type: str
      returned: success
      sample: "2026-01-30T09:00:00Z"
    expires_at:
      description: When the claim expires, in UTC. V(null) if it never does.
      type: str
      returned: success
      sample: "2026-01-30T09:15:00Z"
    uses_remaining:
      description: How many sites can still redeem it. V(null) if the number is not limited.
      type: int
      returned: success
      sample: 1
    uses_made:
      description: How many sites have redeemed it.
      type: int
      returned: success
      sample: 0
    managed:
      description: Whether this collection issued it.
      type: bool
      returned: success
      sample: true
    issued_for:
      description:
        - Id of the site for whose link this collection issued the claim, as recorded on the claim.
        - V(null) if the claim was issued for no particular site.
      type: str
      returned: success
      sample: a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5
reason:
  description: Why the task failed, as a word that does not change between releases.
  returned: failure
  type: str
  sample: no_site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token_info import TOKEN_INFO


def main() -> None:
    """Run the module."""
    run_module(TOKEN_INFO)


if __name__ == "__main__":
    main()
