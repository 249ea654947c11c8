# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that Skupper 1.x gives to objects, labels, annotations and data keys (api/types/types.go)."""

from __future__ import annotations

SITE_CONFIG = "skupper-site"
ROUTER_CONFIG = "skupper-internal"
ROUTER_CONFIG_KEY = "skrouterd.json"
NETWORK_STATUS = "skupper-network-status"
NETWORK_STATUS_KEY = "NetworkStatus"
ROUTER = "skupper-router"
SERVICE_CONTROLLER = "skupper-service-controller"
SITE_CA = "skupper-site-ca"
SITE_SERVER = "skupper-site-server"
# Every site has it, edge sites too, which have no site CA; no other site ever sees it.
LOCAL_CA = "skupper-local-ca"

TYPE = "skupper.io/type"
TYPE_RECORD = "token-claim-record"
RECORD_SELECTOR = f"{TYPE}={TYPE_RECORD}"
TYPE_CLAIM = "token-claim"
TYPE_CERT = "connection-token"
# No controller of Skupper selects this value; it takes a link out of their sight without losing its certificate.
TYPE_PARKED = "sitemesh-parked-link"
LINK_SELECTOR = f"{TYPE} in ({TYPE_CERT}, {TYPE_CLAIM}, {TYPE_PARKED})"

COMPONENT = "skupper.io/component"
# A router's pod under the second value is taken out of its Service and its ReplicaSet, and keeps its connections.
RETIRING = "router-retiring"
ROUTER_SELECTOR = f"{COMPONENT} in (router, {RETIRING})"
# When the command line restarted the router last, in Go's time.RFC1123Z.
UPDATED = "internal.skupper.io/updated"

VERSION = "skupper.io/site-version"
EXPIRATION = "skupper.io/claim-expiration"
REMAINING = "skupper.io/claims-remaining"
MADE = "skupper.io/claims-made"
URL = "skupper.io/url"
GENERATED_BY = "skupper.io/generated-by"
COST = "skupper.io/cost"
TEMPLATE = "skupper.io/token-template"
STATUS = "internal.skupper.io/status"
LAST_FAILED = "internal.skupper.io/last-failed"
DISABLED = "internal.skupper.io/disabled"
# A site with this label was made by Skupper's command line; no site-controller selects it.
IGNORED = "internal.skupper.io/site-controller-ignore"
# Annotations of ConfigMap skupper-site that are not to be handed on to the site's pods.
EXCLUDED = "skupper.io/exclude-annotations"
ENDPOINT_KEYS = ("inter-router-host", "inter-router-port", "edge-host", "edge-port")

PASSWORD = "password"
CERTIFICATE = "tls.crt"
KEY = "tls.key"
CA = "ca.crt"

# This collection's own marks; Skupper carries them along untouched.
OWNER = "sitemesh.skupper/owner"
CLAIM = "sitemesh.skupper/claim"
# On a claim record: the site, link and place that it was issued for. On a link: where its issuing site is.
CLAIM_FOR = "sitemesh.skupper/for"
ISSUER = "sitemesh.skupper/issuer"
USED_UP = "sitemesh.skupper/used-up"
PLACEHOLDER = "sitemesh.skupper/placeholder"
LOGGING = "sitemesh.skupper/router-logging"
ASKED = "sitemesh.skupper/asked-again"
# On Secret skupper-site-ca: fingerprint of the CA that this collection wrote, and of the one before it; the revocations,
# each with the keys that were trusted before; ids and locations of evicted sites; when a claim was removed that had been
# redeemed shortly before. The first is on the router's pods, too.
AUTHORITY = "sitemesh.skupper/ca"
FORMER_AUTHORITY = "sitemesh.skupper/former-ca"
REVOCATIONS = "sitemesh.skupper/revocations"
EVICTED = "sitemesh.skupper/evicted"
EVICTED_LOCATIONS = "sitemesh.skupper/evicted-locations"
REDEEMED = "sitemesh.skupper/redeemed"
