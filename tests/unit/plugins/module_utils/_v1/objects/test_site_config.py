# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ConfigMap skupper-site as site-controller follows it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import site_config
from hypothesis import given

from tests.unit.support import recorded
from tests.unit.support.json_values import anything


def test_configuration_is_marked() -> None:
    """As made here, and the mark does not reach the pods."""
    made = site_config.write_site_config("west", {"name": "hub"})
    assert made["metadata"]["name"] == "skupper-site"
    assert "labels" not in made["metadata"]
    assert made["data"] == {"name": "hub"}
    assert made["metadata"]["annotations"]["sitemesh.skupper/owner"] == "west"
    assert site_config.pod_notes(site_config.read_site(made), "skupper-router") == {}
    assert not site_config.made_by_cli(made)


@pytest.mark.parametrize("site", ["west", "east", "shore", "south"])
def test_sites_of_the_command_line(site: str) -> None:
    """They carry the label that keeps site-controller away."""
    assert site_config.made_by_cli(recorded.document(f"{site}/skupper-site"))


def test_log_levels_come_with_an_annotation() -> None:
    """Without it, site-controller would take the restart of the router back."""
    assert site_config.site_patch("7", {"router-logging": "info"}) == {
        "metadata": {"resourceVersion": "7", "annotations": {"sitemesh.skupper/router-logging": "info"}},
        "data": {"router-logging": "info"},
    }
    assert site_config.site_patch("7", {"annotation-separator": ";"})["metadata"]["annotations"] == {}


@pytest.mark.parametrize(
    ("notes", "data", "router", "controller"),
    [
        ({}, {}, {}, {}),
        ({"a": "1"}, {}, {"a": "1"}, {"a": "1"}),
        ({"a": "1", "b": "2", "skupper.io/exclude-annotations": "a,c"}, {}, {"b": "2"}, {"b": "2"}),
        ({"skupper.io/exclude-labels": "a"}, {}, {}, {}),
        ({}, {"router-pod-annotations": "a=1,b=2=3"}, {"a": "1", "b": "2=3"}, {}),
        ({}, {"controller-pod-annotations": "a=1;b=2", "annotation-separator": ";"}, {}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"router-pod-annotations": "a=2"}, {"a": "2"}, {"a": "1"}),
    ],
    ids=str,
)
def test_annotations_of_pods(
    notes: dict[str, str], data: dict[str, str], router: dict[str, str], controller: dict[str, str]
) -> None:
    """As site-controller sets them."""
    manifest = {"metadata": {"annotations": notes}, "data": data}
    assert site_config.pod_notes(site_config.read_site(manifest), "skupper-router") == router
    assert site_config.pod_notes(site_config.read_site(manifest), "skupper-service-controller") == controller


@pytest.mark.parametrize("excluded", [None, "", "a,c", "a,sitemesh.skupper/asked-again"])
def test_a_reminder_reaches_no_pod(excluded: str | None) -> None:
    """It is a change of the ConfigMap, and none of what site-controller makes of it."""
    notes = {"a": "1", "b": "2", **({} if excluded is None else {"skupper.io/exclude-annotations": excluded})}
    manifest = {"metadata": {"resourceVersion": "7", "annotations": notes}}
    patch = site_config.reminder(manifest, "2026-01-02T03:04:05Z")
    assert patch["metadata"].pop("resourceVersion") == "7"
    reminded = {"metadata": {"annotations": {**notes, **patch["metadata"]["annotations"]}}}
    assert list(patch) == ["metadata"]
    assert reminded["metadata"]["annotations"]["sitemesh.skupper/asked-again"] == "2026-01-02T03:04:05Z"
    assert site_config.pod_notes(site_config.read_site(reminded), "skupper-router") == site_config.pod_notes(
        site_config.read_site(manifest), "skupper-router"
    )


@pytest.mark.parametrize(
    ("generation", "replicas", "status", "out"),
    [
        (1, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, True),
        (1, 2, {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}, True),
        (2, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 1, "readyReplicas": 1}, False),
        (1, 0, {"observedGeneration": 1}, False),
        (1, None, {}, False),
    ],
)
def test_rollout(generation: int, replicas: int | None, status: dict[str, int], out: bool) -> None:
    """Only the pods of the present template count, and none of an older one may be left."""
    spec = {} if replicas is None else {"replicas": replicas}
    assert site_config.is_rolled_out({"metadata": {"generation": generation}, "spec": spec, "status": status}) is out


def test_recorded_log_levels() -> None:
    """Of the router, by module."""
    assert site_config.read_log_levels(recorded.document("west/skupper-internal")) == {"ROUTER_CORE": "error+"}


@given(anything)
def test_unreadable_objects_are_no_obstacle(value: Any) -> None:
    """Whatever somebody wrote into them."""
    manifest = value if isinstance(value, dict) else {"metadata": value, "data": value, "spec": value, "status": value}
    site_config.made_by_cli(manifest)
    site_config.pod_notes(site_config.read_site(manifest), "skupper-router")
    site_config.template_notes(manifest)
    site_config.is_rolled_out(manifest)
    site_config.read_log_levels(manifest)
