# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command lines of etcd, kube-apiserver and kube-controller-manager, tuned for many small clusters on one machine.

Everything is named relative to the cluster's directory, in which the components run: the path of a Unix socket may
not be longer than 107 bytes (unix(7)), and that of a directory can be.
"""

from __future__ import annotations

SOCKET = "etcd.sock"
AUDIT_LOG = "audit.log"
AUDIT_POLICY = "audit-policy.json"
TOKENS = "tokens.csv"
CA = "ca.crt"
SERVER_CERTIFICATE, SERVER_KEY = "server.crt", "server.key"
ACCOUNTS_PUBLIC_KEY, ACCOUNTS_KEY = "service-accounts.pub", "service-accounts.key"
CONTROLLERS_KUBECONFIG = "controllers.kubeconfig"

SERVICE_IPS = "10.96.0.0/16"
# What server certificates are asked for besides the loopback address.
SERVER_NAMES = ("127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "10.96.0.1")

# What the API server shows to kubelets, of which there are some where pods run.
KUBELET_CLIENT = "kube-apiserver-kubelet-client"
KUBELET_CLIENT_CERTIFICATE, KUBELET_CLIENT_KEY = "kubelet-client.crt", "kubelet-client.key"

API_SERVER_USER = "system:apiserver"
CONTROLLERS_USER = "system:kube-controller-manager"

# Their older names, which old and new versions know.
_CONTROLLERS = (
    "deployment",
    "replicaset",
    "garbagecollector",
    "namespace",
    "serviceaccount",
    "serviceaccount-token",
    "root-ca-cert-publisher",
)

# Admission that only matters to nodes, volumes and quotas; each plugin would keep watches of its own.
_NO_ADMISSION = (
    "DefaultStorageClass",
    "DefaultTolerationSeconds",
    "LimitRanger",
    "PersistentVolumeClaimResize",
    "PodSecurity",
    "Priority",
    "ResourceQuota",
    "RuntimeClass",
    "StorageObjectInUseProtection",
    "TaintNodesByCondition",
)


def etcd_flags() -> list[str]:
    """Serve on a Unix socket, one member, nothing forced to disk: a cluster lives as long as its owner."""
    # Nothing listens on the advertised addresses; a single member never calls itself, but they have to be given.
    peer = "http://localhost:2380"
    return [
        "--data-dir=etcd",
        "--unsafe-no-fsync",
        f"--listen-client-urls=unix://{SOCKET}",
        "--advertise-client-urls=http://localhost:2379",
        "--listen-peer-urls=unix://etcd-peer.sock",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--log-level=error",
    ]


def api_server_flags(port: int) -> list[str]:
    """Serve TLS on a loopback port, with RBAC, service accounts and an audit log."""
    return [
        f"--etcd-servers=unix://{SOCKET}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        "--endpoint-reconciler-type=none",
        f"--service-cluster-ip-range={SERVICE_IPS}",
        f"--tls-cert-file={SERVER_CERTIFICATE}",
        f"--tls-private-key-file={SERVER_KEY}",
        "--cert-dir=.",
        f"--client-ca-file={CA}",
        f"--token-auth-file={TOKENS}",
        f"--kubelet-certificate-authority={CA}",
        f"--kubelet-client-certificate={KUBELET_CLIENT_CERTIFICATE}",
        f"--kubelet-client-key={KUBELET_CLIENT_KEY}",
        "--kubelet-preferred-address-types=InternalIP",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={ACCOUNTS_PUBLIC_KEY}",
        f"--service-account-signing-key-file={ACCOUNTS_KEY}",
        f"--audit-policy-file={AUDIT_POLICY}",
        f"--audit-log-path={AUDIT_LOG}",
        "--audit-log-maxsize=100000",  # MB, that is never rotated: marks are offsets into the file
        f"--disable-admission-plugins={','.join(_NO_ADMISSION)}",
        "--allow-privileged=true",
        "--enable-priority-and-fairness=false",
        "--etcd-count-metric-poll-period=0",
        "--etcd-db-metric-poll-interval=0",
        "--event-ttl=10m",
        "--profiling=false",
    ]


def controller_manager_flags() -> list[str]:
    """Run what a site depends on: rollouts, owner references, namespaces and service accounts."""
    return [
        f"--kubeconfig={CONTROLLERS_KUBECONFIG}",
        f"--authentication-kubeconfig={CONTROLLERS_KUBECONFIG}",
        f"--authorization-kubeconfig={CONTROLLERS_KUBECONFIG}",
        f"--controllers={','.join(_CONTROLLERS)}",
        f"--service-account-private-key-file={ACCOUNTS_KEY}",
        f"--root-ca-file={CA}",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false",
    ]


def audit_policy() -> dict[str, object]:
    """Log who asked for what, once per request when it is over; the control plane's own requests are left out."""
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived", "ResponseStarted"],
        "rules": [
            {"level": "None", "users": [API_SERVER_USER, CONTROLLERS_USER]},
            {"level": "None", "nonResourceURLs": ["/readyz"]},
            {"level": "Metadata"},
        ],
    }
