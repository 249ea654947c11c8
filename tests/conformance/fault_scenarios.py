# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios for faulty clusters: each module and playbook, what it has to reach, and what it must not break."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import yaml

from testbed import Site
from tests import probes
from tests.conformance.faulty_site_pairs import (
    ISSUING,
    LINK_NAME,
    LINKING,
    REQUEST,
    FaultySitePair,
    Step,
    at_issuing,
    at_linking,
)
from tests.harness import Run, RunningPlaybook, Task, keep, tasks

# Seconds for which runs wait for sites.
WAIT, REVOKING = 8, 20
# A run that takes longer has no limit: all that it may wait for, and far more than its own work takes on a busy machine.
LIMIT = 40.0
LIMIT_OF_PLAYBOOK = 90.0
CLAIM = "handed-out"


class Scenario(ABC):
    """A module or playbook in a situation; an instance belongs to one cell."""

    name: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]
    limit: ClassVar[float] = LIMIT
    beyond: ClassVar[tuple[Step, ...]] = ()
    """The steps that come when a link that works has been taken down, and whose success brings it back."""

    def __init__(self, pair: FaultySitePair) -> None:
        self.pair = pair

    def prepare(self) -> None:  # noqa: B027 - most have something to do, and none has to
        """Bring the sites to where the run begins."""

    @abstractmethod
    def start(self) -> RunningPlaybook:
        """Start the run."""

    @abstractmethod
    def lacks(self, run: Run) -> str:
        """Return what is missing, by the probes, of what a successful run has to reach; "" for nothing."""

    def excuse(self, run: Run) -> str:
        """Return how a successful run explains what is missing; "" if nothing may be missing."""
        return ""

    def broken(self) -> str:
        """Return what a failed run broke that worked before; "" for nothing."""
        return ""

    def clean(self) -> None:  # noqa: B027 - as above
        """Remove what the reset of the pair does not know of."""


def _at(site: Site, **more: Any) -> dict[str, Any]:
    return {**tasks.where(site), "request_timeout": REQUEST, **more}


class OneTask(Scenario):
    """A play of one task."""

    def start(self) -> RunningPlaybook:
        """Run the task."""
        return self.pair.start(self.task())

    @abstractmethod
    def task(self) -> Task:
        """Make the task."""


class Looking(OneTask):
    """A module that only looks, at a site with a link."""

    side: ClassVar[str] = LINKING
    module: ClassVar[str]

    def prepare(self) -> None:
        """Have a link and a claim to be seen."""
        if not probes.links(self.pair.east):
            self.pair.link()
        if CLAIM not in probes.records(self.pair.west):
            self.pair.west.token(CLAIM)

    def task(self) -> Task:
        """Look."""
        site = self.pair.west if self.side == ISSUING else self.pair.east
        return tasks.task(self.module, **_at(site))

    def lacks(self, run: Run) -> str:
        """Compare with what the probes see."""
        told, there = self.told(run[self.module].values), self.there()
        return "" if told == there else f"it reports {told}, there is {there}"

    @abstractmethod
    def told(self, values: dict[str, Any]) -> object:
        """Return what the result reports."""

    @abstractmethod
    def there(self) -> object:
        """Read the same from the objects."""

    def broken(self) -> str:
        """The link that is looked at stays."""
        return _no_link(self.pair)


def _no_link(pair: FaultySitePair) -> str:
    return "" if pair.soon(lambda: pair.east.linked(pair.west)) else "the private site has no link that works any more"


class SiteInfo(Looking):
    """Look at a site."""

    name, module, side = "skupper_site_info", "site_info", ISSUING
    steps = at_issuing(
        "get configmaps skupper-site",
        "get configmaps skupper-internal",
        "get configmaps skupper-network-status",
        "list secrets",
        "get services skupper-router",
        "get deployments skupper-router",
        "list secrets #2",
        "get secrets skupper-site-server",
    )

    def told(self, values: dict[str, Any]) -> object:
        """Its id."""
        return values["site"]["site_id"]

    def there(self) -> object:
        """The UID of its ConfigMap."""
        return self.pair.west.site_id


class LinkInfo(Looking):
    """List the links of a site."""

    name, module = "skupper_link_info", "link_info"
    steps = at_linking(
        "get configmaps skupper-site",
        "list secrets",
        "get deployments skupper-router",
        "get configmaps skupper-network-status",
    )

    def told(self, values: dict[str, Any]) -> object:
        """Names, and whether they work."""
        return {link["name"]: link["connected"] for link in values["links"]}

    def there(self) -> object:
        """The Secrets, and the network status."""
        return dict.fromkeys(probes.links(self.pair.east), self.pair.east.linked(self.pair.west))


class TokenInfo(Looking):
    """List the claims of a site."""

    name, module, side = "skupper_token_info", "token_info", ISSUING
    steps = at_issuing("list secrets")

    def told(self, values: dict[str, Any]) -> object:
        """Their names."""
        return sorted(claim["name"] for claim in values["claims"])

    def there(self) -> object:
        """The records."""
        return sorted(probes.records(self.pair.west))


class MeshInfo(Looking):
    """Look at a site as role mesh does."""

    name, module = "skupper_mesh_info", "mesh_info"
    steps = at_linking("get configmaps skupper-site", "list secrets")

    def told(self, values: dict[str, Any]) -> object:
        """Its links."""
        return sorted(link["name"] for link in values["member"]["links"])

    def there(self) -> object:
        """The Secrets."""
        return sorted(probes.links(self.pair.east))


class Token(OneTask):
    """Issue a claim into a file."""

    name = "skupper_token"
    steps = at_issuing(
        "get configmaps skupper-site",
        "list secrets",
        "get services skupper-router",
        "get secrets handed-out",
        "create secrets",
    )

    def prepare(self) -> None:
        """Have no such claim and file."""
        self.path = self.pair.directory / f"{self.pair.fresh}.yaml"

    def task(self) -> Task:
        """Issue."""
        return tasks.task("token", name=CLAIM, dest=str(self.path), wait_timeout=WAIT, **_at(self.pair.west))

    def lacks(self, run: Run) -> str:
        """Hold the file against the record."""
        records = probes.records(self.pair.west)
        if list(records) != [CLAIM]:
            return f"the claims are {list(records)}"
        if not self.path.exists():
            return "there is no file"
        kept = probes.read_file(self.path)
        return "" if kept.data["password"] == records[CLAIM].data["password"] else "the file has another password"


class TokenAbsent(OneTask):
    """Withdraw a claim."""

    name = "skupper_token absent"
    steps = at_issuing("get secrets handed-out", "delete secrets handed-out")

    def prepare(self) -> None:
        """Have the claim."""
        self.pair.west.token(CLAIM)

    def task(self) -> Task:
        """Withdraw."""
        return tasks.task("token", name=CLAIM, state="absent", **_at(self.pair.west))

    def lacks(self, run: Run) -> str:
        """Look for the record."""
        return f"{CLAIM} is there" if CLAIM in probes.records(self.pair.west) else ""


class Link(OneTask):
    """Link a site that has no link."""

    name = "skupper_link"
    steps = at_issuing(
        "list secrets",
        "get configmaps skupper-site",
        "get services skupper-router",
        "create secrets",
        "delete secrets",
    ) + at_linking(
        "list secrets",
        "get deployments skupper-router",
        "create secrets",
        "get configmaps skupper-network-status #2",
        "get secrets to-west #2",
        "patch secrets",
    )

    def options(self) -> dict[str, Any]:
        """More options of the task."""
        return {"name": LINK_NAME}

    def task(self) -> Task:
        """Link by way of the issuing site."""
        issuer = _at(self.pair.west)
        return tasks.task("link", issuer=issuer, wait_timeout=WAIT, **_at(self.pair.east, **self.options()))

    def lacks(self, run: Run) -> str:
        """Look for one link that works, and for claims that are left over."""
        links = probes.links(self.pair.east)
        if len(links) != 1:
            return f"the links are {sorted(links)}"
        if set(probes.connectors(self.pair.east)) != set(links) or not self.pair.soon(self._linked):
            return "the link does not work"
        # Those that were made by hand are not the run's to remove.
        left = [name for name in probes.records(self.pair.west) if not name.startswith("by-hand")]
        return f"a claim is left: {left}" if left and run.code == 0 else ""

    def _linked(self) -> bool:
        return self.pair.east.linked(self.pair.west)


class LinkInPlace(Link):
    """Link a site whose link works."""

    name = "skupper_link in place"
    steps = at_issuing("list secrets") + at_linking(
        "list secrets", "get configmaps skupper-network-status", "list secrets #2"
    )

    def prepare(self) -> None:
        """Have the link."""
        self.pair.link()
        self._before = probes.links(self.pair.east)

    def lacks(self, run: Run) -> str:
        """The link is the one that it was."""
        return super().lacks(run) or ("" if probes.links(self.pair.east) == self._before else "the link is another one")

    def broken(self) -> str:
        """The link stays."""
        return _no_link(self.pair)


class LinkAnew(LinkInPlace):
    """Replace a link that works."""

    name = "skupper_link replace"
    steps = at_issuing("list secrets", "create secrets", "delete secrets") + at_linking(
        "list secrets", "delete secrets", "create secrets", "get configmaps skupper-network-status #2", "patch secrets"
    )
    beyond = at_linking("create secrets")

    def options(self) -> dict[str, Any]:
        """Replace it whatever it is like."""
        return {"name": LINK_NAME, "replace": "always"}

    def lacks(self, run: Run) -> str:
        """The link is another one."""
        return Link.lacks(self, run) or (
            "the link is the old one" if probes.links(self.pair.east) == self._before else ""
        )


class LinkCost(LinkInPlace):
    """Give a link that works another cost."""

    name = "skupper_link cost"
    steps = at_issuing("list secrets") + at_linking(
        "list secrets", "patch secrets", "patch secrets #2", "get configmaps skupper-internal"
    )
    beyond = at_linking("patch secrets #2", "get configmaps skupper-internal")

    def options(self) -> dict[str, Any]:
        """Ask for a cost."""
        return {"name": LINK_NAME, "cost": 7}

    def lacks(self, run: Run) -> str:
        """The link has the cost, and works."""
        costs = [each.get("cost") for each in probes.connectors(self.pair.east).values()]
        return Link.lacks(self, run) or ("" if [int(cost or 1) for cost in costs] == [7] else f"the cost is {costs}")


class LinkAbsent(LinkInPlace):
    """Remove a link."""

    name = "skupper_link absent"
    steps = at_linking("list secrets", "delete secrets", "get configmaps skupper-internal")

    def task(self) -> Task:
        """Remove by name."""
        return tasks.task("link", name=LINK_NAME, state="absent", wait_timeout=WAIT, **_at(self.pair.east))

    def lacks(self, run: Run) -> str:
        """Look for the Secret and the connector."""
        left = sorted({*probes.links(self.pair.east), *probes.connectors(self.pair.east)})
        return f"left: {left}" if left else ""

    def broken(self) -> str:
        """It is to go."""
        return ""


class LinkByFile(Link):
    """Link a site with a token's file."""

    name = "skupper_link by file"
    steps = at_linking(
        "list secrets", "create secrets", "get secrets to-west #2", "get configmaps skupper-network-status #2"
    )

    def prepare(self) -> None:
        """Hand out a token that may be used again, also by a controller that can't write down what it got for it."""
        self._path = self.pair.directory / f"{self.pair.fresh}.yaml"
        self._path.touch(mode=0o600)
        self._path.write_text(yaml.safe_dump(self.pair.west.token(f"by-hand-{self.pair.number}", uses=0)))

    def task(self) -> Task:
        """Link."""
        return tasks.task("link", src=str(self._path), name=LINK_NAME, wait_timeout=WAIT, **_at(self.pair.east))


class Revoke(OneTask):
    """Revoke the access to a site that has a claim and a member."""

    name = "skupper_revoke"
    limit = LIMIT + REVOKING
    steps = at_issuing(
        "get configmaps skupper-site",
        "get secrets skupper-site-ca",
        "get deployments skupper-router",
        "list pods",
        "list secrets",
        "get services skupper-router",
        "patch secrets by-hand-stolen",
        "patch secrets skupper-site-ca",
        "patch secrets skupper-site-server",
        "patch deployments skupper-router",
        "delete secrets",
    )

    def prepare(self) -> None:
        """Make a claim to revoke, and a certificate that a member keeps."""
        self.pair.west.token("by-hand-stolen", uses=0)
        self._stolen = self.pair.west.cert_token()
        self._before = probes.fingerprint(self.pair.west)

    def task(self) -> Task:
        """Revoke under an id."""
        return tasks.task("revoke", id=self.pair.fresh, wait_timeout=REVOKING, **_at(self.pair.west))

    def lacks(self, run: Run) -> str:
        """Try what was stolen, and look at both certificates."""
        west = self.pair.west
        if probes.fingerprint(west) == self._before:
            return "the CA is the old one"
        if not probes.fits(west) or "by-hand-stolen" in probes.records(west):
            return "the server certificate is not of the CA" if not probes.fits(west) else "the claim is there"
        let_in = probes.lets_in(west.endpoint("inter-router"), probes.unwrap(self._stolen).data)
        return "the router lets the stolen certificate in" if let_in else ""


class RevokeClaims(OneTask):
    """Revoke the claims of a site alone."""

    name = "skupper_revoke claims"
    steps = at_issuing(
        "list secrets",
        "get secrets skupper-site-ca",
        "patch secrets by-hand-stolen",
        "delete secrets",
    )

    def prepare(self) -> None:
        """Have a claim and a link."""
        self.pair.link()
        self.pair.west.token("by-hand-stolen", uses=0)

    def task(self) -> Task:
        """Revoke."""
        return tasks.task("revoke", scope="claims", wait_timeout=REVOKING, **_at(self.pair.west))

    def lacks(self, run: Run) -> str:
        """Look for records."""
        left = sorted(probes.records(self.pair.west))
        return f"left: {left}" if left else ""

    def broken(self) -> str:
        """Links stay."""
        return _no_link(self.pair)


class MakeSite(OneTask):
    """Make a site."""

    name = "skupper_site"
    steps = at_issuing("get configmaps skupper-site", "create configmaps", "get deployments skupper-router #2")

    def prepare(self) -> None:
        """Have an empty namespace."""
        self._namespace = self.pair.fresh
        meta = {"name": self._namespace}
        self.pair.west.cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": meta})

    def options(self) -> dict[str, Any]:
        """Ask for the site."""
        return {"name": "made", "ingress": "none", "wait_timeout": REVOKING}

    def task(self) -> Task:
        """Make it."""
        options = {"request_timeout": REQUEST, **self.options()}
        return tasks.site(self.pair.west.cluster.name, self._namespace, **options)

    def lacks(self, run: Run) -> str:
        """Look for the ConfigMap and a router."""
        cluster = self.pair.west.cluster
        if probes.site_config(cluster, self._namespace) is None:
            return "there is no site"
        return "" if probes.pods(cluster, self._namespace, "router") else "there is no router"

    def clean(self) -> None:
        """Delete the site."""
        if probes.site_config(self.pair.west.cluster, self._namespace):
            self.pair.west.cluster.api.delete("v1", "configmaps", self._namespace, "skupper-site")


class RemoveSite(MakeSite):
    """Delete a site."""

    name = "skupper_site absent"
    steps = at_issuing(
        "get configmaps skupper-site", "list secrets", "delete configmaps", "get deployments skupper-router #2"
    )

    def prepare(self) -> None:
        """Have a site."""
        super().prepare()
        Site.create(
            self.pair.west.cluster, self._namespace, {"name": "made", "ingress": "none"}, self.pair.bed.pace
        ).wait_ready()

    def options(self) -> dict[str, Any]:
        """Ask for it to be gone."""
        return {"state": "absent", "wait_timeout": REVOKING}

    def lacks(self, run: Run) -> str:
        """Look for what is left."""
        left = probes.site_objects(self.pair.west.cluster, self._namespace)
        there = probes.site_config(self.pair.west.cluster, self._namespace) is not None
        return f"there are {sorted(left) or 'its ConfigMap'}" if left or there else ""


class LinkSites(Link):
    """Playbook link_sites, on sites without a link."""

    name = "link_sites"
    limit = LIMIT_OF_PLAYBOOK
    # The links are listed by the look, by the task that makes one, and by the one that waits for it.
    steps = at_issuing(
        "list secrets", "get configmaps skupper-network-status", "get secrets skupper-site-ca"
    ) + at_linking("list secrets", "create secrets", "get configmaps skupper-network-status", "list secrets #4")
    way: ClassVar[str] = "auto"

    def start(self) -> RunningPlaybook:
        """Run it."""
        waiting = {"mesh_wait_timeout": WAIT, "mesh_look_timeout": REQUEST}
        return self.pair.start_playbook("link_sites", mesh_token_type=self.way, **waiting)


class LinkSitesByClaim(LinkSites):
    """The same, with claims."""

    name = "link_sites by claim"
    steps = at_issuing("create secrets", "delete secrets") + at_linking("create secrets", "patch secrets")
    way = "claim"


class LinkSitesAgain(LinkInPlace, LinkSites):
    """Playbook link_sites, on sites that are linked as planned."""

    name = "link_sites again"
    steps = at_issuing("list secrets", "get configmaps skupper-network-status") + at_linking(
        "get configmaps skupper-site", "list secrets"
    )


class RevokeAccess(Revoke):
    """Playbook revoke_access: the other site is linked again."""

    name = "revoke_access"
    limit = LIMIT_OF_PLAYBOOK
    steps = at_issuing(
        "get secrets skupper-site-ca",
        "list pods",
        "patch secrets skupper-site-ca",
        "patch secrets skupper-site-server",
        "patch deployments skupper-router",
    ) + at_linking("list secrets", "create secrets")

    def prepare(self) -> None:
        """Have the link, too."""
        self.pair.link()
        super().prepare()

    def start(self) -> RunningPlaybook:
        """Run it."""
        asked = {"skupper_revoke_site": self.pair.west.name, "skupper_revoke_id": self.pair.fresh}
        return self.pair.start_playbook("revoke_access", **asked, **_PATIENCE)

    def lacks(self, run: Run) -> str:
        """Look for the link, too."""
        return super().lacks(run) or _no_link(self.pair)


_PATIENCE = {
    "revoke_wait_timeout": REVOKING,
    "revoke_relink_timeout": WAIT,
    "mesh_wait_timeout": WAIT,
    "mesh_look_timeout": REQUEST,
}


class EvictSite(Revoke):
    """Playbook evict_site: the other site is cut off."""

    name = "evict_site"
    limit = LIMIT_OF_PLAYBOOK
    steps = at_issuing(
        "get configmaps skupper-site",
        "patch secrets skupper-site-ca",
        "patch secrets skupper-site-server",
        "patch deployments skupper-router",
    ) + at_linking("list secrets", "delete secrets")

    def prepare(self) -> None:
        """Have the link, too."""
        self.pair.link()
        super().prepare()

    def start(self) -> RunningPlaybook:
        """Run it."""
        return self.pair.start_playbook("evict_site", skupper_evict_site=self.pair.east.name, **_PATIENCE)

    def lacks(self, run: Run) -> str:
        """Look for the link, too."""
        if lacks := super().lacks(run):
            return lacks
        return "" if self.pair.soon(lambda: not self.pair.east.linked(self.pair.west)) else "the site is linked"


class Status(LinkSitesAgain):
    """Playbook status."""

    name = "status"
    steps = at_issuing("get configmaps skupper-site", "list secrets") + at_linking(
        "get configmaps skupper-network-status", "get deployments skupper-router"
    )

    def start(self) -> RunningPlaybook:
        """Run it."""
        self._report = self.pair.directory / f"{self.pair.fresh}.json"
        self._report.unlink(missing_ok=True)
        return self.pair.start_playbook("status", skupper_status_json=str(self._report))

    def lacks(self, run: Run) -> str:
        """The report has both sites, and the link."""
        if not self._report.exists():
            return "there is no report"
        told = self._report.read_text()
        missing = [site.name for site in (self.pair.west, self.pair.east) if site.site_id not in told]
        return f"the report lacks {missing}" if missing else super().lacks(run)


class SitesInventory(Scenario):
    """Inventory plugin skupper_sites: both sites are hosts, or warnings say why not."""

    name = "skupper_sites"
    steps = at_issuing(
        "list configmaps", "get configmaps skupper-internal", "get services skupper-router"
    ) + at_linking("list configmaps", "get configmaps skupper-internal")

    def start(self) -> RunningPlaybook:
        """Keep what a play finds in its inventory."""
        pair = self.pair
        file = pair.directory / "skupper_sites.yml"
        asked = {
            "plugin": "sitemesh.skupper.skupper_sites",
            "kubeconfigs": [str(pair.kubeconfig)],
            "timeout": REQUEST,
            "total_timeout": REVOKING,
        }
        file.write_text(yaml.safe_dump(asked))
        ids = "groups.skupper_sites | default([]) | map('extract', hostvars) | map(attribute='skupper_site.site_id')"
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [keep("ids", f"{ids} | list")]}
        return pair.start_plays([play], "-i", str(file))

    def lacks(self, run: Run) -> str:
        """Compare with the UIDs of the ConfigMaps."""
        missing = {self.pair.west.site_id, self.pair.east.site_id} - set(run.kept["ids"])
        return f"{sorted(missing)} are no hosts" if missing else ""

    def excuse(self, run: Run) -> str:
        """Return the warnings."""
        return " ".join(run.output.split("[WARNING]: ")[1:])


SCENARIOS: tuple[type[Scenario], ...] = (
    SiteInfo,
    LinkInfo,
    TokenInfo,
    MeshInfo,
    Token,
    TokenAbsent,
    Link,
    LinkInPlace,
    LinkAnew,
    LinkCost,
    LinkAbsent,
    LinkByFile,
    Revoke,
    RevokeClaims,
    MakeSite,
    RemoveSite,
    LinkSites,
    LinkSitesByClaim,
    LinkSitesAgain,
    RevokeAccess,
    EvictSite,
    Status,
    SitesInventory,
)
