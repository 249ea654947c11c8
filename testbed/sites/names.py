# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that Skupper 1.9.6 uses on the API server (its api/types/types.go), and the simulator's own."""

from __future__ import annotations

VERSION = "1.9.6"
ROUTER_VERSION = "2.7.6"
OLDEST_COMPATIBLE = "0.8.0"

SITE = "skupper-site"
INTERNAL = "skupper-internal"
ROUTER_CONFIG_KEY = "skrouterd.json"
SERVICES = "skupper-services"
SASL = "skupper-sasl-config"
NETWORK_STATUS = "skupper-network-status"
NETWORK_STATUS_KEY = "NetworkStatus"
LEADER = "skupper-site-leader"

SITE_CA = "skupper-site-ca"
LOCAL_CA = "skupper-local-ca"
SERVICE_CA = "skupper-service-ca"
SITE_SERVER = "skupper-site-server"
LOCAL_SERVER = "skupper-local-server"
LOCAL_CLIENT = "skupper-local-client"
SERVICE_CLIENT = "skupper-service-client"

ROUTER = "skupper-router"
ROUTER_LOCAL = "skupper-router-local"
CONTROLLER = "skupper-service-controller"
INGRESS = "skupper"

TYPE = "skupper.io/type"
TOKEN = "connection-token"
TOKEN_REQUEST = "connection-token-request"
CLAIM = "token-claim"
CLAIM_RECORD = "token-claim-record"
COST = "skupper.io/cost"
GENERATED_BY = "skupper.io/generated-by"
SITE_VERSION = "skupper.io/site-version"
URL = "skupper.io/url"
CLAIM_EXPIRATION = "skupper.io/claim-expiration"
CLAIMS_REMAINING = "skupper.io/claims-remaining"
CLAIMS_MADE = "skupper.io/claims-made"
COMPONENT = "skupper.io/component"
# A router pod with this component is out of its Service and ReplicaSet, on its way to be replaced.
RETIRING = "router-retiring"
PART_OF = "app.kubernetes.io/part-of"
APP = "app.kubernetes.io/name"
IGNORE = "internal.skupper.io/site-controller-ignore"
STATUS = "internal.skupper.io/status"
LAST_FAILED = "internal.skupper.io/last-failed"
UPDATED = "internal.skupper.io/updated"
EXCLUDED = "skupper.io/exclude-annotations"

INTER_ROUTER_PORT = 55671
EDGE_PORT = 45671
CLAIMS_PORT = 8081
PORTS = {"inter-router": INTER_ROUTER_PORT, "edge": EDGE_PORT, "claims": CLAIMS_PORT}

# Annotations on a namespace, by which tests make its site misbehave; the simulator answers in OBSERVED.
FAULTS = "testbed.sitemesh.skupper/"
OBSERVED = FAULTS + "observed"
NODE = "testbed"
