# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: skupper_sites
short_description: Skupper sites of Kubernetes clusters
description:
  - Finds the Skupper sites in the clusters of kubeconfigs. Every site becomes a host.
  - Hosts have the variables that the roles of this collection read. The playbooks work with this inventory as it is.
  - The plugin reads all clusters concurrently. If a cluster does not answer, or denies access, a warning gives the reason.
    The inventory still has the sites of the other clusters.
  - The plugin sends one request to find the sites of a cluster, and three more to read a site, or six more if its ingress is a
    route. It reads only ConfigMaps, Services, Ingresses and Routes, and no Secrets.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - constructed
  - inventory_cache
requirements:
  - kubernetes >= 24.2
options:
  plugin:
    description:
      - Name of the plugin, which marks the file as its source. The name of the file must also end with C(skupper_sites.yml) or
        C(skupper_sites.yaml).
    required: true
    choices: [sitemesh.skupper.skupper_sites]
  kubeconfigs:
    description:
      - Kubeconfig files. A name may be a pattern with V(*), V(?) or V([...]). A relative name starts from the folder of the
        inventory file.
      - Files that are joined by V(:) are merged, as in E(KUBECONFIG). All others are read separately.
      - The default is as for C(kubectl), the files of E(KUBECONFIG) or else C(~/.kube/config).
    type: list
    elements: str
    default: []
  contexts:
    description:
      - Contexts to read, by names or patterns with V(*), V(?) or V([...]).
    type: list
    elements: str
    default: ["*"]
  namespaces:
    description:
      - Namespaces to search for sites. The default is all namespaces.
      - If the account may not list ConfigMaps of all namespaces, the plugin reads only the site in the namespace of the context.
    type: list
    elements: str
    default: []
  hostname:
    description:
      - A Jinja2 expression for the names of hosts, which can use the variables of the host.
      - The default is context and namespace, joined by V(-). Such a name does not change when other sites come and go.
      - Characters other than letters, digits, V(.), V(_) and V(-) become V(-). If several sites would have the same name, the
        plugin adds the first eight characters of the site's id to each.
    type: str
  timeout:
    description:
      - Number of seconds to wait for one response of a cluster.
    type: int
    default: 10
  total_timeout:
    description:
      - Maximum number of seconds to read all clusters. Sites that were not read by then are missing, with a warning.
    type: int
    default: 120
notes:
  - Every host is in the group C(skupper_sites), in C(skupper_public) or C(skupper_private), in C(skupper_interior) or
    C(skupper_edge), in a group of its version, such as C(skupper_version_1_9_6), and in a group of its network. The name of the
    latter is C(skupper_network_) and the name of the first host in the network. A site that is linked with no other site is in
    C(skupper_unlinked).
  - A site in several contexts is one host. The plugin prefers the context whose namespace is that of the site.
  - The variable C(skupper_site) holds C(site_id), C(name), C(namespace), C(mode), C(version), C(ingress), C(exposure),
    C(exposure_reason), C(endpoints) and C(linked_sites) as the module M(sitemesh.skupper.skupper_site_info) returns them,
    C(linked_to) with the ids of the sites it is linked to or from, and C(network). Values that the account may not read are
    V(null).
  - The group C(skupper_sites) sets C(ansible_connection) to V(local) and C(ansible_python_interpreter) to the one that runs Ansible.
  - If something could not be read, the group has the variable C(skupper_sites_missing) with the warnings. Role C(mesh) then
    removes no link to a site outside the inventory, and role C(status) does not report such a site as unknown.
  - Neither hosts nor the cache hold credentials. To clear the cache, use the C(--flush-cache) option of the commands.
seealso:
  - module: sitemesh.skupper.skupper_site_info
"""

EXAMPLES = r"""
# skupper_sites.yml: some contexts and namespaces, hosts named after their kubeconfigs, further groups, and a cache
plugin: sitemesh.skupper.skupper_sites
kubeconfigs:
  - ~/.kube/edge/*
contexts:
  - shop-*
namespaces:
  - skupper
hostname: (skupper_kubeconfig | basename) ~ '-' ~ skupper_namespace
timeout: 5
compose:
  skupper_link_cost: 5 if skupper_site.mode == 'edge' else 1
groups:
  without_links: skupper_site.linked_sites == 0
keyed_groups:
  - key: skupper_site.ingress
    prefix: ingress
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible/skupper
cache_timeout: 600

# All sites that the contexts of ~/.kube/config, or of KUBECONFIG, lead to
# plugin: sitemesh.skupper.skupper_sites

# A kubeconfig for each cluster, and hosts named after their sites
# plugin: sitemesh.skupper.skupper_sites
# kubeconfigs:
#   - clusters/*.yaml
# hostname: skupper_site.name
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.discovery import Host, Hosts
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.printable import LONGEST_MESSAGE, printable
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.discover import Limits, find_contexts, survey
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.discovery import hosts
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._inventory import (
    ALL,
    MISSING,
    default_name,
    distinct,
    groups_of,
    host_names,
    networks,
    variables,
)

_WHAT_COUNTS = ("kubeconfigs", "contexts", "namespaces")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Makes every Skupper site of many clusters a host."""

    NAME = "sitemesh.skupper.skupper_sites"

    def verify_file(self, path: str) -> bool:
        """Return whether a file has a name that this plugin reads."""
        return bool(super().verify_file(path)) and path.endswith(("skupper_sites.yml", "skupper_sites.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the hosts and groups; raises AnsibleError only for what is wrong in the file itself."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        for option in ("timeout", "total_timeout"):
            if self.get_option(option) < 1:
                raise AnsibleParserError(f"{option} must be a positive number of seconds.")
        seen = self._cached(path, cache)
        for trouble in seen.troubles:
            self.display.warning(printable(trouble, LONGEST_MESSAGE))
        self._populate(distinct(seen.found))
        if seen.troubles:
            self._note(seen.troubles)

    def _cached(self, path: str, cache: bool) -> Hosts:
        """Return what the cache holds for the file with its present options, or else what the clusters hold."""
        if not self.get_option("cache"):
            return self._survey(path)
        key = self.get_cache_key(path)
        options = json.dumps({name: self.get_option(name) for name in _WHAT_COUNTS}, sort_keys=True)
        kept = self._cache.get(key) if cache else None
        if isinstance(kept, dict) and kept.get("options") == options:
            return Hosts(tuple(Host(**each) for each in kept["found"]), tuple(kept["troubles"]))
        seen = self._survey(path)
        found, troubles = [asdict(each) for each in seen.found], list(seen.troubles)
        self._cache[key] = {"options": options, "found": found, "troubles": troubles}
        return seen

    def _survey(self, path: str) -> Hosts:
        contexts, troubles = find_contexts(
            self.get_option("kubeconfigs"), self.get_option("contexts"), str(Path(path).absolute().parent), os.environ
        )
        limits = Limits(self.get_option("timeout"), self.get_option("total_timeout"))
        seen = hosts(survey(contexts, self.get_option("namespaces"), limits, os.environ))
        return Hosts(seen.found, (*troubles, *seen.troubles))

    def _populate(self, found: list[Host]) -> None:
        named = dict(sorted(zip(host_names([(self._wish(each), each) for each in found]), found)))
        self.inventory.add_group(ALL)
        # Modules run in this process then, which takes a tenth of the time.
        self.inventory.set_variable(ALL, "ansible_connection", "local")
        self.inventory.set_variable(ALL, "ansible_python_interpreter", sys.executable)
        places = networks(named)
        for host, each in named.items():
            self._add(host, variables(each, places[host]))

    def _note(self, troubles: Sequence[str]) -> None:
        """Set the variable that keeps a site without a host from counting as unknown, beside what is in it already."""
        before = self.inventory.groups[ALL].vars.get(MISSING, [])
        self.inventory.set_variable(ALL, MISSING, [*before, *wrap_var(list(troubles))])

    def _wish(self, each: Host) -> str:
        """Return the name that the user wants for a host; it may still hold characters that a host can't have."""
        expression = self.get_option("hostname")
        if not expression:
            return default_name(each)
        try:
            return str(self._compose(expression, wrap_var(variables(each, None))))
        except Exception as error:
            where = f"the site in namespace {each.namespace} of context {each.context}"
            raise AnsibleError(f"The option hostname gives no name for {where}: {error}") from error

    def _add(self, host: str, values: dict[str, Any]) -> None:
        """Add a host; what clusters say of themselves is never taken for a template."""
        self.inventory.add_host(host, group=ALL)
        for group in groups_of(values["skupper_site"]):
            self.inventory.add_child(self.inventory.add_group(self._sanitize_group_name(group)), host)
        given = wrap_var(values)
        for name, value in given.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), given, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), given, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), given, host, strict=strict)
