# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own ConfigMaps and Secrets (client/router_create.go, pkg/qdr/qdr.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._model.secret import SecretBytes
from ..._model.site import Mode, RouterConfig, RouterState, SiteCertificates, SiteConfig
from ..rules.settings import CONTROLLER_NOTES, LOGGING, ROUTER_NOTES, SEPARATOR
from . import keys
from .location import read_evicted, read_evicted_locations
from .manifest import (
    Manifest,
    label,
    mapping,
    metadata,
    notes_of,
    owner_references,
    secret_data,
    sequence,
    truth,
)


def site_data(manifest: Mapping[str, Any]) -> dict[str, str]:
    """All that ConfigMap skupper-site says, key by key."""
    return {str(k): str(v) for k, v in mapping(manifest.get("data")).items()}


def made_by_cli(manifest: Mapping[str, Any]) -> bool:
    """Whether no site-controller selects a ConfigMap skupper-site; the label's value does not matter to its watch."""
    return label(manifest, keys.IGNORED) is not None


def write_site_config(namespace: str, data: Mapping[str, str]) -> Manifest:
    """ConfigMap skupper-site for site-controller, marked as made in this namespace.

    site-controller copies annotations to the site's pods, unless they are named as excluded, which it does not copy.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": keys.SITE_CONFIG,
            "annotations": {keys.OWNER: namespace, keys.EXCLUDED: keys.OWNER},
        },
        "data": dict(data),
    }


def site_patch(manifest: Mapping[str, Any], data: Mapping[str, str]) -> Manifest:
    """A merge patch that changes settings which site-controller follows.

    It restarts the router for new log levels and takes the restart back at once, since it overwrites the annotations
    of the pods with those that the ConfigMap asks for (cmd/site-controller/controller.go, checkSite). With the levels
    among these the restart stays.
    """
    notes = {keys.LOGGING: data[LOGGING]} if LOGGING in data else {}
    version = metadata(manifest).get("resourceVersion")
    return {"metadata": {"resourceVersion": version, "annotations": notes}, "data": dict(data)}


def reminder(manifest: Mapping[str, Any], stamp: str) -> Manifest:
    """A merge patch that makes site-controller look at a site once more, and changes nothing else.

    Its informer passes over what has the same resourceVersion as before, however often it lists it, and whatever fails
    while it follows a change is logged and forgotten (cmd/site-controller/controller.go).
    """
    excluded = [name for name in notes_of(manifest).get(keys.EXCLUDED, "").split(",") if name not in ("", keys.ASKED)]
    notes = {keys.ASKED: stamp, keys.EXCLUDED: ",".join([*excluded, keys.ASKED])}
    return {"metadata": {"resourceVersion": metadata(manifest).get("resourceVersion"), "annotations": notes}}


def pod_notes(manifest: Mapping[str, Any], deployment: str) -> dict[str, str]:
    """The annotations that a ConfigMap skupper-site asks for on the pods of the router or of the service-controller."""
    notes, data = notes_of(manifest), site_data(manifest)
    excluded = {keys.EXCLUDED, "skupper.io/exclude-labels", *notes.get(keys.EXCLUDED, "").split(",")}
    own = data.get(ROUTER_NOTES if deployment == keys.ROUTER else CONTROLLER_NOTES, "")
    listed = (entry.partition("=") for entry in own.split(data.get(SEPARATOR) or ",") if entry)
    return {
        **{key: value for key, value in notes.items() if key not in excluded},
        **{key: value for key, _equals, value in listed},
    }


def template_notes(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The annotations of a Deployment's pods."""
    return notes_of(mapping(mapping(manifest.get("spec")).get("template")))


def is_rolled_out(manifest: Mapping[str, Any]) -> bool:
    """Whether all pods of a Deployment are of its present template and ready, and no others are left."""
    status, spec = mapping(manifest.get("status")), mapping(manifest.get("spec"))
    wanted = spec.get("replicas", 1)
    counts = {status.get(name) or 0 for name in ("replicas", "updatedReplicas", "readyReplicas")}
    seen = (status.get("observedGeneration") or 0) >= (metadata(manifest).get("generation") or 0)
    return bool(wanted) and seen and counts == {wanted}


def read_log_levels(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The log levels in ConfigMap skupper-internal, by the router's modules."""
    entities = _entities(str(mapping(manifest.get("data")).get(keys.ROUTER_CONFIG_KEY) or ""))
    return {str(body.get("module")): str(body.get("enable")) for kind, body in entities if kind == "log"}


def read_site_config(manifest: Mapping[str, Any]) -> SiteConfig:
    """Read ConfigMap skupper-site with the defaults and legacy keys Skupper honours."""
    data = site_data(manifest)
    ingress = data.get("ingress") or ("none" if truth(data.get("cluster-local")) else None)
    mode = data.get("router-mode") or ("edge" if truth(data.get("edge")) else "interior")
    return SiteConfig(
        site_id=str(metadata(manifest).get("uid") or ""),
        name=data.get("name") or str(metadata(manifest).get("namespace") or ""),
        mode=Mode.EDGE if mode == Mode.EDGE.value else Mode.INTERIOR,
        ingress=ingress,
        ingress_host=data.get("router-ingress-host") or data.get("ingress-host") or "",
    )


def read_router_config(manifest: Mapping[str, Any]) -> RouterConfig:
    """Read ConfigMap skupper-internal; whatever of it can't be understood is left out."""
    entities = _entities(str(mapping(manifest.get("data")).get(keys.ROUTER_CONFIG_KEY) or ""))
    router = next((body for kind, body in entities if kind == "router"), {})
    connectors = tuple(str(body.get("name")) for kind, body in entities if kind == "connector" and body.get("name"))
    return RouterConfig(
        mode=Mode.EDGE if router.get("mode") == Mode.EDGE.value else Mode.INTERIOR,
        version=_version(router),
        connectors=connectors,
        owner_references=owner_references(manifest),
        site_id=_router_site_id(router),
    )


def _entities(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    pairs = [sequence(entry) for entry in sequence(_json(text))]
    return [(str(pair[0]), mapping(pair[1])) for pair in pairs if len(pair) == 2]


def _version(router: Mapping[str, Any]) -> str:
    """The version inside the router's metadata; a value that is no JSON object is the site id alone."""
    return str(mapping(_json(str(router.get("metadata") or ""))).get("version") or "")


def _router_site_id(router: Mapping[str, Any]) -> str:
    """Return the site's id inside the router's metadata; "" if there is none."""
    text = str(router.get("metadata") or "")
    known = _json(text)
    return str(known.get("id") or "") if isinstance(known, dict) else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_authority(manifest: Mapping[str, Any]) -> tuple[bytes, SecretBytes]:
    """Read certificate and key of Secret skupper-site-ca; only whoever is about to sign needs the key."""
    try:
        data = secret_data(manifest)
    except ValueError:
        data = {}
    return data.get(keys.CERTIFICATE, b""), SecretBytes(data.get(keys.KEY, b""))


def read_site_ca(manifest: Mapping[str, Any]) -> SiteCertificates:
    """Read the certificate, not the key, of Secret skupper-site-ca, and the id of the site that owns it."""
    certificate, locations = read_certificate(manifest), read_evicted_locations(manifest)
    return SiteCertificates(owning_site(manifest), certificate, read_evicted(manifest), locations)


def read_certificate(manifest: Mapping[str, Any]) -> bytes:
    """The certificate of a TLS Secret, b"" if it has none that can be read."""
    try:
        return secret_data(manifest).get(keys.CERTIFICATE, b"")
    except ValueError:
        return b""


def read_router_state(manifest: Mapping[str, Any]) -> RouterState:
    """How the Deployment of the site's router is doing; its default is one replica."""
    wanted = mapping(manifest.get("spec")).get("replicas", 1)
    ready = mapping(manifest.get("status")).get("readyReplicas", 0)
    return RouterState(str(metadata(manifest).get("uid") or ""), _count(wanted), _count(ready))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def owning_site(manifest: Mapping[str, Any]) -> str | None:
    """Id of the site that an object belongs to and is removed with; None if it belongs to none."""
    for owner in owner_references(manifest):
        if owner.get("kind") == "ConfigMap" and owner.get("name") == keys.SITE_CONFIG:
            return str(owner.get("uid") or "") or None
    return None


def service_ports(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The ports of a Service by their names."""
    ports = [mapping(port) for port in sequence(mapping(manifest.get("spec")).get("ports"))]
    return {str(port.get("name")): port for port in ports}


def load_balancer_host(manifest: Mapping[str, Any]) -> str:
    """The first address of a LoadBalancer Service, IP preferred; "" while it is pending (pkg/kube/resolver)."""
    status = mapping(mapping(manifest.get("status")).get("loadBalancer"))
    for entry in map(mapping, sequence(status.get("ingress"))):
        host = entry.get("ip") or entry.get("hostname")
        if host:
            return str(host)
    return ""


def route_host(manifest: Mapping[str, Any]) -> str:
    """The host of an OpenShift Route, as its spec has it."""
    return str(mapping(manifest.get("spec")).get("host") or "")


def route_refusal(manifest: Mapping[str, Any]) -> str:
    """Why every router of OpenShift has refused a Route; "" if one has not, or none has spoken yet."""
    entries = [mapping(entry) for entry in sequence(mapping(manifest.get("status")).get("ingress"))]
    refusals = [_not_admitted(entry) for entry in entries]
    return next(iter(refusals), "") if all(refusals) else ""


def _not_admitted(entry: Mapping[str, Any]) -> str:
    for condition in map(mapping, sequence(entry.get("conditions"))):
        if condition.get("type") == "Admitted" and condition.get("status") == "False":
            return str(condition.get("reason") or condition.get("message") or "not admitted")
    return ""


def ingress_host(manifest: Mapping[str, Any], port: int) -> str:
    """The host of the Ingress rule whose backend is a port of the router's Service; "" if there is none."""
    for rule in map(mapping, sequence(mapping(manifest.get("spec")).get("rules"))):
        paths = sequence(mapping(rule.get("http")).get("paths"))
        if any(_backend_port(mapping(path)) == port for path in paths):
            return str(rule.get("host") or "")
    return ""


def rule_hosts(manifest: Mapping[str, Any]) -> list[str]:
    """The hosts of all rules of an Ingress."""
    rules = map(mapping, sequence(mapping(manifest.get("spec")).get("rules")))
    return [str(rule["host"]) for rule in rules if rule.get("host")]


def _backend_port(path: Mapping[str, Any]) -> Any:
    backend = mapping(path.get("backend"))
    number = mapping(mapping(backend.get("service")).get("port")).get("number")
    return number if number is not None else backend.get("servicePort")
