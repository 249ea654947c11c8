# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No password, key or bearer token can be seen anywhere by anyone else, and failures can be read all the same."""

from __future__ import annotations

import pytest

from tests.harness import CORES, NEWEST, OLDEST, Core, on_core
from tests.integration.secrets.sites import BECOME, ENVIRONMENT, INLINE, INTERPRETER, Keywords, Sites
from tests.integration.secrets.watched_runs import Play, Run, Scratch, Task

SECRETS = "secrets"
each_core = pytest.mark.parametrize("core", [on_core(core, SECRETS) for core in CORES], ids=str)
thorough = (pytest.mark.thorough,)

PATHS = {"in the controller process": INLINE, "as a module": ENVIRONMENT}
PLAYS = ("claims", "files", "issuers", "revoke")

# The tasks that fail, their reasons, and something that the message must not hide.
FAILURES = {
    "link with a spent token": ("claim_used_up", "{run}-1 is used up"),
    "link with a wrong password": ("claim_refused", "{run}-2 does not accept the claim"),
    "link with a token that lacks its address": ("token_malformed", "no Skupper token"),
    "link with text that is no YAML": ("token_malformed", "no valid YAML"),
    "make two links to one site": ("invalid_option", "lead to site"),
    "make links with an unknown option": (None, "tokn"),
    "make links of text": (None, "dict"),
    "make links with a spent token": ("claim_used_up", "{run}-1 is used up"),
    "make links by an issuer that does not know the bearer token": ("unauthorized", "does not accept the credentials"),
    "link with a password for a token": ("token_malformed", "one YAML document"),
    "link with a token for a file name": ("token_unreadable", "src is no file name"),
    "link with text for a file name": ("token_unreadable", "src is no file name"),
    "link with an unknown option": (None, "tokn"),
    "link with a cost that is no number": (None, "cost"),
    "link with two credentials": (None, "mutually exclusive"),
    "write a token into a folder that is missing": ("dest_unwritable", "kept/none"),
    "link from a file with a spent token": ("claim_used_up", "{run}-3 is used up"),
    "link from a file that is no token": ("token_malformed", "secret.txt"),
    "link from a file that is missing": ("token_unreadable", "none.yml"),
    "link by an issuer that does not know the bearer token": ("unauthorized", "does not accept the credentials"),
    "link by an issuer with an unknown option": (None, "hots"),
    "link by an issuer that is no dictionary": (None, "dict"),
    "link by an issuer that is no dictionary beside a bearer token": (None, "dict"),
    "link by an issuer whose proxy headers are no dictionary": (None, "dict"),
    "links, asking an issuer with an unknown option": (None, "hots"),
    "links, asking issuers that are no dictionaries": (None, "dict"),
    "links, asking issuers that are no list": (None, "dict"),
    "links by a key that does not fit": ("credentials_failed", "client.pem"),
    "links by a key that is none": ("credentials_failed", "client.pem"),
    "links by user and password": ("forbidden", "system:anonymous"),
    "links through a proxy that is not there": ("api_unreachable", "Connection refused"),
    "links through a proxy with an unknown option": (None, "agent"),
    "links of a context that is not in the kubeconfig": ("context_unknown", "elsewhere"),
    "links by a kubeconfig that is no YAML": ("kubeconfig_invalid", "secret.txt"),
    "links by a kubeconfig whose key is no key": ("credentials_failed", "can't be"),
    "links by an exec plugin that fails": (None, ""),
    "links with an unknown option": (None, "nme"),
    "the site with a wrong type": (None, "request_timeout"),
    "link with a revoked token": ("issuer_untrusted", "{run}-6"),
    "revoke by a bearer token that is not known": ("unauthorized", "does not accept the credentials"),
    "revoke with an unknown option": (None, "ud"),
    "revoke without the rights": ("forbidden", "linker"),
}
# Ansible's own hiding of a result, not ours, is what a loop over tokens ends in, and until.
HIDDEN = ("issue a token", "issue two in a loop", "issue until it is enough", "issue a cert token", "link in a loop")
MASKS = ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "********")


@pytest.mark.parametrize(
    ("core", "way"),
    [
        on_core(NEWEST, SECRETS, "in the controller process"),
        on_core(OLDEST, SECRETS, "in the controller process"),
        # Tasks that are shipped are seen in test_other_ways_to_run_show_nothing, too.
        on_core(NEWEST, SECRETS, "as a module", marks=thorough),
        on_core(OLDEST, SECRETS, "as a module", marks=thorough),
    ],
    ids=str,
)
def test_nothing_secret_can_be_seen(sites: Sites, scratch: Scratch, core: Core, way: str) -> None:
    # A process of its own for each task takes long; what the cores do differently shows in the first play.
    names = PLAYS[:1] if PATHS[way] and core is NEWEST else PLAYS
    plays = [sites.play(name, PATHS[way]) for name in names]
    failures = {task: FAILURES[task] for play in plays for task in names_of(play) if task in FAILURES}
    run = sites.run(scratch, core, plays, "-vvvv", "--diff")
    assert bool(run.shipped) == (PATHS[way] is not INLINE)
    assert sites.leaks(run) == []
    failed = {result.task for result in run.results if result.event == "failed"} - set(HIDDEN)
    assert failed == set(failures)
    unreadable = [
        why for task, wanted in failures.items() if (why := _unreadable(run, task, *wanted, scratch.top.name))
    ]
    assert unreadable == []
    assert {result.task for result in run.results if "censored" in result.result} == set(HIDDEN)


def names_of(play: Play) -> list[str]:
    """The names of a play's tasks."""
    return [task["name"] for task in play["tasks"]]


def _unreadable(run: Run, task: str, reason: str | None, words: str, name: str) -> str:
    result = run.of(task)
    message = str(result.get("msg"))
    good = words.format(run=name) in message and not any(mask in message for mask in MASKS)
    if reason is not None:
        good = good and result.get("reason") == reason
    return "" if good else f"{task}: {result.get('reason')}: {message}"


def test_every_failure_is_one_of_a_task(sites: Sites) -> None:
    tasks = {task for play in PLAYS for task in names_of(sites.play(play))}
    assert set(FAILURES) <= tasks
    assert set(HIDDEN) <= tasks


@each_core
def test_a_hidden_failure_is_told_all_the_same(sites: Sites, scratch: Scratch, core: Core) -> None:
    """The items of a loop over tokens can't be shown; why a link could not be made can."""
    tokens = [sites.issuing.token(f"looped-{number}-{core}") for number in range(2)]
    tasks: list[Task] = [
        {"name": "link", "sitemesh.skupper.skupper_link": {"token": "{{ item }}", "cost": 0}, "loop": "{{ tokens }}"}
    ]
    run = sites.run(scratch, core, sites.play(tasks), values={"tokens": tokens})
    assert "cost is 0" in run.output
    assert sites.leaks(run) == []


@each_core
def test_other_callbacks_show_nothing(sites: Sites, scratch: Scratch, core: Core) -> None:
    stdout = "minimal" if core is NEWEST else "oneline"
    run = sites.run(scratch, core, sites.play("claims"), "-vvv", environment={"ANSIBLE_STDOUT_CALLBACK": stdout})
    assert "claim_used_up" in run.output
    assert sites.leaks(run) == []


BASICS = ("write a token", "link with a token", "unlink", "link with a wrong password", "link with an unknown option")
MORE = ("link by an issuer", "links by client certificate")
# Keywords of the play, keywords of each task, and the tasks.
WAYS: dict[str, tuple[Keywords, Keywords, tuple[str, ...]]] = {
    "become": (BECOME, {}, BASICS + MORE),
    "interpreter": (INTERPRETER, {}, BASICS + MORE),
    "async": ({}, {"async": 60, "poll": 1}, BASICS),
}


@pytest.mark.parametrize(
    ("core", "way"),
    [
        on_core(NEWEST, SECRETS, "interpreter", marks=thorough),
        on_core(NEWEST, SECRETS, "async"),
        on_core(OLDEST, SECRETS, "become"),
        on_core(OLDEST, SECRETS, "async", marks=thorough),
    ],
    ids=str,
)
def test_other_ways_to_run_show_nothing(sites: Sites, scratch: Scratch, core: Core, way: str) -> None:
    play_keywords, task_keywords, tasks = WAYS[way]
    play = sites.play("quick", play_keywords)
    play["tasks"] = [{**task, **task_keywords} for task in play["tasks"] if task["name"] in tasks]
    other = OLDEST if core is NEWEST else NEWEST
    run = sites.run(scratch, core, play, "-vvvv", "--diff", values={"other_python": other.python})
    # A task whose arguments do not fit need not come that far.
    assert len(run.shipped) >= len(play["tasks"]) - 1
    assert sites.leaks(run) == []
    assert [result.task for result in run.results if result.event == "failed"] == [
        "link with a wrong password",
        "link with an unknown option",
    ]
    assert run.of("link with a wrong password")["reason"] == "claim_refused"
    assert sites.issuing.site_id in str(run.of("link with a token"))


@each_core
def test_a_token_is_not_left_to_async_status(sites: Sites, scratch: Scratch, core: Core) -> None:
    task: Task = {
        "name": "issue",
        "sitemesh.skupper.skupper_token": {
            "name": "{{ run }}",
            "context": "{{ issuer_context }}",
            "namespace": "{{ issuer }}",
        },
        "async": 60,
        "poll": 0,
    }
    run = sites.run(scratch, core, sites.play([task]), "-vvvv")
    assert run.of("issue")["reason"] == "async_refused"
    assert sites.issuing.get("secrets", scratch.top.name) is None
