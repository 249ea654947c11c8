#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_revoke
short_description: Revoke the access to a Skupper site
version_added: 0.9.0
description:
  - Makes sure that no credential which a site issued before works any more, and proves it. Claims are made unusable, the site gets
    a new CA and a new server certificate, claims are deleted, its router is restarted, and the task ends when the new router serves
    and the old one is gone.
  - The proof is a last look that knows nothing of the steps. The keys of all certificates that the site trusts are compared with
    those that were trusted before, and every router with the time at which its certificate was stored (RV(revocation.proof)). The
    task fails if the proof does not hold.
  - A claim that was redeemed within the last two minutes may be signed for after the CA was replaced. The CA is replaced once more
    then, when the former router is gone.
  - A site CA whose data another tool manages, such as cert-manager, External Secrets or Argo CD, is recognized before anything is
    written, and so is one that was put back after an earlier revocation. Labels and annotations do not count for that.
  - All links that lead to the site go down with that, wanted ones too, and have to be made anew with
    M(sitemesh.skupper.skupper_link); the playbook C(sitemesh.skupper.revoke_access) does both. Links that lead from the site to
    others connect again by themselves.
  - A revocation by O(id) that was interrupted is recognized from the site's objects and finished, not begun again.
  - An edge site, a site without a CA or with an ingress that is not ready, and an account that lacks a right are refused before
    anything is written. An edge site issues no credentials, and takes O(scope=none) alone, since it links to others.
  - The old CA is overwritten and kept nowhere.
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
    details:
      - Lists the claims and the linked sites that would be cut off. An account that may only read is warned of the rights it lacks.
  diff_mode:
    support: full
    details:
      - CAs are shown as fingerprints. Keys and passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(scope=all) and none of O(id), O(issued_before) and O(max_age) every run makes a new CA.
  async:
    support: full
options:
  scope:
    description:
      - What is revoked.
      - V(all) is every credential, and the new CA with it.
      - V(claims) is the claims that the site has issued, redeemed or not. Links that were made with them stay, and so do cert tokens.
      - V(none) revokes nothing and only sees to O(evict) and O(readmit).
    type: str
    choices: [all, claims, none]
    default: all
  id:
    description:
      - Name of this revocation, such as the number of a ticket. It is noted on the site with the keys that were trusted before, and
        counts as done only while none of these is trusted. The same name never makes a second CA then.
      - An id that version 0.9.0 noted came without these keys. It can't be proved and does not count as done.
      - It must not begin with C(evict) and a space, which is how evictions are noted.
    type: str
  issued_before:
    description:
      - Revoke only if the site CA is older than this RFC 3339 time, so that nothing issued before it works.
      - The oldest CA that the site trusts counts, by its certificate or by the time at which it was stored, whichever is earlier.
    type: str
  max_age:
    description:
      - Revoke only if the site CA is older than this, as a number of days (V(90d)) or a duration in Go's notation (V(2160h)), or
        has ended. Its age is judged as for O(issued_before).
    type: str
  ca_validity:
    description:
      - How long the new CA is valid, as a number of days or a duration in Go's notation.
        The default is the V(43800h) (five years) of Skupper's own. It must be longer than O(max_age).
    type: str
  evict:
    description:
      - Ids of sites that are noted as evicted, so that M(sitemesh.skupper.skupper_link) does not link them to this site again.
      - With O(scope=all) each eviction is a reason of its own for a new CA, whatever O(id), O(issued_before) and O(max_age) say. It
        counts as done until the site is readmitted, or is linked to this one once more. Until then the same eviction makes no second CA.
    type: list
    elements: str
  evict_locations:
    description:
      - Where the evicted sites are, as M(sitemesh.skupper.skupper_site_info) returns it (C(site.location)). A site that is made anew
        in its namespace has another id, and is known by this.
      - If O(evict) has one id, the places are noted as places of that site.
    type: list
    elements: dict
    version_added: 0.10.0
  readmit:
    description:
      - Ids of sites that are not evicted any more. Without O(readmit_locations), neither are the places that were noted with them.
    type: list
    elements: str
  readmit_locations:
    description:
      - Where sites are that are not evicted any more. No other place is taken back then, whatever O(readmit) names.
      - A location that has C(evicted_ids), as the site's list holds it, stands for that entry of the list alone.
    type: list
    elements: dict
    version_added: 0.10.0
  adopt:
    description:
      - Take the present site CA for the new one. Rotate it first where it is kept, with a new key. The server certificate is signed
        with it, the router restarted, and the revocation proved as any other.
      - A CA that holds a key which was trusted before is refused, and so is one whose company's root stays the same. The former keys
        are read from what the router trusts, so that a CA which the router trusts already is refused as well.
    type: bool
    default: false
    version_added: 0.10.0
  take_over:
    description:
      - Replace a site CA and a server certificate that another tool manages. The warning names the tool. If it puts the former CA
        back, the task fails.
    type: bool
    default: false
    version_added: 0.10.0
  watch:
    description:
      - Seconds, counted from the write of the CA, after which the site is looked at for the last time, to see whether the former CA
        was put back. RV(revocation.proof.seen_until) is the time of that look.
      - A tool that puts the CA back later than that is found by the next run with the same O(id), or by
        O(sitemesh.skupper.skupper_site_info#module:since).
    type: int
    default: 5
    version_added: 0.10.0
  wait:
    description:
      - Whether to wait until the new router serves and the old one is gone. Until then links made with former credentials work.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most. What is left then is finished by the next run.
    type: int
    default: 300
  wait_until:
    description:
      - What is waited for.
      - V(gone) is that the new router serves and the former one is gone, so that every link made with a former credential is down.
      - V(serving) is that the new router serves, which is the moment to make wanted links anew. The former one is on its way out
        then; run the task again with V(gone) to be sure.
    type: str
    choices: [gone, serving]
    default: gone
seealso:
  - module: sitemesh.skupper.skupper_link
  - module: sitemesh.skupper.skupper_token
"""

EXAMPLES = r"""
- name: See who would be cut off
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4711
  check_mode: true

- name: A token has leaked; make all tokens of the site worthless
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4711

- name: Replace the site CA every 90 days
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    max_age: 90d

- name: Cut off a site for good
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    evict: [a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5]

- name: Revoke with a CA that cert-manager has just rotated
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4712
    adopt: true

- name: Withdraw all claims, and leave the links alone
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    scope: claims
"""

RETURN = r"""
revocation:
  description: The revocation, as it was done or as check mode foresees it.
  returned: success, and when O(wait_timeout) was over
  type: dict
  contains:
    id:
      description: The name given.
      returned: always
      type: str
      sample: INC-4711
    ca_before:
      description:
        - SHA-256 fingerprint of the CA before the revocation, in lower-case hex. With O(adopt) it is that of the one that the router
          trusted.
      returned: always
      type: str
      sample: 9f2c4d...
    ca_after:
      description: SHA-256 fingerprint of the CA after it. The same if no new CA was needed.
      returned: always
      type: str
      sample: 41b7aa...
    cas_made:
      description: How many CAs this run has made. More than one means that claims were redeemed shortly before, or meanwhile.
      returned: always
      type: int
      sample: 1
    claims_removed:
      description: Names of the claims that were deleted.
      returned: always
      type: list
      elements: str
      sample: [for-east]
    claims_redeemed:
      description: Those of them that had been redeemed, each with C(name) and how often (C(made)).
      returned: always
      type: list
      elements: dict
      sample: [{"name": "for-east", "made": 1}]
    proof:
      description:
        - What the last look saw. V(null) in check mode, without O(scope=all), and where no revocation is recorded.
      returned: always
      type: dict
      contains:
        state:
          description:
            - V(proved), or V(not_proved) if a check does not hold.
            - V(pending) if the task did not wait until the former router was gone.
          returned: always
          type: str
          sample: proved
        revoked_at:
          description:
            - When the CA was replaced that the proof is about, by the API server's clock. What the site has issued since is not revoked.
              V(null) if no keys were recorded then.
          returned: always
          type: str
          sample: "2026-01-31T09:15:03Z"
          version_added: 0.10.0
        seen_until:
          description: Time of the look, by the API server's clock.
          returned: always
          type: str
          sample: "2026-01-31T09:15:20Z"
        redemptions:
          description: What was redeemed shortly before, and what was done about it.
          returned: always
          type: str
          sample: none shortly before
        checks:
          description:
            - Each with C(check), whether it C(holds), and the C(fact) that was seen. The checks are C(authority) and C(trust) (no key
              of before), C(server_certificate) (leads to the present CA), C(routers) (none of before), C(claims) (none of before) and
              C(redemptions).
          returned: always
          type: list
          elements: dict
          sample:
            - check: authority
              holds: true
              fact: the site CA holds none of the 1 former key
    cut_off:
      description: Sites whose links to this one were cut, each with C(site_id) and C(name).
      returned: always
      type: list
      elements: dict
      sample: [{"site_id": "a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5", "name": "east"}]
    evicted:
      description: Ids of all sites that are noted as evicted.
      returned: always
      type: list
      elements: str
      sample: []
    steps:
      description:
        - What was done, each with C(step), the time C(at) which it was done, and the C(seconds) since the task began.
      returned: always
      type: list
      elements: dict
      sample: [{"step": "replace_ca", "at": "2026-01-31T09:15:00Z", "seconds": 1.4}]
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(site_cannot_accept), V(ingress_pending), V(forbidden), V(ca_managed), V(ca_put_back), V(conflict),
      V(revocation_timeout) or V(revocation_not_proved).
  returned: failure
  type: str
  sample: revocation_timeout
change_reason:
  description: Why something had to be changed.
  returned: when something was changed
  type: str
  sample: revocation INC-4711 has not been done
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.revoke import REVOKE
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(REVOKE)


if __name__ == "__main__":
    main()
