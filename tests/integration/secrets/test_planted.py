# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search finds what is planted, wherever that is: without this, finding nothing would mean nothing."""

from __future__ import annotations

import secrets

import pytest

from tests.harness import NEWEST_AT_LEAST, Core
from tests.integration.secrets.leak_search import Secret, Sighting, find_leaks
from tests.integration.secrets.sites import Sites
from tests.integration.secrets.watched_runs import Scratch

EVERYWHERE = {"output", "log", "tree", "junit", "record.json"}
# What is planted, and where at least it has to be found.
PLANTED = {
    "printed": EVERYWHERE,
    "encoded": EVERYWHERE,
    "shortened": EVERYWHERE,
    "hidden": {"output", "log"},
    "argument": {"argv", "ps"},
    "logged": {"argv", "ps", "syslog", *EVERYWHERE},
    "fact": {"facts"},
    "job": {"async"},
    "left": {"home"},
    "wide": {"exposed"},
    "moment": {"exposed"},
}


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_every_planted_secret_is_found(sites: Sites, scratch: Scratch, core: Core) -> None:
    planted = {name: secrets.token_hex(100 if name == "shortened" else 10) for name in PLANTED}
    run = sites.run(
        scratch,
        core,
        sites.play("planted"),
        "-vvvv",
        values={**planted, "temporary": str(scratch.temporary)},
        environment={"ANSIBLE_CALLBACKS_ENABLED": "tree,junit,record,careless", "MOMENT": planted["moment"]},
    )
    assert run.code == 0, run.output
    leaks = find_leaks(run.sightings, (Secret(name, value.encode()) for name, value in planted.items()))
    found = {name: {leak.channel for leak in leaks if leak.secret == name} for name in PLANTED}
    missed = {name: channels - found[name] for name, channels in PLANTED.items() if channels - found[name]}
    assert not missed


def test_secrets_that_live_for_a_moment_are_known(sites: Sites, scratch: Scratch, core: Core) -> None:
    """A claim that is issued and removed within one task leaves nothing that could be looked for afterwards."""
    issuer = {"context": "{{ issuer_context }}", "namespace": "{{ issuer }}"}
    task = {"name": "link", "sitemesh.skupper.skupper_link": {"issuer": issuer}}
    undo = {"sitemesh.skupper.skupper_link": {"site_id": "{{ issuer_id }}", "state": "absent"}}
    assert not sites.run(scratch, core, sites.play([task, undo])).failed("link")
    names = {secret.name for secret in sites.secrets()}
    assert any(name.startswith(f"password of Secret {sites.issuing.namespace}/") for name in names)
    assert any(name.startswith(f"password of Secret {sites.linking.namespace}/") for name in names)
    assert any(name.startswith("tls.key of Secret ") for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "x {} y",
        "line broken\\n here: {}",
        '{{"quoted": "{}"}}',
    ],
)
def test_a_key_is_found_in_any_layout(text: str) -> None:
    key = "-----BEGIN KEY-----\n" + "\n".join(secrets.token_hex(32) for _line in range(20)) + "\n-----END KEY-----\n"
    wanted = [Secret("key", key.encode())]
    for written in (key, key.replace("\n", "\\n"), key.replace("\n", "\n        "), key[200:500]):
        assert find_leaks([Sighting("output", "", text.format(written))], wanted)
    assert not find_leaks([Sighting("output", "", text.format(secrets.token_hex(1000)))], wanted)
