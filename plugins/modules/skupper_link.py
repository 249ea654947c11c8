#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_link
short_description: Link a Skupper site to an issuing site
version_added: 0.9.0
description:
  - Links a site to the site that issued a token, and waits until the link works.
  - Idempotent. A link is identified by its issuing site. An existing link to that site is kept, whatever its name,
    unless it is stale or its cost differs.
  - With O(issuer) one task does everything. It asks the issuing site for a claim only if a link is needed,
    passes the claim on in memory and removes it once it is used.
  - The task refuses what cannot work before it writes anything. Examples are an issuing site older than Skupper 0.8.0, and a
    host that no SkupperClusterPolicy allows links to. If the account may not read policies, the task warns, and the site's own
    controllers decide.
  - Before the task replaces a link, it asks the API server in a dry run whether the new link would be admitted. It restores the
    old link if the new one cannot be made, or if the old one worked and the new one cannot be redeemed.
  - If a claim can never be redeemed, the task stops waiting at once and removes the link that it made.
    If the issuing site does not answer, the task keeps waiting, and the link stays.
  - Works with Skupper 1.x.
requirements:
  - google-re2 >= 1.1 (optional, to evaluate policies with regular expressions before something is written; without it such
    policies are reported as undecided)
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.issuer
  - sitemesh.skupper._kube.wait
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Keys and passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(replace=always) every run makes a new link.
  async:
    support: full
options:
  name:
    description:
      - Name of the link. The default is the first free name of V(link1), V(link2) and so on.
    type: str
  token:
    description:
      - The token of the issuing site, as a dictionary or as YAML text.
    type: raw
  src:
    description:
      - File that holds the token of the issuing site, on the machine where the task runs.
      - The task refuses a FIFO, a socket, a device and a file larger than 256 KiB.
    type: path
  cost:
    description:
      - Cost of the link. Traffic prefers routes of lower cost.
      - A change of cost interrupts an existing link for some seconds, since the router cannot change the cost of an open link.
    type: int
    default: 1
  issuer_location:
    description:
      - Location of the site that issued O(token) or O(src), as RV(sitemesh.skupper.skupper_mesh_info#module:member.location).
        The task records it on a link that it makes. Another site that claims the same id is then never mistaken for it.
        The task refuses a location that this site has evicted.
      - With O(issuer) the task finds the location itself.
      - With O(state=absent) it is the location of the site with O(site_id). A link that was certainly made to another location
        stays, with a warning. A link that was certainly made to this location is removed, whatever id it has.
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
  replace:
    description:
      - When an existing link to the issuing site gets a new credential.
      - V(stale) replaces a link that will not work again. Its certificate has ended or was not signed by the issuing site's current
        CA, or its claim was refused. With O(issuer) it also replaces a link whose certificate ends within 30 days, and a link with
        an outdated endpoint that is down or has to be changed.
      - V(down) does the same, but only if the link does not work according to the network status of this site, whatever the issuing
        site reports.
      - V(never) never replaces a link; the task fails unless the existing one works.
      - V(always) replaces the link at every run.
    type: str
    choices: [stale, down, never, always]
    default: stale
  site_id:
    description:
      - Id of the issuing site, instead of a credential.
      - With O(state=present) a link to this site must already exist. The task sets its O(cost) and waits for it. The task fails if
        the link needs a new credential.
    type: str
  stale:
    description:
      - Whether to remove only links that will not work again, of those that the other options name, or else of all.
      - A link is stale if its claim failed, if its certificate has ended, or if it is not connected and no object of this site
        owns it. With O(issuer) a link that the issuing site no longer honours is stale, too.
      - A link whose Secret does not name the site it leads to is stale only once its certificate has ended. A link that another
        tool manages is not stale merely because it has no owner.
      - Only with O(state=absent).
    type: bool
  state:
    description:
      - Whether the link should exist.
      - V(present) needs one of O(issuer), O(token), O(src) and O(site_id).
      - V(absent) finds the link by O(name), by O(site_id) or O(issuer), or because it is O(stale).
      - With O(issuer) V(absent) also removes a remaining claim that was issued for the link.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sitemesh.skupper.skupper_token
  - module: sitemesh.skupper.skupper_link_info
"""

EXAMPLES = r"""
- name: Link the private site to the public one
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    issuer:
      context: public-cluster
      namespace: west

- name: Link without a claim, where the private site cannot reach the claim server
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    issuer:
      context: public-cluster
      namespace: west
      type: cert

- name: Use a token file that another team handed over
  sitemesh.skupper.skupper_link:
    namespace: east
    src: ~/partner-token.yaml
    name: to-partner
    cost: 5

- name: Change the cost of an existing link without access to the issuing site
  sitemesh.skupper.skupper_link:
    namespace: east
    site_id: 3f1c2d64-8a5e-4c0f-9b7a-2f8e6d1c4b90
    cost: 10

- name: Remove links that will not work again
  sitemesh.skupper.skupper_link:
    namespace: east
    stale: true
    state: absent

- name: Remove a link
  sitemesh.skupper.skupper_link:
    namespace: east
    name: to-partner
    state: absent
"""

RETURN = r"""
link:
  description:
    - The link. In check mode, values that only a run can know are V((known after apply)).
    - The task also returns the link when it fails with a timeout or a refused claim.
  returned: success
  type: dict
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
connected_at:
  description:
    - When this run saw the link connected that it created or replaced, in UTC.
    - V(null) if the run did not create or replace the link, or did not wait.
  type: str
  returned: success and O(state=present)
  sample: "2026-01-31T09:15:00Z"
issued:
  description:
    - What the task requested from the issuing site with O(issuer), V(claim) or V(cert).
    - V(null) if the task needed no credential, or if the credential came from O(token) or O(src).
  returned: success and O(state=present)
  type: str
  sample: claim
removed:
  description: The links that the task removed, or would remove in check mode.
  returned: success and O(state=absent)
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
    reason:
      description: Why the task removed the link.
      type: str
      returned: success
      sample: its certificate ended at 2026-01-30T09:00:00Z
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(no_site), V(forbidden), V(claim_used_up), V(policy_denied), V(version_unsupported), V(site_evicted) or
      V(link_timeout).
  returned: failure
  type: str
  sample: no_site
change_reason:
  description: Why the task changed something.
  returned: when something was changed
  type: str
  sample: there is no link to the issuing site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link import LINK
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(LINK)


if __name__ == "__main__":
    main()
