# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send calls to an API server: authenticated, tried again while that helps, and their answers judged.

No other code talks to an API server. It is plain JSON over the kubernetes package's transport.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.wait import Clock
from .api import Manifest
from .cache import Cache
from .call import Call, read_call
from .connect import Transport
from .errors import Request, busy_failure, foreign_failure, not_known, status_failure, transport_failure
from .exchange import HttpRequest, NoReply, Reply, Stream, TooLong, ask, listen
from .response_checks import UnexpectedResponse, is_status
from .retry import Patience, retry_after
from .servertime import ServerTime
from .watcher import Watched
from .write_outcome import FailedTry

try:
    from urllib3._collections import HTTPHeaderDict
except ImportError:
    # connect() reports that before anything here is used.
    HTTPHeaderDict = None  # type: ignore[assignment, misc]

AGENT = "sitemesh.skupper"
# The part of a request's time that one try to write may take. The rest is for checking whether it was carried out.
_SHARE_OF_WRITE = 2 / 3


@dataclass
class Session:
    """What the clients of one cluster share, and how their calls are sent."""

    transport: Transport
    clock: Clock
    time: ServerTime
    wrote: bool = False
    """Whether something was written. A run that has begun to write tries longer, so that it can finish."""
    watches: list[Watched] = field(default_factory=list)
    """All watches that were begun."""
    facts: Cache = field(default_factory=Cache)
    """Facts about the cluster that do not change in a run."""

    def patience(self, lasting: bool = False) -> Patience:
        """Return how long a request may take, from now on."""
        clock = self.clock
        return Patience(clock, clock.monotonic() + self.transport.timeout, lasting or self.wrote)

    def send(self, call: Call, patience: Patience) -> Manifest | None:
        """Send a call and return the object that answers it. None if there is no such object."""
        return self.send_measured(call, patience)[1]

    def send_measured(self, call: Call, patience: Patience) -> tuple[int, Manifest | None]:
        """Send a call until there is an answer. Return its length in bytes and its object. None if there is no such object.

        After a write that may have been carried out, look at the object. Try again only what was not done.
        """
        unsure = False
        while True:
            try:
                return self._try(call, patience)
            except FailedTry as caught:
                failed = caught
            unsure = unsure or failed.unsure
            if unsure and call.look and (failed.again or failed.failure.reason is Reason.CONFLICT):
                found = self._look_again(call, patience, failed)
                if call.look(found):
                    return 0, found or {}
            pause = patience.pause(failed.wanted, failed.busy) if failed.again else None
            if pause is None:
                raise failed.failure
            self.clock.sleep(pause)

    def watch(self, call: Call, watched: Watched, seconds: float) -> Stream:
        """Begin a watch, whose events go to ``watched``."""
        self.watches.append(watched)
        return listen(self.transport.manager, self._http_request(call), seconds, watched)

    def _look_again(self, call: Call, patience: Patience, failed: FailedTry) -> Manifest | None:
        """Look at the object that was to be written. Raise the failure of the try if that is not possible."""
        try:
            request = call.request
            return self.send(read_call(request.kind, request.name, request.place), replace(patience))
        except Failure:
            raise not_known(failed.failure) from None

    def _try(self, call: Call, patience: Patience) -> tuple[int, Manifest | None]:
        """Send the request once. Raise FailedTry."""
        reply = self._exchange(call, patience)
        document = _json(reply.content)
        if reply.status < 300:
            return len(reply.content), self._checked(call, reply, document)
        if reply.status == 404 and call.absent is not None and call.absent(reply, document):
            return 0, None
        raise self._refused(call, reply, document)

    def _checked(self, call: Call, reply: Reply, document: Manifest | None) -> Manifest:
        what = "something that is no JSON object"
        if document is not None:
            try:
                call.check(document)
                return document
            except UnexpectedResponse as unexpected:
                what = str(unexpected)
        failure = foreign_failure(call.request, self.transport.way, reply.status, what)
        raise FailedTry(failure, again=call.writes, unsure=call.writes)

    def _refused(self, call: Call, reply: Reply, document: Manifest | None) -> FailedTry:
        """Return what to raise for an answer that is no success."""
        transport, code = self.transport, reply.status
        wanted = retry_after(reply.headers.get("retry-after"), self.time.now())
        if code == 429:
            said = document if is_status(document) else {}
            return FailedTry(
                busy_failure(call.request, said or {}, wanted, transport.timeout), True, busy=True, wanted=wanted
            )
        if is_status(document) or code == 401:
            failure = status_failure(call.request, code, document or {})
        else:
            failure = foreign_failure(call.request, transport.way, code, "something that is no Kubernetes status")
        passing = code >= 500
        return FailedTry(failure, passing, passing and call.writes, wanted is not None, wanted)

    def _exchange(self, call: Call, patience: Patience) -> Reply:
        left = patience.left()
        if left <= 0:
            raise FailedTry(_timed_out(call.request, self.transport))
        self.wrote = self.wrote or call.writes
        try:
            reply = ask(
                self.transport.manager, self._http_request(call), left * _SHARE_OF_WRITE if call.writes else left
            )
        except TooLong as error:
            failure = foreign_failure(call.request, self.transport.way, error.status, str(error))
            raise FailedTry(failure, again=call.writes, unsure=call.writes) from None
        except NoReply as nothing:
            raise _unanswered(call, self.transport, nothing) from None
        self.time.learn(reply.headers.get("date"))
        return reply

    def _http_request(self, call: Call) -> HttpRequest:
        transport = self.transport
        return HttpRequest(
            call.method,
            transport.server + call.path,
            self._headers(call),
            None if call.body is None else json.dumps(call.body).encode("utf-8"),
            call.longest,
            transport.verify,
        )

    def _headers(self, call: Call) -> Any:
        headers = HTTPHeaderDict({"accept": call.accept, "user-agent": AGENT})
        headers.update(self.transport.authorize())
        if call.body is not None:
            headers["content-type"] = call.media
        for name, value in self.transport.impersonate:
            headers.add(name, value)
        return headers


def _unanswered(call: Call, transport: Transport, nothing: NoReply) -> FailedTry:
    """Return what to raise if no answer came."""
    unsure = nothing.sent and call.writes
    if nothing.cause is None:
        # Another try would only double the wait. A write has kept time for one.
        return FailedTry(_timed_out(call.request, transport), again=call.writes, unsure=unsure)
    failure = transport_failure(call.request, transport.way, nothing.cause, connected=nothing.sent)
    return FailedTry(failure, failure.reason is Reason.API_UNREACHABLE and not nothing.silent, unsure)


def _timed_out(request: Request, transport: Transport) -> Failure:
    return Failure(
        Reason.API_UNREACHABLE,
        f"Could not {request}: the API server {transport.way} did not answer within {transport.timeout} seconds "
        "(request_timeout).",
    )


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
