# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a site as client/router_create.go makes them; the images are named but never pulled."""

from __future__ import annotations

from typing import Any

from ..kube import Object, encoded
from . import names
from .ingress import SiteConfig

_REGISTRY = "quay.io/skupper"
_ROUTER_LABELS = {
    names.PART_OF: "skupper",
    names.APP: names.ROUTER,
    "application": names.ROUTER,
    names.COMPONENT: "router",
}
_CONTROLLER_LABELS = {names.APP: names.CONTROLLER, names.PART_OF: "skupper", names.COMPONENT: "service-controller"}
_CONTAINER_SECURITY = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
_CERTS = "/etc/skupper-router-certs"
_FIELDS = {"POD_NAMESPACE": "metadata.namespace", "POD_IP": "status.podIP"}


def metadata(site: SiteConfig, name: str) -> Object:
    """Make the metadata that all objects of a site share: its labels and its owner."""
    return {"name": name, "labels": site.labels or None, "ownerReferences": [site.owner]}


def config_map(site: SiteConfig, name: str, data: dict[str, str] | None) -> Object:
    """Make a ConfigMap of the site."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(site, name), "data": data}


def sasl_config(site: SiteConfig) -> Object:
    """Make the ConfigMap for console users, which every site has unless it uses another way to sign them in."""
    settings = ["pwcheck_method: auxprop", "auxprop_plugin: sasldb", "sasldb_path: /tmp/skrouterd.sasldb"]
    return config_map(site, names.SASL, {"skrouterd.conf": "\n".join(["", *settings, ""])})


def secret(site: SiteConfig, name: str, data: dict[str, bytes], kind: str | None = "kubernetes.io/tls") -> Object:
    """Make a Secret of the site."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata(site, name), "type": kind, "data": encoded(data)}


def service_account(site: SiteConfig, name: str) -> Object:
    """Make a ServiceAccount, without which the API server admits no pods."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(site, name)}


def local_service(site: SiteConfig) -> Object:
    """Make the Service by which the site's own programs reach the router."""
    return _service(site, names.ROUTER_LOCAL, {"amqps": 5671}, "ClusterIP")


def router_service(site: SiteConfig) -> Object:
    """Make the Service for other sites, with the type that the ingress setting asks for."""
    kind = {"loadbalancer": "LoadBalancer", "nodeport": "NodePort"}.get(site.ingress, "ClusterIP")
    return _service(site, names.ROUTER, names.PORTS, kind)


def _service(site: SiteConfig, name: str, ports: dict[str, int], kind: str) -> Object:
    listed = [{"name": key, "protocol": "TCP", "port": port, "targetPort": port} for key, port in ports.items()]
    spec = {"selector": {**_ROUTER_LABELS, **site.labels}, "ports": listed, "type": kind}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(site, name), "spec": spec}


def router_deployment(site: SiteConfig) -> Object:
    """Make Deployment skupper-router with its containers router and config-sync."""
    certs = {"name": "skupper-router-certs", "mountPath": _CERTS}
    router = {
        **_container("router", "skupper-router", names.ROUTER_VERSION, _router_environment(site)),
        "ports": [{"name": name, "containerPort": port} for name, port in _router_ports(site).items()],
        "livenessProbe": _probe(9090, 60),
        "readinessProbe": _probe(9090, 1),
        "volumeMounts": [
            {"name": names.LOCAL_SERVER, "mountPath": f"{_CERTS}/skupper-amqps/"},
            {"name": "router-config", "mountPath": "/etc/skupper-router/config/"},
            *([] if site.edge else [{"name": names.SITE_SERVER, "mountPath": f"{_CERTS}/{names.INTERNAL}/"}]),
            certs,
        ],
    }
    sync = {
        **_container("config-sync", "config-sync", names.VERSION, []),
        "readinessProbe": _probe(9191, 1),
        "volumeMounts": [
            *([] if site.edge else [{"name": "claims-cert", "mountPath": f"/etc/{names.INTERNAL}/"}]),
            certs,
        ],
    }
    volumes = _router_volumes(site)
    deployment = _deployment(site, names.ROUTER, _ROUTER_LABELS, [router, sync], volumes, router_notes(site))
    deployment["spec"]["replicas"] = site.routers
    return deployment


def router_notes(site: SiteConfig) -> dict[str, str]:
    """Make the annotations of the router's pods."""
    return {"prometheus.io/port": "9090", "prometheus.io/scrape": "true", **site.router_notes}


def _router_environment(site: SiteConfig) -> list[Object]:
    fields: list[Object] = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in _FIELDS.items()
    ]
    mesh = [_value("APPLICATION_NAME", names.ROUTER), *fields, _value("QDROUTERD_AUTO_MESH_DISCOVERY", "QUERY")]
    return [
        *([] if site.edge else mesh),
        _value("QDROUTERD_CONF", f"/etc/skupper-router/config/{names.ROUTER_CONFIG_KEY}"),
        _value("QDROUTERD_CONF_TYPE", "json"),
        _value("SKUPPER_SITE_ID", site.uid),
    ]


def _router_ports(site: SiteConfig) -> dict[str, int]:
    public = {"inter-router": names.INTER_ROUTER_PORT, "edge": names.EDGE_PORT}
    return {"amqps": 5671, "http": 9090, **({} if site.edge else public)}


def _router_volumes(site: SiteConfig) -> list[Object]:
    public = [_secret_volume(names.SITE_SERVER), _secret_volume(names.SITE_SERVER, "claims-cert")]
    return [
        _secret_volume(names.LOCAL_SERVER),
        {"name": "router-config", "configMap": {"name": names.INTERNAL}},
        *([] if site.edge else public),
        {"name": "skupper-router-certs", "emptyDir": {}},
    ]


def controller_deployment(site: SiteConfig, router_uid: str) -> Object:
    """Make Deployment skupper-service-controller, with the UID of the router's Deployment in its environment."""
    environment = {
        "SKUPPER_NAMESPACE": site.namespace,
        "SKUPPER_SITE_NAME": site.name,
        "SKUPPER_SITE_ID": site.uid,
        "SKUPPER_SERVICE_ACCOUNT": names.ROUTER,
        "SKUPPER_ROUTER_MODE": "edge" if site.edge else "interior",
        "OWNER_NAME": names.ROUTER,
        "OWNER_UID": router_uid,
    }
    values = [_value(name, value) for name, value in environment.items()]
    container = {
        **_container("service-controller", "service-controller", names.VERSION, values),
        "readinessProbe": _probe(8182, 1),
        "volumeMounts": [{"name": names.LOCAL_CLIENT, "mountPath": "/etc/messaging/"}],
    }
    volumes = [_secret_volume(names.LOCAL_CLIENT)]
    return _deployment(site, names.CONTROLLER, _CONTROLLER_LABELS, [container], volumes, site.controller_notes)


def _deployment(
    site: SiteConfig,
    name: str,
    base_labels: dict[str, str],
    containers: list[Object],
    volumes: list[Object],
    annotations: dict[str, str],
) -> Object:
    labels = {**base_labels, **site.labels}
    pod = {
        "serviceAccountName": name,
        "securityContext": {"runAsNonRoot": True},
        "containers": containers,
        "volumes": volumes,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels, "ownerReferences": [site.owner]},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {names.COMPONENT: base_labels[names.COMPONENT]}},
            "template": {"metadata": {"labels": labels, "annotations": annotations or None}, "spec": pod},
        },
    }


def _container(name: str, image: str, version: str, environment: list[Object]) -> Object:
    return {
        "name": name,
        "image": f"{_REGISTRY}/{image}:{version}",
        "imagePullPolicy": "IfNotPresent",
        "env": environment or None,
        "securityContext": _CONTAINER_SECURITY,
    }


def _value(name: str, value: str) -> Object:
    return {"name": name, "value": value}


def _probe(port: int, delay: int) -> dict[str, Any]:
    return {"initialDelaySeconds": delay, "httpGet": {"path": "/healthz", "port": port}}


def _secret_volume(secret_name: str, volume: str | None = None) -> Object:
    return {"name": volume or secret_name, "secret": {"secretName": secret_name}}


def connect_json(namespace: str) -> bytes:
    """Make the file with which the service-controller finds its router (pkg/utils/configs)."""
    return f"""
{{
    "scheme": "amqps",
    "host": "{names.ROUTER_LOCAL}.{namespace}.svc.cluster.local",
    "port": "5671",
    "tls": {{
        "ca": "/etc/messaging/ca.crt",
        "cert": "/etc/messaging/tls.crt",
        "key": "/etc/messaging/tls.key",
        "verify": true
    }}
}}
""".encode()


def ingress(site: SiteConfig) -> Object:
    """Make Ingress skupper; without an ingress host its rules stay bare names."""
    suffix = f".{site.namespace}.{site.ingress_host}" if site.ingress_host else ""
    rules = [_rule(role + suffix, port) for role, port in names.PORTS.items()]
    nginx = {
        "kubernetes.io/ingress.class": "nginx",
        "nginx.ingress.kubernetes.io/ssl-passthrough": "true",
        "nginx.ingress.kubernetes.io/ssl-redirect": "true",
    }
    meta = metadata(site, names.INGRESS)
    if site.ingress == "nginx-ingress-v1":
        meta["annotations"] = nginx
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": {"rules": rules}}


def _rule(host: str, port: int) -> Object:
    backend = {"service": {"name": names.ROUTER, "port": {"number": port}}}
    return {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}


def routes(site: SiteConfig) -> list[Object]:
    """Make the three passthrough Routes; without an ingress host OpenShift would name their hosts."""
    targets = {"skupper-inter-router": "inter-router", "skupper-edge": "edge", "claims": "claims"}
    return [_route(site, name, target) for name, target in targets.items()]


def _route(site: SiteConfig, name: str, target: str) -> Object:
    insecure = "Redirect" if target == "claims" else "None"
    spec: Object = {
        "port": {"targetPort": target},
        "to": {"kind": "Service", "name": names.ROUTER},
        "tls": {"termination": "passthrough", "insecureEdgeTerminationPolicy": insecure},
    }
    if site.ingress_host:
        spec["host"] = f"{name}-{site.namespace}.{site.ingress_host}"
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": metadata(site, name),
        "spec": spec,
    }
