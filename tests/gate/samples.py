# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sample values for what stands in a message and only a run knows, so that docs/troubleshooting.md can quote whole sentences.

A key is the name that the code has for the value: `dest`, `link.name` for the last two names of `verdict.link.name`, `name` for
the last one, `named()` for the call of a function, `seen[]` for a part of `seen`. The name of a reason in front of it,
`FORBIDDEN verb`, makes it count for messages with that reason alone; there the last two names have to be given if there are two.

To add a sample, let `tests/gate/test_troubleshooting.py` fail: it names the message, the key, and the place where the value comes
from. Give the values that the page quotes. Where the code itself composes the value, as a part of a sentence in another function,
make it `Written`: the test then looks for it in the code. A name that was changed in the code is changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


class Written(str):
    """A text that the code composes in another place than the message."""

    __slots__ = ()


_HUB = "8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4"
_SHOP = "a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5"
_RESTORED = "0d5d8c1e-53e0-4a5e-9d0c-6d5b7f6a1a55"
_KEY = "9f2c4d0b1a2c3d4e"
_SERVER = "https://203.0.113.1:6443"
_FILE = "/home/me/token.yaml"
_CONFIG = "kubeconfig /home/me/.kube/config"
_LIST = "list Secrets in namespace hub of public-cluster"
_CREATE = "create Secret link1 in namespace shop of private-cluster"
_PATCH = "patch Secret link1 in namespace shop of private-cluster"
_PATCH_CA = "patch Secret skupper-site-ca in namespace hub of public-cluster"

# Messages that others pass on.
_NOT_ALLOWED = Written(
    f"Could not {_CREATE}: not allowed (403): grant verb create on secrets in namespace shop. The API server says: "
    "secrets is forbidden"
)
_NOT_REACHABLE = Written(f"Could not {_PATCH_CA}: the API server {_SERVER} is not reachable: Connection reset by peer.")
_NO_TOKEN = Written("This is no Skupper token: it is no valid YAML.")
_NO_HOST = (
    "Site hub in namespace hub of public-cluster cannot be reached by other sites yet: its ingress {} for claims{}."
)
_CORRECT_IT = " Wait until it can (wait_for_ingress), or correct its ingress."
_ISLAND = Written(
    "shop would have no link: it is private (ingress is none) and is linked to no public site. Add a public site to the "
    "inventory or to skupper_public_sites, set skupper_exposure of one that can be reached, or name the sites that it should "
    "be linked to."
)
# Parts of messages.
_NO_SCHEME = Written("the proxy 10.0.0.1:3128 has no scheme, put http://, https:// or socks5:// before it")
_REDEEMED = Written("for-east was redeemed shortly before the CA was rotated, or later")
_OTHER_HOST = Written(
    "its certificate is for ingress.local (Kubernetes Ingress Controller Fake Certificate), and does not name 203.0.113.7: "
    "something else seems to answer there, such as an ingress controller or a proxy with a certificate of its own; have TLS "
    "passed through to the router's Service"
)
_PASS_TLS = Written(
    "something else answers there, such as an ingress controller or a proxy with a certificate of its own, or the issuing site "
    "got this address after its certificate was made. Have TLS passed through to Service skupper-router, and compare the "
    "address with skupper_site_info of the issuing site (check_endpoints); another token for the same address would not help"
)
_REVOKED = Written(
    "the issuing site has revoked access since the token was issued, or another site answers there; if it has revoked "
    "access, issue a new token"
)

SAMPLES: Mapping[str, Sequence[Any] | Callable[..., Any]] = {
    # Functions that return a short and plain text as it is.
    "printable()": lambda text, *_limit: text,
    # Places.
    "place": ("namespace shop of private-cluster", "namespace hub of public-cluster"),
    "place.cluster": ("public-cluster",),
    "place.namespace": ("shop", "hub"),
    "location": ("namespace hub of the cluster with CA 9b3f1a1de32dd3f4",),
    "issuer.location": ("namespace hub of the cluster with CA 9b3f1a1de32dd3f4",),
    "link.issuer": ("namespace hub of the cluster with CA 1c7be2400d5f6a11",),
    "kept_in": ("Secret skupper-site-ca", "Secret skupper-site-server"),
    "router": ("Deployment skupper-router",),
    # Names of sites, links, claims, tokens and whatever else has one.
    "config.name": ("hub", "shop"),
    "site.name": ("shop", "hub"),
    "member.name": ("shop", "hub"),
    "issuer.name": ("hub", "till", "kiosk"),
    "link.name": ("link1",),
    "new.name": ("link1",),
    "former.name": ("link1",),
    "purpose.link": ("link1",),
    "record.name": ("for-east",),
    "token.name": ("for-east",),
    "named_claims()": ("for-east",),
    "policy.name": ("teams",),
    "pod.name": ("skupper-router-7d9c", "debug"),
    "pod.leaves": (Written("it is retired"), Written("a restart did not end it")),
    "each.peer": ("hub-skupper-router-5d8c6f9b7-x2x7k",),
    "owner.name": ("external-secrets", "ExternalSecret router"),
    "authority.writer": ("external-secrets", "velero-server"),
    "write.manager": ("external-secrets",),
    "trust_writer": ("some-operator",),
    # Ids, times, counts and addresses.
    "site_id": (_HUB, _SHOP),
    "_site_id": (_SHOP,),
    "ids.config": (_RESTORED,),
    "ids.router": (_HUB,),
    "kept": ([_KEY],),
    "put_back()": ([_KEY],),
    "format_instant()": ("2026-01-31T09:20:00Z",),
    "seconds": (120, 300),
    "timeout": (120, 300),
    "_waited()": (120,),
    "times": (8,),
    "restarts": (6,),
    "cas_made": (4,),
    "version": ("1.9.6", "0.7.4", "0.6.1"),
    "mode.value": ("edge",),
    "ingress": ("loadbalancer", "gateway", "nodeport", "nginx-ingress-v1"),
    "exposure_reason": (Written("ingress is none"),),
    "trouble": ("the API server does not answer",),
    "service.value": ("claims",),
    "host": ("203.0.113.7",),
    "url": ("https://203.0.113.7:8081/for-east",),
    "endpoint": ("203.0.113.7:55671",),
    "holder()": ("ingress.local (Kubernetes Ingress Controller Fake Certificate)",),
    # Logins.
    "login.title": ("context public-cluster",),
    "login.server": (_SERVER,),
    "options.host": ("203.0.113.1",),
    "transport.cluster": ("context public-cluster",),
    "transport.timeout": (30,),
    "way": (_SERVER, f"{_SERVER} through the proxy http://10.0.0.1:3128"),
    "_server": (_SERVER,),
    "_names()": ("private-cluster",),
    "command": ("aws",),
    "process.returncode": (1,),
    "MISSING_LIBRARY proxy": ("socks5://proxy.example.com:1080",),
    "CONTEXT_UNKNOWN name": ("public-cluster",),
    "CONTEXT_UNKNOWN title_of()": (_CONFIG,),
    "CREDENTIALS_FAILED what": ("client certificate",),
    "CREDENTIALS_FAILED name": ("/home/me/client.crt", Written("the credential plugin aws")),
    "CREDENTIALS_FAILED words": ("Your session has ended",),
    "CREDENTIALS_FAILED why": (
        "no start line",
        Written("the credential plugin aws ended with status 1: Your session has ended"),
    ),
    "KUBECONFIG_INVALID path": ("/home/me/.kube/config",),
    "KUBECONFIG_INVALID listed": ("/home/me/one:/home/me/two",),
    "KUBECONFIG_INVALID title_of()": (_CONFIG, "kubeconfig /home/me/one:/home/me/two"),
    "KUBECONFIG_INVALID name": ("public-cluster",),
    "KUBECONFIG_INVALID what": (
        "user",
        Written(f"The cluster of context public-cluster of {_CONFIG}"),
        Written(f"The user of context public-cluster of {_CONFIG}"),
    ),
    "KUBECONFIG_INVALID why": ("No such file or directory",),
    "KUBECONFIG_INVALID login.server": ("http://127.0.0.1:8001",),
    "KUBECONFIG_INVALID place": ("clusters[0].cluster.insecure-skip-tls-verify",),
    "KUBECONFIG_INVALID _kind()": ("text",),
    "KUBECONFIG_INVALID wanted": ("true or false",),
    "KUBECONFIG_INVALID misfit": (
        Written("clusters[0].cluster.insecure-skip-tls-verify is text where kubectl takes true or false"),
    ),
    "KUBECONFIG_INVALID shown": ("10.0.0.1:3128",),
    "KUBECONFIG_INVALID objection": (Written("it has a client certificate without a key"), _NO_SCHEME),
    # Requests and answers.
    "request": (_LIST, _CREATE, _PATCH, _PATCH_CA),
    "Request()": (_PATCH,),
    "verb": ("list", "create"),
    "plural": ("secrets",),
    "innermost()": ("Connection refused", "certificate verify failed", "Connection reset by peer"),
    "failure.message": (_NOT_ALLOWED, _NOT_REACHABLE, _NO_TOKEN),
    "API_ERROR said": ("metadata.name is invalid", "too many requests"),
    "API_ERROR code": (422, 200),
    "API_ERROR what": (Written("something that is no JSON object"),),
    "API_ERROR wanted": (60,),
    "CONFLICT said": ("the object has been modified",),
    "ADMISSION_DENIED code": (403,),
    "ADMISSION_DENIED said": (
        'admission webhook "validation.gatekeeper.sh" denied the request: you must provide labels',
    ),
    "QUOTA_EXCEEDED said": ('secrets "link1" is forbidden: exceeded quota: few',),
    "FORBIDDEN said": ("secrets is forbidden", 'users "alice" is forbidden'),
    "right.verb": ("patch",),
    "right.resource": ("secrets",),
    "FORBIDDEN right.item": ("Secret skupper-site-ca",),
    # Options.
    "cost": (0,),
    "uses": (-1,),
    "expiry": ("1ms",),
    "choices": (["a", "b"],),
    "form.value": (Written("log levels such as info or ROUTER_CORE:debug, joined with commas"),),
    "INVALID_DURATION text": ("soon", "-15m", "3000000h"),
    "INVALID_NAME name": ("For East", "auto-mesh-1"),
    "INVALID_NAME what": ("claim", "link"),
    "INVALID_OPTION age": ("10s",),
    "INVALID_OPTION both": ([_SHOP],),
    "INVALID_OPTION each": ("shop",),
    "INVALID_OPTION error": (_NO_SCHEME,),
    "INVALID_OPTION format_instant()": ("2027-01-31T09:15:00Z",),
    "INVALID_OPTION given": (["id", "max_age"], ["issuer.expiry"]),
    "INVALID_OPTION key": ("refusals", "ingress", "router-logs", "router-logging"),
    "INVALID_OPTION kind": ("cert",),
    "INVALID_OPTION name": (f"evict {_SHOP}",),
    "INVALID_OPTION option": ("name", "evict_locations"),
    "INVALID_OPTION other": ("claim",),
    "INVALID_OPTION seconds": (0,),
    "INVALID_OPTION shown": ("10.0.0.1:3128",),
    "INVALID_OPTION sorted()": (["hub"],),
    "INVALID_OPTION source": ("proxy",),
    "INVALID_OPTION text": ("loud", "90000h", "48h", "yesterday", "1m", "30d"),
    "VARIABLE_UNKNOWN each.name": ("skupper_exposre",),
    "each.where": ("host hub",),
    "each.meant": ("skupper_exposure",),
    # Tokens and files.
    "path": (_FILE,),
    "parent": ("/none",),
    "st_uid": (1001,),
    "refusal": (Written("it is no valid YAML"), Written("it has YAML aliases"), Written("it holds too much")),
    "apiVersion": ("skupper.io/v2alpha1",),
    "kind": ("AccessToken",),
    "TOKEN_MALFORMED key": ("password",),
    "TOKEN_MALFORMED error": (Written("its data key password is not base64"),),
    "TOKEN_UNREADABLE path": (_FILE,),
    "TOKEN_UNREADABLE _cause()": ("No such file or directory", Written("it is a FIFO")),
    "DEST_UNWRITABLE path": ("/etc/token.yaml", "/none/token.yaml", "/tmp/token.yaml", _FILE),  # noqa: S108 - only a name
    "DEST_UNWRITABLE _cause()": (
        "Permission denied",
        Written("it is a device"),
        Written("folder /none does not exist"),
        Written("it is a symbolic link, which is not followed; name the file that it leads to"),
        Written("it belongs to another user (uid 1001), in a folder that others may write to"),
    ),
    # Sites.
    "why.message": (
        Written(_NO_HOST.format("nginx-ingress-v1 has no complete host", " (it is claims)") + _CORRECT_IT),
    ),
    "ingress.message": (Written(_NO_HOST.format("loadbalancer has no host", "") + _CORRECT_IT),),
    "INGRESS_PENDING endpoint.host": ("claims",),
    "SITE_TIMEOUT missing": (Written("Deployment skupper-router is not ready"),),
    "SITE_REMOVAL_TIMEOUT left": ("Deployment skupper-router",),
    "SITE_RESTORED issuer.site_id": (_RESTORED,),
    "SITE_ID_INVALID site_id": ("hub",),
    "SITE_ID_INVALID member.site_id": ("hub",),
    "SITE_ID_CLAIMED sites": (["shop", "till"],),
    "SITE_ID_CLAIMED site": ("shop",),
    "SITE_IMMUTABLE option": ("ingress",),
    "SITE_IMMUTABLE present": ("loadbalancer",),
    "SITE_IMMUTABLE wanted": ("route",),
    "SETTINGS.default": ("info",),
    "SITE_OF_COMMAND_LINE key": ("router-logging",),
    "SITE_OF_COMMAND_LINE _present()": ("info",),
    "SITE_OF_COMMAND_LINE wanted": ("ROUTER:debug",),
    "SITE_OF_COMMAND_LINE word": (Written("router-logging (info, not ROUTER:debug)"),),
    # Links.
    "redemption.words": ("Claim refused", "minimum version required 0.8.0"),
    "CLAIM_EXPIRED format_instant()": ("2026-01-30T09:15:00Z",),
    "CONFLICT name": ("link1",),
    "NAME_TAKEN wish.name": (f"link1-{_SHOP}",),
    "NAME_TAKEN name": ("skupper-site-ca", f"link1-{_SHOP}-9", "link1"),
    "LINK_REMOVAL_TIMEOUT wanted": (["link1"],),
    "LINK_STALE verdict.why": (Written("its certificate was not signed by the issuing site's current CA"),),
    "LINK_TIMEOUT verdict.why": (
        Written("its claim has not been redeemed yet"),
        Written("no connection to the issuing site is open"),
    ),
    "LINK_TIMEOUT format_instant()": ("2026-11-23T12:00:00Z",),
    "LINK_TIMEOUT host": ("203.0.113.7",),
    "LINK_TIMEOUT look()": (_OTHER_HOST,),
    "ISSUER_UNTRUSTED names": ("ingress.local",),
    "ISSUER_UNTRUSTED name": ("skupper-site-ca",),
    "ISSUER_UNTRUSTED found.what": (
        Written("its certificate is for ingress.local, and the address is 203.0.113.7"),
        Written("its certificate was signed by a CA named skupper-site-ca, but not by the one in the token"),
    ),
    "ISSUER_UNTRUSTED found.remedy": (_PASS_TLS, _REVOKED),
    "SITE_EVICTED name": ("shop", "yard"),
    "SITE_EVICTED keepers": (["hub", "yard"], ["hub"]),
    "SITE_EVICTED linking": (["kiosk", "shop"],),
    # Revocations.
    "step.value": ("record", "disable_claims"),
    "rollout.lack": (Written("former routers still run"),),
    "latest.again": (Written("for-east was redeemed shortly before"),),
    "again": (_REDEEMED,),
    "planned.why": (_REDEEMED,),
    "REVOCATION_NOT_PROVED each.name": ("for-east",),
    "REVOCATION_NOT_PROVED proof.lacks": (
        Written("what the router trusts holds certificates that can't be read"),
        Written("former claims are left: for-east"),
        Written("the collection has no record of the keys that were trusted before it, so that it can't be proved"),
    ),
    "CA_MANAGED what": ("ExternalSecret router",),
    "CA_MANAGED owner.fact": (
        Written("field manager external-secrets writes its data"),
        Written("ExternalSecret router is its owner reference"),
    ),
    # The plan of a mesh.
    "seen[]": ("hub",),
    "PLAN_REFUSED message": (_ISLAND,),
    "PLAN_UNKNOWN_SITE name": ("hubb",),
    "PLAN_DUPLICATE_PAIR name": ("yard",),
    "PLAN_SAME_SITE names": (["shop", "till"],),
    "PLAN_SHARED_ID names": (["hub", "copy"],),
    "PLAN_DIVIDED networks": ([["hub", "shop"], ["yard", "till"]],),
    "PLAN_DIVIDED parted": ("hub, shop; yard, till",),
    # Defects.
    "__name__": ("KeyError",),
    "INTERNAL place": ("gather.py:42",),
}
