# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what is left to do of a revocation, from the objects of the site alone.

The first step of a plan is done, the site is looked at again, and the next plan is made, until there is none. A run
that died is therefore continued by the next one, and two runs at once end at the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Callable

from .._model.change import UNKNOWN, Change
from .._model.instant import format_instant, later
from .._model.location import Location
from .._model.owner import Owner
from .._model.revocation import MOST_CLAIMS, AuthorityNotes, Criterion, Progress, Record, Scope
from .._model.token import IN_FLIGHT, ClaimRecord
from .._pki.certificate import not_after
from .._pki.trust import chains_to, is_readable, keys_of, oldest
from .proof import claims_of_before, former_pods, named_pods, prove
from .revocable import RevocableSite
from .words import counted


class RevokeStep(str, Enum):
    """The steps of a revocation, in their order."""

    DISABLE_CLAIMS = "disable_claims"
    REPLACE_CA = "replace_ca"
    ADOPT = "adopt_ca"
    MARK = "mark_ca"
    RECORD = "record"
    DELETE_CLAIMS = "delete_claims"
    SIGN = "replace_server_certificate"
    RESTART = "restart_router"
    AWAIT = "await_rollout"


# No CA that was there before the run is good enough.
ANY = Criterion()
# After so many deletions claims are put back rather than found late.
_DELETIONS = 3
# So many claims are named in a sentence.
_NAMED = 5
_OF_BEFORE = "they were issued before the site CA was replaced"
_EVER = datetime.min.replace(tzinfo=timezone.utc)
# Claims of the seconds around a new CA were made from the former one, or might have been. So a revocation is noted as of later.
_AROUND = timedelta(seconds=3)


@dataclass(frozen=True)
class RevokeWish:
    """What is to be revoked, and who is to be kept out."""

    scope: Scope = Scope.ALL
    criterion: Criterion = ANY
    evict: tuple[str, ...] = ()
    readmit: tuple[str, ...] = ()
    evict_locations: tuple[Location, ...] = ()
    readmit_locations: tuple[Location, ...] | None = None
    """None to readmit the places that are noted with the ids in ``readmit``, and no others."""
    until_gone: bool = True
    """Whether it is over when the former routers are gone, or as soon as the new ones serve."""
    adopt: bool = False
    """Whether the present CA is the new one, made by whoever it belongs to."""
    take_over: bool = False
    """Whether Secrets are replaced that another tool manages."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the revocations that are asked for by name; each eviction is one of its own."""
        given = () if self.criterion.id is None else (self.criterion.id,)
        return (*given, *map(eviction_name, self.evict)) if self.scope is Scope.ALL else ()

    @property
    def by_age(self) -> bool:
        """Return whether nothing is asked for but a CA that is young enough."""
        return not self.names and self.criterion != ANY


@dataclass(frozen=True)
class Planned:
    """A step, and why it is needed."""

    step: RevokeStep
    why: str


@dataclass(frozen=True)
class RevokePlan:
    """All steps that are left, as far as they can be foreseen."""

    steps: tuple[Planned, ...]
    claims: tuple[ClaimRecord, ...] = ()
    """The claim records that the steps delete."""

    def has(self, *steps: RevokeStep) -> bool:
        """Return whether any of the steps is part of the plan."""
        return any(planned.step in steps for planned in self.steps)

    @property
    def why(self) -> str:
        """Return why anything has to be done."""
        about_claims = (RevokeStep.DISABLE_CLAIMS, RevokeStep.DELETE_CLAIMS)
        whys = [each.why for each in self.steps if each.step not in about_claims and each.why != _OF_BEFORE]
        return next(iter(whys), "") or next((planned.why for planned in self.steps), "")


def why_replaced(plan: RevokePlan) -> str:
    """Return why the site gets another CA; "" if it gets none."""
    steps = (RevokeStep.REPLACE_CA, RevokeStep.ADOPT)
    return next((planned.why for planned in plan.steps if planned.step in steps), "")


def eviction_name(site_id: str) -> str:
    """Return the name of the revocation that cuts off an evicted site."""
    return f"evict {site_id}"


def plan_revocation(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    """Return what is left to do, given what this run has done already."""
    if wish.scope is not Scope.ALL:
        return _plan_claims(wish, site, progress)
    why = progress.unusable or ("" if progress.begun else why_begin(wish, site))
    if why:
        return _plan_replacement(wish, site, progress, why)
    rest = _plan_rest(wish, site, progress)
    latest = site.latest
    if not rest.steps and latest is not None and latest.again and _is_continued(wish, site):
        # Whatever was under way in the former routers is over with them.
        return _plan_replacement(wish, site, progress, latest.again)
    return rest


def _plan_claims(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    claims = site.records if wish.scope is Scope.CLAIMS and not progress.begun else ()
    steps = _claim_steps(claims, "they are to be revoked")
    if _is_removal_untold(site, claims):
        steps.insert(-1, Planned(RevokeStep.RECORD, "a claim that is removed was redeemed shortly before"))
    return RevokePlan((*_record_step(wish, site), *steps), claims)


def _is_removal_untold(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> bool:
    """Return whether it would not be known any more of claims which are removed that they were redeemed shortly before."""
    noted, late = site.authority.redeemed, (each for each in claims if each.may_be_signed_for(site.now))
    return any(noted is None or noted < (each.redeemed or site.now - IN_FLIGHT) for each in late)


def _claim_steps(claims: tuple[ClaimRecord, ...], why: str) -> list[Planned]:
    """Return the steps that take claims away: their counts are final before they are deleted with them."""
    usable = any(record.remaining != 0 for record in claims)
    return [
        *([Planned(RevokeStep.DISABLE_CLAIMS, why)] if usable else []),
        *([Planned(RevokeStep.DELETE_CLAIMS, why)] if claims else []),
    ]


def why_begin(wish: RevokeWish, site: RevocableSite) -> str:
    """Return why the site needs another CA; "" if it does not."""
    if not wish.names and wish.criterion == ANY:
        # What another run left half done was another revocation, and what was issued since then is to die, too.
        return "revocation was asked for"
    return next((why for check in _NEEDS if (why := check(wish, site))), "")


def _why_unnamed(wish: RevokeWish, site: RevocableSite) -> str:
    return next((why for name in wish.names if (why := _why_not_done(name, site))), "")


def _why_not_done(name: str, site: RevocableSite) -> str:
    record = site.authority.record(name)
    if record is None:
        return f"revocation {name} has not been done"
    if record.at is None:
        return f"revocation {name} was noted by an earlier version, without the keys that it can be proved by"
    if not record.keys:
        return f"revocation {name} was noted without the keys that it can be proved by, which could not be read"
    if keys_of(site.authority.certificate) & site.authority.distrusted(record):
        return f"the CA of before revocation {name} was put back"
    return _why_connected_again(name, record, site)


def _why_connected_again(name: str, record: Record, site: RevocableSite) -> str:
    """Return that an evicted site has got another credential since: nothing else lets it in while the proof holds."""
    back = [each for each in site.incoming if eviction_name(each.site_id) == name and _is_later(each.since, record.at)]
    if not back or not prove(site, record).holds:
        return ""
    return f"site {back[0].name} ({back[0].site_id}) is linked to this one again since its eviction"


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment > other


def _why_put_back(wish: RevokeWish, site: RevocableSite) -> str:
    return "a CA that was revoked was put back" if site.put_back else ""


def _why_unreadable(wish: RevokeWish, site: RevocableSite) -> str:
    return "the site CA can't be read" if site.fingerprint is None else ""


def _why_over(wish: RevokeWish, site: RevocableSite) -> str:
    ends = not_after(site.authority.certificate)
    over = wish.by_age and ends is not None and ends <= site.now
    return f"the site CA ended at {format_instant(ends)}" if over and ends is not None else ""


def _why_old(wish: RevokeWish, site: RevocableSite) -> str:
    begins, limit = _begins(site), _limit(wish.criterion, site.now)
    if begins is None or limit is None or begins >= limit:
        return ""
    return f"the site CA is of {format_instant(begins)}, before {format_instant(limit)}"


_NEEDS: tuple[Callable[[RevokeWish, RevocableSite], str], ...] = (
    _why_unnamed,
    _why_put_back,
    _why_unreadable,
    _why_over,
    _why_old,
)


def _begins(site: RevocableSite) -> datetime | None:
    """Return since when the oldest key has been trusted, by whichever clock says earlier.

    The clock of whoever made a CA may be wrong, and a CA may have been stored long after it was made. A former CA that
    the router still trusts counts, unless this collection has replaced it and has its server certificate yet to sign.
    """
    replaced = site.authority.distrusted()
    times = [oldest(site.authority.certificate, site.server.ca, besides=replaced), site.authority.written]
    return min((each for each in times if each is not None), default=None)


def _limit(criterion: Criterion, now: datetime) -> datetime | None:
    if criterion.issued_before is not None or criterion.max_age is None:
        return criterion.issued_before
    try:
        return now - criterion.max_age
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def why_refused(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> tuple[str, Owner] | None:
    """Return which Secret of the plan's another tool manages, and which tool; None if that keeps nothing from being done."""
    if wish.take_over:
        return None
    if plan.has(RevokeStep.REPLACE_CA) and site.authority_owner is not None:
        return "skupper-site-ca", site.authority_owner
    if plan.has(RevokeStep.SIGN) and site.server.owner is not None:
        return "skupper-site-server", site.server.owner
    return None


def why_not_adopted(site: RevocableSite) -> str:
    """Return why the present CA can't be the new one of a revocation; "" if it can."""
    if not is_readable(site.authority.certificate):
        return "it holds certificates that can't be read"
    if not is_readable(site.server.ca):
        return "what the router trusts can't be read, so that it is not known which keys were trusted before"
    former = site.authority.distrusted() | keys_of(site.server.ca)
    kept = keys_of(site.authority.certificate) & former
    return f"it holds a key that was trusted before ({min(kept)[:16]})" if kept else ""


_BEFORE = "they were issued before"
_FOREIGN = "another tool replaced the site CA and did not finish"
_UNSIGNED = "the server certificate does not lead to the site CA"
_UNTRUSTED = "the router trusts a former CA"
_UNSERVED = "the router has not been restarted with the certificates of the site CA"
_UNFINISHED = "routers with the former certificates may still run"


def _plan_replacement(wish: RevokeWish, site: RevocableSite, progress: Progress, why: str) -> RevokePlan:
    claims = site.records
    usable = [record for record in claims if record.remaining != 0]
    steps = [
        Planned(RevokeStep.DISABLE_CLAIMS, _BEFORE) if usable and not progress.disabled else None,
        Planned(RevokeStep.ADOPT if wish.adopt else RevokeStep.REPLACE_CA, why),
        Planned(RevokeStep.DELETE_CLAIMS, _BEFORE) if claims else None,
        Planned(RevokeStep.SIGN, _UNSIGNED),
        Planned(RevokeStep.RESTART, _UNSERVED),
        Planned(RevokeStep.AWAIT, _UNFINISHED),
    ]
    return RevokePlan(tuple(step for step in steps if step is not None), claims)


def _is_continued(wish: RevokeWish, site: RevocableSite) -> bool:
    """Return whether what is half done on the site is this run's to finish.

    Whoever names a revocation, or makes one now, wants it proved. A run that only wants a young CA finishes what this
    collection began, and leaves alone what others are at: to restart a router cuts links for nothing. A router from before
    the revocation was this collection's to restart, whatever others have written since.
    """
    if not wish.by_age:
        return True
    latest, written = site.latest, site.server.written
    if latest is None or latest.at is None:
        return False
    if any(later(pod.created, _AROUND) <= latest.at for pod in site.rollout.pods):
        return True
    return site.is_ours and (written is None or written <= latest.at or site.server.writer == site.authority.writer)


def _plan_rest(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    """Return the rest of a revocation whose CA is there."""
    steps = list(_record_step(wish, site))
    if not _is_continued(wish, site):
        return RevokePlan(tuple(steps))
    rest = [*_sign_steps(site), *_restart_steps(site)]
    old = old_claims(wish, site, progress, unfinished=bool(rest))
    about_claims = _claim_steps(old, _OF_BEFORE)
    untold = _why_untold(site, old)
    if untold:
        about_claims.insert(-1, Planned(RevokeStep.RECORD, untold))
    # Claims that somebody puts back again and again keep no former router alive.
    steps += about_claims + rest if progress.deletions < _DELETIONS else rest + about_claims
    lack = _UNFINISHED if rest else rollout_lack(wish, site)
    if lack:
        steps.append(Planned(RevokeStep.AWAIT, lack))
    return RevokePlan(tuple(steps), old)


def _sign_steps(site: RevocableSite) -> list[Planned]:
    if not chains_to(site.server.certificate, site.authority.certificate):
        # Without the mark it would not be known, once the server certificate is signed, whose restart is due.
        foreign = [Planned(RevokeStep.MARK, _FOREIGN)] if site.fingerprint and not site.is_ours else []
        return [*foreign, Planned(RevokeStep.SIGN, _UNSIGNED), Planned(RevokeStep.RESTART, _UNSERVED)]
    why = next((why for check in _TO_BE_SIGNED if (why := check(site))), "")
    return [Planned(RevokeStep.SIGN, why), Planned(RevokeStep.RESTART, _UNSERVED)] if why else []


def _why_trusting(site: RevocableSite) -> str:
    return _UNTRUSTED if keys_of(site.server.ca) & site.authority.distrusted() else ""


def _why_illegible(site: RevocableSite) -> str:
    """Return that a former CA may hide in what the router trusts, if signing with the present one helps."""
    readable = is_readable(site.server.ca) or not is_readable(site.authority.certificate)
    return "" if readable else "what the router trusts can't be read"


def _why_undated(site: RevocableSite) -> str:
    return "" if site.server.written else "the API server does not say when the server certificate was stored"


_TO_BE_SIGNED: tuple[Callable[[RevocableSite], str], ...] = (_why_trusting, _why_illegible, _why_undated)


def _restart_steps(site: RevocableSite) -> list[Planned]:
    """Return the restart that is due if routers of before stay, and no rollout replaces them, or has not been able to."""
    if _sign_steps(site):
        return []
    staying = [pod for pod in former_pods(site) if not pod.leaves]
    is_replaced = site.rollout.authority == site.fingerprint and bool(site.rollout.lack)
    return [Planned(RevokeStep.RESTART, _UNSERVED)] if staying and not is_replaced and not _is_restarted(site) else []


def _is_restarted(site: RevocableSite) -> bool:
    """Return whether the router was restarted with its present certificates: a pod that stays then is not the Deployment's."""
    restarted, written = site.rollout.restarted, site.server.written
    is_later = restarted is not None and written is not None and written < restarted <= site.now
    return is_later and site.rollout.authority == site.fingerprint


def _record_step(wish: RevokeWish, site: RevocableSite) -> tuple[Planned, ...]:
    """Return the step that brings the notes up to date, if they are not."""
    after, now = notes_after(wish, site), site.authority
    same = after == now and _noted_places(after) == _noted_places(now)
    return () if same else (Planned(RevokeStep.RECORD, "the list of evicted sites differs"),)


def _noted_places(notes: AuthorityNotes) -> list[dict[str, Any]]:
    """Return the places of evicted sites with the ids that they had there, which are no part of what makes two of them one."""
    return [place.view() for place in notes.evicted_locations]


def notes_after(wish: RevokeWish, site: RevocableSite) -> AuthorityNotes:
    """Return the notes with evictions and readmissions as they should be.

    A readmission takes back the eviction's record, so that the next eviction of the same site is another revocation.
    """
    return lists_after(wish, site.authority)


def lists_after(wish: RevokeWish, notes: AuthorityNotes) -> AuthorityNotes:
    """Return any notes so; those of an edge site hold nothing else."""
    lost = set(map(eviction_name, wish.readmit))
    records = (replace(each, names=tuple(name for name in each.names if name not in lost)) for each in notes.records)
    kept = tuple(each for each in notes.evicted if each not in wish.readmit)
    return replace(
        notes,
        records=tuple(each for each in records if each.names or each.at is not None),
        evicted=tuple(dict.fromkeys((*kept, *wish.evict))),
        evicted_locations=_places_after(wish, notes),
    )


def _places_after(wish: RevokeWish, notes: AuthorityNotes) -> tuple[Location, ...]:
    """Return the places of evicted sites as they should be.

    A place is noted with the id that is evicted. Of several ids it is not known which one is in which place.
    """
    ids = wish.evict if len(wish.evict) == 1 else ()
    kept = (each for each in notes.evicted_locations if not _is_readmitted(each, wish))
    places: dict[Location, Location] = {}
    for each in (*kept, *(replace(place, evicted_ids=ids) for place in wish.evict_locations)):
        known = places.get(each, each)
        places[each] = replace(known, evicted_ids=tuple(sorted({*known.evicted_ids, *each.evicted_ids})))
    return tuple(places.values())


def _is_readmitted(place: Location, wish: RevokeWish) -> bool:
    """Return whether a place is taken back; a location with ids stands for that entry of the list and no other one.

    An evicted site may have told the id of another one. Whoever has seen where the sites are gives the places as well.
    """
    if wish.readmit_locations is None:
        return not set(place.evicted_ids).isdisjoint(wish.readmit)
    given = wish.readmit_locations
    return any(place.view() == each.view() if each.evicted_ids else bool(place.matches(each)) for each in given)


def notes_with(wish: RevokeWish, site: RevocableSite, progress: Progress, why: str) -> AuthorityNotes:
    """Return the notes as they go with the CA that is written or adopted now.

    The second CA of one revocation belongs to the first one's record, which then holds the keys of both.
    """
    notes, latest = notes_after(wish, site), site.latest
    redeemed = redemption_before(wish, site, site.records, why, site.now) or _noted_redemption(wish, site)
    keys = site.trusted if not wish.adopt else keys_of(site.server.ca) | site.authority.distrusted()
    if latest is not None and latest.again and why == latest.again:
        fresh = _second(wish, site, latest, keys, progress.redeemed or redeemed)
        others = tuple(each for each in notes.records if each.at != latest.at)
    else:
        again = progress.redeemed or (latest.again if latest else "") or redeemed
        fresh = Record(wish.names, _noted_time(site), tuple(sorted(keys)), again, "", _digests(site.records))
        others = tuple(_settled(each, set(wish.names)) for each in notes.records)
    return replace(notes, records=(*(each for each in others if each.names or each.at is not None), fresh))


def _second(wish: RevokeWish, site: RevocableSite, latest: Record, keys: frozenset[str], again: str) -> Record:
    """Return the record of a revocation whose CA is replaced once more."""
    # An adopted CA is replaced by its owner, who has yet to do so where it is the present one.
    done = "counts as a former one" if wish.adopt else "was replaced once more when the routers of before were gone"
    return Record(
        latest.names,
        _noted_time(site),
        tuple(sorted(keys.union(latest.keys))),
        again,
        f"{latest.again}; the CA {done}",
        _digests(_of_before(site, site.records), latest.claims),
        latest.begun,
    )


def _noted_time(site: RevocableSite) -> datetime:
    return later(site.now, _AROUND)


def _settled(record: Record, names: set[str]) -> Record:
    """Return an earlier record, without what the next one counts for."""
    return replace(record, names=tuple(name for name in record.names if name not in names), again="")


def old_claims(wish: RevokeWish, site: RevocableSite, progress: Progress, unfinished: bool) -> tuple[ClaimRecord, ...]:
    """Return the claims that were issued before the CA that the run made, or that its revocations have."""
    asked = [site.authority.record(name) for name in wish.names] or [site.latest]
    known = [each for each in asked if each is not None]
    times = [progress.cut, *(each.at for each in known)]
    if unfinished and site.is_ours:
        times.append(site.authority.written)
    cut = max((each for each in times if each is not None), default=None)
    latest = max(known, key=site.authority.records.index, default=None)
    return claims_of_before(site.records, site.authority, latest, cut)


def _why_untold(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> str:
    """Return why claims can't be deleted before something is noted of them; "" if they can."""
    if _untold_redemption(site, claims):
        return "a claim was redeemed while the CA was replaced"
    latest, told = site.latest, site.authority.removed()
    unknown = any(each.digest not in told for each in _of_before(site, claims))
    # Else one that is put back would be taken for a new one.
    return _OF_BEFORE if unknown and latest is not None and len(latest.claims) < MOST_CLAIMS else ""


def _untold_redemption(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> str:
    """Return what the claims tell that is not noted yet; "" for nothing.

    It is judged by the time of the CA, not by that of the look: a run may be continued days later. A CA that was adopted was
    there before its revocation.
    """
    latest = site.latest
    if latest is None or latest.at is None or latest.again:
        return ""
    since = min(latest.at, _there_since(site)) if site.is_ours else latest.at
    return redemption_of(_of_before(site, claims), since)


def why_again(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> str:
    """Return why the CA will have to be replaced once more when a plan is carried out; "" as far as is known by now."""
    why, latest = why_replaced(plan), site.latest
    if why:
        return notes_with(wish, site, Progress(), why).records[-1].again
    if wish.scope is not Scope.ALL or latest is None or not plan.steps or not _is_continued(wish, site):
        return ""
    return latest.again or _untold_redemption(site, plan.claims)


def _of_before(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> tuple[ClaimRecord, ...]:
    """Return the claims that the latest revocation is about; those issued between its two CAs are gone with the first one.

    Whoever issues claims while it goes on could keep it from ending otherwise.
    """
    latest = site.latest
    return claims_of_before(claims, site.authority, latest, latest.begun if latest else None)


def redemption_before(
    wish: RevokeWish, site: RevocableSite, claims: tuple[ClaimRecord, ...], why: str, now: datetime
) -> str:
    """Return which claims were redeemed so late that the CA which is written or adopted now may sign for them."""
    if site.latest is not None and site.latest.again == why:
        claims = _of_before(site, claims)
    if not wish.adopt:
        return redemption_of(claims, now)
    return redemption_of(claims, _there_since(site), "shortly before the CA was rotated, or later")


def _noted_redemption(wish: RevokeWish, site: RevocableSite) -> str:
    """Return that the CA which is written or adopted now may sign for a claim that was removed before; "" if not.

    A claim server goes with its router, and what came before an adoption is the matter of that one.
    """
    noted, latest = site.authority.redeemed, site.latest
    if noted is None or later(noted, IN_FLIGHT) < (_there_since(site) if wish.adopt else site.now):
        return ""
    if wish.adopt:
        is_over = latest is not None and latest.at is not None and noted <= latest.at
    else:
        is_over = all(pod.created > noted for pod in site.rollout.pods)
    return "" if is_over else f"a claim that was removed at {format_instant(noted)} was redeemed shortly before"


def _there_since(site: RevocableSite) -> datetime:
    """Return since when the present CA may have signed: from when it was stored, or from when it was made if that is earlier.

    Its Secret may have been written again since, and may not say when.
    """
    written, made = site.authority.written, oldest(site.authority.certificate)
    return _EVER if written is None else min(written, made or written)


def notes_of_claims(
    wish: RevokeWish, site: RevocableSite, notes: AuthorityNotes, claims: tuple[ClaimRecord, ...]
) -> AuthorityNotes:
    """Return notes that keep what the claims tell, which are about to be deleted."""
    latest = site.latest
    if wish.scope is not Scope.ALL:
        return replace(notes, redeemed=site.now) if _is_removal_untold(site, claims) else notes
    if latest is None:
        return notes
    again = _untold_redemption(site, claims) or latest.again
    removed = _digests(_of_before(site, claims), latest.claims)
    records = (replace(each, again=again, claims=removed) if each.at == latest.at else each for each in notes.records)
    return replace(notes, records=tuple(records))


def _digests(claims: tuple[ClaimRecord, ...], more: tuple[str, ...] = ()) -> tuple[str, ...]:
    return tuple(sorted({*(each.digest for each in claims), *more}))[:MOST_CLAIMS]


def redemption_of(claims: tuple[ClaimRecord, ...], since: datetime, when: str = "shortly before") -> str:
    """Return which claims were redeemed so shortly before a CA was there that it may sign for them; "" if none was."""
    found = tuple(each for each in claims if each.may_be_signed_for(since))
    return f"{named_claims(found)} {'was' if len(found) == 1 else 'were'} redeemed {when}" if found else ""


def named_claims(claims: tuple[ClaimRecord, ...]) -> str:
    """Return the names of claims, as many as one can read."""
    names = sorted(each.name for each in claims)
    more = [counted(len(names) - _NAMED, "other claim")] if len(names) > _NAMED else []
    return " and ".join(names[:_NAMED] + more)


def rollout_lack(wish: RevokeWish, site: RevocableSite) -> str:
    """Return what is still missing until no router with former certificates runs; "" if nothing is."""
    left = former_pods(site)
    gone = wish.until_gone or bool(site.latest and site.latest.again)
    if left and gone:
        stays = "a restart did not end it" if _is_restarted(site) and not site.rollout.lack else ""
        named = named_pods(replace(pod, leaves=pod.leaves or stays) for pod in left)
        return f"{named} still runs with the former certificates"
    return site.rollout.lack if site.rollout.authority == site.fingerprint else ""


def revoke_change(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> Change:
    """Return the difference that the steps of a plan make; waiting makes none."""
    writes = [planned.step for planned in plan.steps if planned.step is not RevokeStep.AWAIT]
    renewed = RevokeStep.REPLACE_CA in writes
    restarted = RevokeStep.RESTART in writes
    begun = renewed or RevokeStep.ADOPT in writes
    notes, removed = notes_after(wish, site), {record.name for record in plan.claims}
    before = {
        "ca": site.fingerprint,
        "claims": sorted(record.name for record in site.records),
        "incoming": [each.name for each in site.incoming],
        "evicted": list(site.authority.evicted),
        "evicted_locations": list(map(str, site.authority.evicted_locations)),
        "unfinished": [],
    }
    after = {
        **before,
        "ca": UNKNOWN if renewed else site.fingerprint,
        "claims": sorted({record.name for record in site.records} - removed),
        "incoming": [] if restarted else before["incoming"],
        "evicted": list(notes.evicted),
        "evicted_locations": list(map(str, notes.evicted_locations)),
    }
    if (restarted and not begun) or (writes and before == after):
        before["unfinished"] = [step.value for step in writes]
    return Change(before, after, plan.why)


def cut_off(site: RevocableSite, plan: RevokePlan) -> list[dict[str, Any]]:
    """Return the sites whose connections a plan ends for good."""
    return [each.view() for each in site.incoming] if plan.has(RevokeStep.RESTART) else []
