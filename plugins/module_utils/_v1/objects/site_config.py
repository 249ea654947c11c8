# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ConfigMap skupper-site as site-controller follows it, and the objects that show whether it did (cmd/site-controller)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._model.site_plan import FoundSite
from ..rules.settings import CONTROLLER_NOTES, LOGGING, ROUTER_NOTES, SEPARATOR
from . import keys
from .manifest import Manifest, label, mapping, metadata, notes_of
from .site import read_site_config, router_entities, site_data


def read_site(manifest: Mapping[str, Any]) -> FoundSite:
    """Read all that ConfigMap skupper-site says; a default ingress is left out, since the cluster decides about it."""
    config, version = read_site_config(manifest), metadata(manifest).get("resourceVersion")
    data, notes = site_data(manifest), notes_of(manifest)
    version = None if version is None else str(version)
    return FoundSite(config, config.ingress or "", data, made_by_cli(manifest), notes, version)


def made_by_cli(manifest: Mapping[str, Any]) -> bool:
    """Return whether no site-controller selects a ConfigMap skupper-site; the label's value does not matter to its watch."""
    return label(manifest, keys.IGNORED) is not None


def write_site_config(namespace: str, data: Mapping[str, str]) -> Manifest:
    """Return ConfigMap skupper-site for site-controller, marked as made in this namespace.

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


def site_patch(version: str | None, data: Mapping[str, str]) -> Manifest:
    """Return a merge patch that changes settings which site-controller follows.

    It restarts the router for new log levels and takes the restart back at once, since it overwrites the annotations
    of the pods with those that the ConfigMap asks for (cmd/site-controller/controller.go, checkSite). With the levels
    among these the restart stays.
    """
    notes = {keys.LOGGING: data[LOGGING]} if LOGGING in data else {}
    return {"metadata": {"resourceVersion": version, "annotations": notes}, "data": dict(data)}


def reminder(manifest: Mapping[str, Any], stamp: str) -> Manifest:
    """Return a merge patch that makes site-controller look at a site once more, and changes nothing else.

    Its informer passes over what has the same resourceVersion as before, however often it lists it, and whatever fails
    while it follows a change is logged and forgotten (cmd/site-controller/controller.go).
    """
    excluded = [name for name in notes_of(manifest).get(keys.EXCLUDED, "").split(",") if name not in ("", keys.ASKED)]
    notes = {keys.ASKED: stamp, keys.EXCLUDED: ",".join([*excluded, keys.ASKED])}
    return {"metadata": {"resourceVersion": metadata(manifest).get("resourceVersion"), "annotations": notes}}


def pod_notes(site: FoundSite, deployment: str) -> dict[str, str]:
    """Return the annotations that a ConfigMap skupper-site asks for on the pods of the router or of the service-controller."""
    notes, data = site.annotations, site.data
    excluded = {keys.EXCLUDED, "skupper.io/exclude-labels", *notes.get(keys.EXCLUDED, "").split(",")}
    own = data.get(ROUTER_NOTES if deployment == keys.ROUTER else CONTROLLER_NOTES, "")
    listed = (entry.partition("=") for entry in own.split(data.get(SEPARATOR) or ",") if entry)
    return {
        **{key: value for key, value in notes.items() if key not in excluded},
        **{key: value for key, _equals, value in listed},
    }


def template_notes(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the annotations of a Deployment's pods."""
    return notes_of(mapping(mapping(manifest.get("spec")).get("template")))


def is_rolled_out(manifest: Mapping[str, Any]) -> bool:
    """Return whether all pods of a Deployment are of its present template and ready, and no others are left."""
    status, spec = mapping(manifest.get("status")), mapping(manifest.get("spec"))
    wanted = spec.get("replicas", 1)
    counts = {status.get(name) or 0 for name in ("replicas", "updatedReplicas", "readyReplicas")}
    seen = (status.get("observedGeneration") or 0) >= (metadata(manifest).get("generation") or 0)
    return bool(wanted) and seen and counts == {wanted}


def read_log_levels(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the log levels in ConfigMap skupper-internal, by the router's modules."""
    return {
        str(body.get("module")): str(body.get("enable")) for kind, body in router_entities(manifest) if kind == "log"
    }
