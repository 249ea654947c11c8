# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attacks of thieves, and what tools and operators do that gets in the way of a revocation.

Each attack has a control: what an operator does who does not know of it, after which the thief is in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

import yaml

from testbed import Site, authorities, owners
from testbed.owners import Owner
from tests import probes
from tests.conformance.meshes import Mesh, falsified_id, signing_late, wait_open
from tests.conformance.other_tool import OtherTool
from tests.probes.__main__ import Api, Place

CA, SERVER = "skupper-site-ca", "skupper-site-server"
_LONG_AGO, _LATER = timedelta(days=100), timedelta(days=95)


class Hindered(Enum):
    """The operators that an attack hinders."""

    NOBODY = "nobody"
    EVICTING = "those who evict, and have the thief's site in their inventory"
    ALL = "all"


class Attack:
    """A member copies the certificates of its links; everything else is a variation of that."""

    name = "keeps copies of its links"
    on: ClassVar[tuple[str, ...]] = ("simulated", "real")
    """The kinds of sites that it can be played on."""
    hinders = Hindered.NOBODY
    """Whose playbooks may end with another status than 0, since they can't prove what they are asked for."""

    def __init__(self, mesh: Mesh, other_tool: OtherTool, directory: Path) -> None:
        """Keep what the attack needs; do nothing yet."""
        self.mesh = mesh
        self.other_tool = other_tool
        self.directory = directory

    def prepare(self) -> None:
        """Obtain the credentials that are to work later."""
        self.mesh.join(*self.mesh.public)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Do what the thief does during the revocation."""
        yield

    def come_back(self) -> None:
        """Do what the thief does after the revocation."""
        self.mesh.come_back()

    def ignore(self) -> None:
        """Revoke as an operator does who does not know of the attack; not at all, unless the attack is for a certain way."""

    @property
    def suspects(self) -> list[Site]:
        """The sites where a playbook can't prove that nothing works; if it fails, it has to name one of them."""
        return [self.mesh.west]


class Hiding(Attack):
    """Takes the links down beforehand, so that no network status lists the site."""

    name = "takes its links down beforehand"

    def prepare(self) -> None:
        """Become a member, and disappear from all lists."""
        super().prepare()
        self.mesh.hide()


class Gone(Attack):
    """Deletes its site beforehand, so that its id and links can't be read; the certificates are elsewhere."""

    name = "deletes its site beforehand"
    hinders = Hindered.EVICTING

    def prepare(self) -> None:
        """Become a member, and be gone."""
        super().prepare()
        self.mesh.thief.delete()

    def come_back(self) -> None:
        """Stay away."""

    @property
    def suspects(self) -> list[Site]:
        """The site of the host, whose id can't be read any more."""
        return [self.mesh.thief, *self.mesh.public]


class MadeAnew(Attack):
    """Deletes its site and makes another one in the same namespace, which has another id."""

    name = "makes its site anew"

    def come_back(self) -> None:
        """Delete the site, make it again, and link it with the old certificates."""
        old = self.mesh.thief
        number = self.mesh.bed.clusters.index(old.cluster)
        old.end_retired_routers()
        old.delete()
        self.mesh.thief = self.mesh.bed.add_site(old.name, number, old.ingress)
        super().come_back()


class FormerHub(Attack):
    """Keeps the certificate of a hub that it is not to be linked to any more."""

    name = "keeps what a former hub gave it"

    def prepare(self) -> None:
        """Be linked to both hubs first, and to one of them by the inventory of today."""
        super().prepare()
        west, yard = self.mesh.public
        self.mesh.thief.unlink(f"to-{yard.name}")
        yard.wait(lambda: not yard.linked(self.mesh.thief, "incoming"), "the link to the former hub to be gone")
        others = (self.mesh.yard, self.mesh.shop, self.mesh.thief)
        self.mesh.settings = {"skupper_topology": "explicit"}
        self.mesh.variables = {site.name: {"skupper_links_to": [west.name]} for site in others}

    def ignore(self) -> None:
        """Revoke where the site is listed, and nowhere else."""
        self.mesh.west.revoke_access()


class Claims(Attack):
    """Holds claims without a limit that the command line made, and has redeemed none of them."""

    name = "holds claims without a limit"

    def prepare(self) -> None:
        """Make a claim at each public site, beside being a member."""
        super().prepare()
        for site in self.mesh.public:
            self.mesh.stolen.keep(_document(self.other_tool.claim(site, f"spare-of-{site.name}", uses=0)))


class CertTokens(Attack):
    """Holds cert tokens, of which no site keeps a trace."""

    name = "holds cert tokens"

    def prepare(self) -> None:
        """Sign one at each public site."""
        for site in self.mesh.public:
            self.mesh.stolen.keep(_document(self.other_tool.cert(site, f"cert-of-{site.name}")))


class Redeeming(Attack):
    """Redeems claims without a pause, and without a look at the server's certificate."""

    name = "redeems without a pause"

    def prepare(self) -> None:
        """Make claims that any number of certificates can be had for."""
        self._claims = [site.token(f"endless-{site.name}", uses=0) for site in self.mesh.public]
        for claim in self._claims:
            self.mesh.stolen.keep(claim)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Redeem them until the revocation is over; only the last certificates matter."""
        thief = probes.Thief(self._claims, self.mesh.dial)
        thief.start()
        try:
            self.mesh.west.wait(lambda: thief.stolen, "the first redemption")
            yield
        finally:
            stolen = thief.stop()
            for number, data in enumerate([*stolen[:1], *stolen[-3:]]):
                self.mesh.stolen.certificates[f"redemption {number}"] = data


class SignedLate(Attack):
    """Redeems a claim before the revocation, at a claim server that signs after the CA was replaced."""

    name = "is signed for late"
    on = ("simulated",)

    def prepare(self) -> None:
        """Make a claim."""
        self._claim = self.mesh.west.token("slow", uses=0)
        self.mesh.stolen.keep(self._claim)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Redeem it so that it is counted before, and signed for as soon as there is another CA."""
        with signing_late(self.mesh.west, self._claim) as late:
            yield
        self.mesh.stolen.certificates |= late

    def ignore(self) -> None:
        """Revoke as the command line does."""
        self.mesh.west.revoke_access()


class FalseId(Attack):
    """Reports the id of another host's site instead of its own."""

    name = "tells another site's id"
    hinders = Hindered.EVICTING

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Report the false id to runs that use the inventory."""
        thief = self.mesh.thief
        with falsified_id(self.mesh.bed, thief, self.mesh.shop.site_id, self.directory) as kubeconfig:
            self.mesh.variables[thief.name] = {"skupper_kubeconfig": str(kubeconfig)}
            self._way = kubeconfig
            yield
        del self.mesh.variables[thief.name]

    def ignore(self) -> None:
        """Read the site's id, which is the false one."""
        told = Place(Api(str(self._way), self.mesh.thief.cluster.name), self.mesh.thief.namespace)
        assert told.site_id == self.mesh.shop.site_id

    @property
    def suspects(self) -> list[Site]:
        """The sites between which the false id leaves doubt."""
        return [self.mesh.thief, *self.mesh.public]


class Owned(Attack):
    """A tool owns a Secret of the public site, and puts its data back as soon as they are others."""

    hinders = Hindered.ALL
    secret = CA
    manager = "external-secrets"
    way: owners.Way = "update"
    known = False
    """Whether it has written the data before, so that the API server lists it as their manager."""

    def mend(self) -> owners.Mend:
        """Return the data that the tool wants."""
        return owners.holding(self.mesh.west.data(CA))

    def prepare(self) -> None:
        """Have the tool take over."""
        super().prepare()
        self._owner = Owner(self.mesh.west, self.mend(), self.manager, secret=self.secret, way=self.way)
        if self.known:
            self._owner.take()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Let the tool watch the Secret."""
        with self._owner.watching():
            yield

    def ignore(self) -> None:
        """Revoke as the command line does, and renew the server certificate some time later."""
        before = self._owner.times
        self.mesh.west.revoke_access()
        self.mesh.west.wait(lambda: self._owner.times > before, "the tool to put the data back")
        if self.secret == CA:
            self.mesh.west.renew_server_certificate()
        else:
            self.mesh.west.restart_for_new_certificate()


class PutBack(Owned):
    """A tool that has not written the data before."""

    name = "the CA is put back by a tool not seen before"
    manager = "reflector"


class PutBackByExternalSecrets(Owned):
    """External Secrets, which writes by updates."""

    name = "the CA is put back by External Secrets"
    known = True


class PutBackByArgo(Owned):
    """Argo CD, which heals by server-side apply."""

    name = "the CA is put back by Argo CD"
    manager = "argocd-controller"
    way = "apply"
    known = True


class KeepingKey(Owned):
    """cert-manager under rotationPolicy Never: every new CA is made with the old key."""

    name = "new CAs are made with the old key"
    manager = "cert-manager-certificates-issuing"
    way = "apply"

    def mend(self) -> owners.Mend:
        """Want the key that there is."""
        return owners.keeping_key(self.mesh.west.data(CA)["tls.key"])


class Bundling(Owned):
    """An operator adds the former CA to the new one, so that members have time to change over."""

    name = "the former CA is added to tls.crt"
    manager = "rotation"

    def mend(self) -> owners.Mend:
        """Want the current CA to stay in the bundle."""
        return owners.bundling(self.mesh.west.data(CA)["tls.crt"])


class Trusting(Owned):
    """A trust bundle with the former CA is written into what the router trusts."""

    name = "the former CA is added to ca.crt"
    manager = "trust-manager"
    secret = SERVER

    def mend(self) -> owners.Mend:
        """Want the current CA to be trusted for ever."""
        return owners.trusting(self.mesh.west.data(CA)["tls.crt"])


class LeftInBundle(Attack):
    """Its CA is of a rotation that was never finished: a new one serves, and the old one is still in both Secrets."""

    name = "an old CA was left in tls.crt"

    def prepare(self) -> None:
        """Become a member under an old CA, and have a new one put before it."""
        authorities.install(self.mesh.west, authorities.make(age=_LONG_AGO))
        super().prepare()
        former = self.mesh.west.data(CA)["tls.crt"]
        self.replace(former)

    def replace(self, former: bytes) -> None:
        """Give the site another CA."""
        new = authorities.make()
        authorities.install(self.mesh.west, {**new, "tls.crt": new["tls.crt"] + former})


class LeftTrusted(LeftInBundle):
    """The old CA is trusted, and no other object shows it."""

    name = "an old CA was left in ca.crt"

    def replace(self, former: bytes) -> None:
        """Give the site another CA, and let its router trust both."""
        authorities.install(self.mesh.west, authorities.make())
        authorities.trust(self.mesh.west, former)


class RenewedWithKey(LeftInBundle):
    """The CA has a new certificate for the key that it had before."""

    name = "the CA was renewed with its key"

    def replace(self, former: bytes) -> None:
        """Give the site a younger certificate for its CA."""
        authorities.install(self.mesh.west, authorities.make(age=_LATER, key=self.mesh.west.data(CA)["tls.key"]))


class CompanyPki(Attack):
    """A company's PKI signs for members and for the server; what it has signed is unknown."""

    name = "the CA is a company's"
    hinders = Hindered.ALL

    def prepare(self) -> None:
        """Have the company's PKI equip the site, and become a member."""
        authorities.Company.found(_LONG_AGO).equip(self.mesh.west)
        super().prepare()


class RetiringRouter(Attack):
    """The member is linked by a router pod that was taken out of its Deployment and is not ended."""

    name = "its link lives in a retiring router"
    hinders = Hindered.ALL

    def prepare(self) -> None:
        """Become a member, and have the router retire."""
        super().prepare()
        self.mesh.west.retire_router()
        wait_open(self.mesh.west, self.mesh.dial)

    def ignore(self) -> None:
        """Revoke as the command line does."""
        self.mesh.west.revoke_access()


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


ATTACKS: tuple[type[Attack], ...] = (
    Attack,
    Hiding,
    Gone,
    MadeAnew,
    FormerHub,
    Claims,
    CertTokens,
    Redeeming,
    SignedLate,
    FalseId,
    PutBack,
    PutBackByExternalSecrets,
    PutBackByArgo,
    KeepingKey,
    Bundling,
    Trusting,
    LeftInBundle,
    LeftTrusted,
    RenewedWithKey,
    CompanyPki,
    RetiringRouter,
)
