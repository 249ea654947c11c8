# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the options that modules share, from the options themselves and the texts of option_texts.yml."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.options.connection import CONNECTION
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.options.limits import LIMITS
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.options.waiting import INGRESS, WAIT
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.spec import Options

from tools.envs import ROOT
from tools.specs import spec_of

TEXTS = ROOT / "tools" / "option_texts.yml"
_WIDTH = 130
_KEPT = ("type", "elements", "required", "default", "choices", "aliases")
_HEAD = '''\
# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by `make generate`. Change the options in module_utils/_module, or their texts in tools/option_texts.yml.

from __future__ import annotations


class ModuleDocFragment:
    """The options that lead to a site, and others that modules share."""
'''


def fragments() -> dict[str, Options]:
    """Return the options of each fragment, by the name of its attribute."""
    link, links, link_info, mesh = (spec_of(f"skupper_{name}") for name in ("link", "links", "link_info", "mesh_info"))
    return {
        "DOCUMENTATION": CONNECTION,
        "LIMITS": LIMITS,
        "INGRESS": INGRESS,
        "WAIT": WAIT,
        "ISSUER": _chosen(link.options, "issuer"),
        "LINKS": _chosen(links.options, "links"),
        "ISSUERS": _chosen(link_info.options, "issuers"),
        "MEMBER": _chosen(mesh.options, "locate", "evicted", "wishes"),
        "SITES": _chosen(mesh.options, "sites"),
    }


def _chosen(options: Options, *names: str) -> Options:
    return {name: options[name] for name in names}


def file_text() -> str:
    """Return what the file of the fragments should hold; raises LookupError for an option without a text."""
    return _HEAD + "".join(
        f'\n    {name} = r"""\n{_fragment_text(name, options)}"""\n' for name, options in fragments().items()
    )


def _fragment_text(name: str, options: Options) -> str:
    lines = ["options:", *_options_lines(options, "", "  ")]
    if name == "DOCUMENTATION":
        for part in ("requirements", "notes"):
            lines += [f"{part}:", *(line for text in _table()[part] for line in _item_lines(text, "  "))]
    return "\n".join(lines) + "\n"


def _options_lines(options: Options, place: str, indent: str) -> Iterator[str]:
    for name, option in options.items():
        yield f"{indent}{name}:"
        yield from _option_lines(f"{place}{name}", option, f"{indent}  ")


def _option_lines(path: str, option: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}description:"
    for text in _description(path, option):
        yield from _item_lines(text, f"{indent}  ")
    for key in _KEPT:
        if key in option:
            yield f"{indent}{key}: {_flow(option[key])}"
    if path in _table()["version_added"]:
        yield f"{indent}version_added: {_table()['version_added'][path]}"
    if "options" in option:
        yield f"{indent}suboptions:"
        yield from _options_lines(option["options"], _inside(path, option), f"{indent}  ")


def _description(path: str, option: Mapping[str, Any]) -> Iterator[str]:
    """Return the sentences about an option, its environment variable included."""
    place = path[: path.rfind(".") + 1]
    around = path[: path.rfind("[].") + 3] if "[]." in path else ""
    for text in _table()["options"][_key_of(path)]:
        yield re.sub(r"\bRV\(\.", f"RV({around}", re.sub(r"\bO\(\.", f"O({place}", text))
    for variable in option.get("fallback", (None, ()))[1]:
        listed = ", separated by commas" if option["type"] == "list" else ""
        yield f"Can also be set with the E({variable}) environment variable{listed}."


def unused_texts() -> list[str]:
    """Return the keys of the table that describe no option."""
    paths = [path for options in fragments().values() for path in _paths(options, "")]
    return sorted(set(_table()["options"]) - {_key_of(path) for path in paths})


def _paths(options: Options, place: str) -> Iterator[str]:
    for name, option in options.items():
        yield f"{place}{name}"
        yield from _paths(option.get("options", {}), _inside(f"{place}{name}", option))


def _inside(path: str, option: Mapping[str, Any]) -> str:
    """Return what the paths of an option's own options begin with."""
    return f"{path}[]." if option["type"] == "list" else f"{path}."


def _key_of(path: str) -> str:
    """Return the key of the text for an option; raises LookupError if there is none."""
    parts = path.split(".")
    nested = [f"*.{parts[-1]}"] if len(parts) > 1 else []
    keys = [".".join(parts[start:]) for start in range(len(parts) - 1)] + nested + parts[-1:]
    found = next((key for key in keys if key in _table()["options"]), None)
    if found is None:
        raise LookupError(f"{TEXTS.name} has no text for option {path}")
    return found


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found


def _item_lines(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{indent}- ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _flow(value: Any) -> str:
    """Return a value as it is written behind a key."""
    return yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n").removesuffix("\n...")
