#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_token
short_description: Issue or withdraw tokens of a Skupper site
version_added: 0.9.0
description:
  - Makes sure that a named claim exists on an issuing site, and returns the token with which another site can redeem it.
  - With O(type=cert) a cert token is signed instead, as Skupper's own command line would. The site keeps no trace of it.
    The one in the file O(dest) is kept as long as it leads to the present site, was signed by the site's present CA, and is
    not near its end.
  - A site that could not honour the token is refused before anything is written, one whose ingress is not ready,
    an edge site, one that no SkupperClusterPolicy allows incoming links for, and one whose CA could not sign.
  - A claim that exists is not made again. Its token is rebuilt from the record that the site keeps.
  - A claim that other limits are asked for is changed in place. Its password stays the same.
  - Works with Skupper 1.x.
requirements:
  - google-re2 >= 1.1 (optional, to evaluate policies with regular expressions before something is written; without it such
    policies are reported as undecided)
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.limits
  - sitemesh.skupper._kube.ingress
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
    details:
      - A token that is not there yet is returned as a placeholder, which M(sitemesh.skupper.skupper_link) recognizes in check mode.
  diff_mode:
    support: full
    details:
      - Passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(renew=always) every run makes a new token.
  async:
    support: partial
    details:
      - Refused if the token would be returned, since C(async_status) would print it. Set O(dest).
options:
  name:
    description:
      - Name of the token. Required with O(type=claim), where it is the claim's.
      - With O(type=cert) it is the common name of the certificate, too, and the default is V(skupper).
    type: str
  type:
    description:
      - The kind of token.
      - V(claim) can be redeemed for a certificate O(uses) times until O(expiry) is over, and can be withdrawn.
      - V(cert) holds a certificate. Whoever has it can link any number of sites until the certificate ends or the access to
        the site is revoked. Signing it needs the right to read the Secret C(skupper-site-ca).
      - A site CA whose key is EC, or not in PKCS#1 form, can sign cert tokens but no claims, since Skupper can't read it.
    type: str
    choices: [claim, cert]
    default: claim
  issued_for:
    description:
      - The site that is to redeem the claim. It is noted on the claim, and only a claim of which the same was noted is taken up,
        changed or removed. Whatever else has the name belongs to somebody else and is left alone. The claim then goes by another
        name, O(name) with a number, which RV(name) tells.
      - No claim is issued for a site that the issuing site has evicted.
      - Without it any claim of that name is taken up.
      - Of no effect with O(type=cert).
    type: dict
    suboptions:
      site_id:
        description:
          - Id of the linking site.
        type: str
        required: true
      link:
        description:
          - Name of the link that is to be made, if it is known.
        type: str
      location:
        description:
          - Where the linking site is, as RV(sitemesh.skupper.skupper_mesh_info#module:member.location). The id is what the site
            says of itself; a claim that was issued for that id elsewhere is somebody else's.
        type: dict
        suboptions:
          namespace:
            description:
              - Its namespace.
            type: str
          cluster:
            description:
              - UID of namespace C(kube-system) of its cluster.
            type: str
          authorities:
            description:
              - SHA-256 of the public keys of the CAs of its API server.
            type: list
            elements: str
  validity:
    description:
      - How long the certificate of a cert token is valid, as a duration in Go's notation or in days (V(90d)).
        The default, and the longest, are the V(43800h) (five years) of Skupper's own.
      - Only with O(type=cert).
    type: str
  renew_before:
    description:
      - A cert token in O(dest) is replaced when less than this is left of it, as a duration in Go's notation or days (V(90d)).
        The default is V(720h) (30 days), or a third of O(validity) if that is less.
      - Only with O(type=cert).
    type: str
  renew:
    description:
      - When a token of that name is replaced by a new one.
      - V(never) leaves a claim that is used up or expired as it is, and returns it with RV(usable=false).
      - V(unusable) replaces a claim that no site could redeem any more.
      - V(always) replaces it at every run. Tokens of the former claim are worthless then; cert tokens are not.
      - A cert token in O(dest) that does not serve any more is replaced in any case.
        Without O(dest) a cert token cannot be found again, and needs V(always).
    type: str
    choices: [never, unusable, always]
    default: never
  dest:
    description:
      - File to write the token to, in the form Skupper's own command line reads. It gets mode V(0600).
      - The file lies where the task runs. It is not written again as long as it holds the token.
      - It is written anew beside the former one and takes its place at once. The owner of a file that is there stays its owner.
      - A symbolic link, FIFO, socket or device is refused before anything is issued, and so is a file of another user that this
        account could not leave to its owner, or that may have been put there by somebody else, as in C(/tmp).
      - With O(state=absent) the file is removed if it holds a token of that name.
      - Without it the token is returned, and the result is kept off the screen.
    type: path
  state:
    description:
      - Whether the claim should exist.
      - Removing a claim does not touch links that were made with it. If it was redeemed within the last two minutes, that is noted on
        Secret C(skupper-site-ca), for a revocation (M(sitemesh.skupper.skupper_revoke)) that follows at once.
      - V(absent) is refused with O(type=cert). Cert tokens end when the access to the site is revoked.
    type: str
    choices: [present, absent]
    default: present
  wait_timeout:
    description:
      - Seconds to wait at most with O(wait_for_ingress=true).
    type: int
    default: 120
seealso:
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Issue a claim that one site can redeem within 15 minutes
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-east
  register: issued

- name: Use it from the private cluster
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    token: "{{ issued.token }}"

- name: Hand out a token as a file, for two sites and half an hour
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-partner
    expiry: 30m0s
    uses: 2
    dest: ~/partner-token.yaml

- name: Hand out a cert token for 90 days, and a new one when a month of it is left
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    type: cert
    name: for-partner
    validity: 90d
    dest: ~/partner-cert.yaml

- name: Withdraw a claim that was not used
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-partner
    state: absent
"""

RETURN = r"""
token:
  description:
    - The token, as O(sitemesh.skupper.skupper_link#module:token) takes it.
    - In check mode a placeholder without any secret.
  returned: success, O(state=present) and without O(dest)
  type: dict
  sample:
    apiVersion: v1
    kind: Secret
    metadata:
      name: for-east
      labels:
        skupper.io/type: token-claim
      annotations:
        skupper.io/generated-by: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
        skupper.io/url: https://203.0.113.7:8081/for-east
    data:
      ca.crt: ...
      password: ...
name:
  description: Name of the token. It is another one than O(name) where O(issued_for) found that one taken.
  returned: success
  type: str
  sample: for-east
type:
  description: The kind of token.
  returned: success
  type: str
  sample: claim
usable:
  description: Whether a site could use the token now.
  returned: success
  type: bool
  sample: true
expires_at:
  description: When the claim expires or the certificate ends, in UTC. V(null) if it never does.
  returned: success and O(state=present)
  type: str
  sample: "2026-01-31T09:15:00Z"
uses_remaining:
  description: How many sites can still use the token. V(null) for any number, and always so for a cert token.
  returned: success and O(state=present)
  type: int
  sample: 1
uses_made:
  description: How often the claim has been redeemed. V(null) for a cert token, which nobody counts.
  returned: success and O(state=present)
  type: int
  sample: 0
dest:
  description: The file that holds the token.
  returned: success and O(dest) is set
  type: str
  sample: /home/ops/partner-token.yaml
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(no_site), V(forbidden), V(ingress_pending), V(policy_denied) or V(ca_unusable).
  returned: failure
  type: str
  sample: no_site
change_reason:
  description: Why something had to be changed.
  returned: when something was changed
  type: str
  sample: there is no such claim
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN


def main() -> None:
    """Run the module."""
    run_module(TOKEN)


if __name__ == "__main__":
    main()
