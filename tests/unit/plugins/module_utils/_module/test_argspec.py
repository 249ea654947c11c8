# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of each module and the options it takes are the same."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.spec import Options, Spec

from tools.specs import MODULES, spec_of

PLUGINS = "ansible_collections.sitemesh.skupper.plugins"
SPECS: dict[str, Spec] = {name: spec_of(name) for name in MODULES}


def fragment(name: str) -> dict[str, Any]:
    """A documentation fragment, by the name that modules use."""
    _namespace, _collection, file, *part = name.split(".")
    where = importlib.import_module(f"{PLUGINS}.doc_fragments.{file}")
    loaded: dict[str, Any] = yaml.safe_load(getattr(where.ModuleDocFragment, (part or ["documentation"])[0].upper()))
    return loaded


def documentation(module: str) -> dict[str, Any]:
    """A module's documentation with its fragments, as ansible-doc shows it."""
    found: dict[str, Any] = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").DOCUMENTATION)
    options: dict[str, Any] = {}
    for name in found["extends_documentation_fragment"]:
        options.update(fragment(name)["options"])
    return {**found, "options": {**options, **found.get("options", {})}}


def essence(option: dict[str, Any], inner: str) -> dict[str, Any]:
    """What documentation and code must agree on."""
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": option.get("required", False),
        "default": option.get("default"),
        "choices": option.get("choices"),
        "aliases": sorted(option.get("aliases", [])),
        "inner": {name: essence(body, inner) for name, body in (option.get(inner) or {}).items()},
    }


def all_options(options: Options, prefix: str = "") -> dict[str, dict[str, Any]]:
    """Options and suboptions, by their dotted names."""
    found = {}
    for name, body in options.items():
        found[prefix + name] = body
        found.update(all_options(body.get("options") or body.get("suboptions") or {}, f"{prefix}{name}."))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_options_are_documented(module: str) -> None:
    """Names, types, defaults, choices and aliases, down to the last suboption."""
    documented = {name: essence(body, "suboptions") for name, body in documentation(module)["options"].items()}
    taken = {name: essence(body, "options") for name, body in SPECS[module].options.items()}
    assert documented == taken


@pytest.mark.parametrize("module", MODULES)
def test_variables_are_documented(module: str) -> None:
    """Each option names the environment variable that stands in for it, and no other."""
    documented = all_options(documentation(module)["options"])
    for name, body in all_options(SPECS[module].options).items():
        text = " ".join(documented[name]["description"])
        fallback = body.get("fallback", (None, []))[1]
        assert re.findall(r"E\((K8S_AUTH_\w+)\)", text) == fallback, name


@pytest.mark.parametrize("module", MODULES)
def test_descriptions(module: str) -> None:
    """Every option has at least one whole sentence."""
    for name, body in all_options(documentation(module)["options"]).items():
        assert all(line.endswith((".", ":")) for line in body["description"]), name


@pytest.mark.parametrize("module", MODULES)
def test_secrets_are_not_logged(module: str) -> None:
    """Whatever may hold a secret is marked, in suboptions too, and nothing else hides a word of the output."""
    marked = {name.split(".")[-1] for name, body in all_options(SPECS[module].options).items() if body.get("no_log")}
    secret = {
        "api_key",
        "password",
        "kubeconfig",
        "issuer",
        "issuers",
        "sites",
        "links",
        "token",
        "src",
        "settings",
        "client_key",
        "proxy",
        "basic_auth",
        "proxy_basic_auth",
    }
    taken = {name.split(".")[-1] for name in all_options(SPECS[module].options)}
    assert marked == secret & taken


@pytest.mark.parametrize("module", MODULES)
def test_the_issuer_is_not_found_by_variables(module: str) -> None:
    """They describe the site that the task runs on, and would lead to the wrong cluster."""
    for name, body in all_options(SPECS[module].options).items():
        assert not (name.startswith(("issuer.", "issuers.", "sites.", "links.")) and "fallback" in body)


def checked(module: str, **args: Any) -> list[str]:
    """What is wrong with a task's arguments."""
    spec = SPECS[module]
    return list(ArgumentSpecValidator(spec.options, **spec.rules()).validate(args).error_messages)


@pytest.mark.parametrize(
    ("module", "args", "words"),
    [
        pytest.param("skupper_token", {"name": "a"}, "", id="token"),
        pytest.param(
            "skupper_token", {}, "type is claim but all of the following are missing: name", id="token without name"
        ),
        pytest.param("skupper_token", {"name": "a", "renew": "often"}, "value of renew", id="choice"),
        pytest.param("skupper_token", {"name": "a", "uses": "many"}, "uses", id="type"),
        pytest.param("skupper_token", {"name": "a", "colour": "red"}, "colour", id="unknown option"),
        pytest.param("skupper_link", {"token": {}}, "", id="link by token"),
        pytest.param("skupper_link", {"src": "a"}, "", id="link by src"),
        pytest.param("skupper_link", {"issuer": {"context": "c"}}, "", id="link by issuer"),
        pytest.param("skupper_link", {"issuer": {"cluster": "c"}}, "issuer.cluster", id="unknown suboption"),
        pytest.param("skupper_link", {}, "token, src, issuer", id="link without credential"),
        pytest.param("skupper_link", {"token": {}, "src": "a"}, "mutually exclusive", id="two credentials"),
        pytest.param("skupper_link", {"token": {}, "site_id": "a"}, "mutually exclusive", id="token and site_id"),
        pytest.param("skupper_link", {"state": "absent", "name": "a"}, "", id="absent by name"),
        pytest.param("skupper_link", {"state": "absent", "site_id": "a"}, "", id="absent by site"),
        pytest.param("skupper_link", {"state": "absent", "issuer": {"context": "c"}}, "", id="absent by issuer"),
        pytest.param("skupper_link", {"state": "absent", "stale": True}, "", id="absent if stale"),
        pytest.param("skupper_link", {"state": "absent"}, "name, site_id, issuer, stale", id="absent, but what"),
        pytest.param("skupper_links", {"links": [{"issuer": {"context": "c"}}, {"site_id": "a"}]}, "", id="two links"),
        pytest.param("skupper_links", {"links": [{"cost": 2}]}, "token, src, issuer", id="no credential for one"),
        pytest.param(
            "skupper_links", {"links": [{"token": {}, "site_id": "a"}]}, "mutually exclusive", id="two for one"
        ),
        pytest.param("skupper_links", {"links": [{"earlier": {}}]}, "", id="link of an earlier task"),
        pytest.param("skupper_link_info", {"issuers": [{"context": "c"}]}, "", id="links with issuers"),
        pytest.param(
            "skupper_link_info", {"issuers": [{"expiry": "1h"}]}, "issuers.expiry", id="issuers issue nothing"
        ),
        pytest.param("skupper_token_info", {}, "", id="claims"),
        pytest.param("skupper_token_info", {"state": ["gone"]}, "value of state", id="claims in no such state"),
        pytest.param("skupper_link_info", {}, "", id="links"),
        pytest.param("skupper_mesh_info", {"wishes": {"state": "absent"}}, "", id="member"),
        pytest.param("skupper_mesh_info", {"wishes": {"exposure": "shy"}}, "value of exposure", id="no such exposure"),
        pytest.param("skupper_mesh_info", {"sites": [{"context": "c"}]}, "name", id="site without name"),
        pytest.param("skupper_mesh_plan", {}, "plan", id="no plan"),
        pytest.param("skupper_variables", {"strict": "maybe"}, "strict", id="neither strict nor not"),
        pytest.param("skupper_site_info", {}, "", id="site"),
        pytest.param("skupper_site", {"settings": {"routers": 2}}, "", id="new site"),
        pytest.param("skupper_site", {"ingress": "gateway"}, "value of ingress", id="kind of ingress"),
    ],
)
def test_rules(module: str, args: dict[str, Any], words: str) -> None:
    """Which options go together."""
    errors = checked(module, **args)
    assert bool(errors) is bool(words)
    assert words in " ".join(errors)


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str) -> None:
    """Every example of the documentation fits the options."""
    examples = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").EXAMPLES)
    names = [key.rpartition(".")[2] for task in examples for key in task if key.startswith("sitemesh.skupper.")]
    assert module in names
    for task, name in zip(examples, names):
        # What a template stands for can't be told here where it has to be a dictionary.
        arguments = {
            option: {} if option == "plan" else value
            for option, value in (task[f"sitemesh.skupper.{name}"] or {}).items()
        }
        assert checked(name, **arguments) == []


@pytest.mark.parametrize("module", MODULES)
def test_returns(module: str) -> None:
    """Every result is described, with its type, when it comes and what it looks like."""

    def look(values: dict[str, Any], where: str) -> None:
        for name, body in values.items():
            assert {"description", "type", "returned"} <= set(body), where + name
            assert "contains" in body or "sample" in body, where + name
            look(body.get("contains", {}), f"{where}{name}.")

    look(yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").RETURN), "")


@pytest.mark.parametrize("module", MODULES)
def test_attributes(module: str) -> None:
    """Check mode, differences, idempotence and the action group are told of every module."""
    found = documentation(module)
    parts = [found, *map(fragment, found["extends_documentation_fragment"])]
    told = {name for part in parts for name, body in part.get("attributes", {}).items() if "support" in body}
    assert {"check_mode", "diff_mode", "idempotent", "action"} <= told
    # What reaches no site has no use for defaults that say where one is.
    assert ("action_group" in told) is ("kubeconfig" in SPECS[module].options)
