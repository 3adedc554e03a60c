"""The page behind the link of acknowledgement: a small HTTP service.

Belongs here: the page, its answers. Does not belong here: signing (`links`), recording (`acknowledge`).

Looking at the page changes nothing, since mail scanners open every link: only its button (POST) acknowledges. The page says the
office and the week and nothing else; a link that is not ours says nothing at all. TLS is the business of the proxy before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pipelines.reports.delivery.acknowledge import BY_LINK, acknowledge
from pipelines.reports.delivery.ledger import weeks
from pipelines.reports.delivery.links import PATH, is_signed
from pipelines.reports.delivery.message import issue_of, local, words
from pipelines.reports.delivery.parcels import Parcel, parcels
from pipelines.reports.delivery.web import Guarded, Limits, Rate
from pipelines.reports.templating import TEMPLATES
from pipelines.settings import Settings


def acknowledgement_service(settings: Settings, clock: Callable[[], datetime], limits: Limits) -> Guarded:
    """The service as an ASGI application; `clock` says what time it is.

    It needs the delivery key and the ledger of sends, and no other key.
    """
    rate = Rate(limits.per_minute, clock)
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("acknowledge.html.j2")

    def answer(request: Request) -> Response:
        week, key, signature = (request.path_params[name] for name in ("week", "key", "signature"))
        is_ours = is_signed(settings, week, key, signature)
        if is_ours and rate.is_over(key):
            return Response(status_code=429)
        parcel = parcels(settings, week).get(key) if is_ours and week in weeks(settings) else None
        if parcel is None:
            return HTMLResponse(page.render(says=words()["page"], ask=None, done=None), 404)
        at = parcel.acknowledged_at
        if at is None and request.method == "POST":
            at = clock()
            acknowledge(settings, parcel, BY_LINK, at)
        return HTMLResponse(page.render(says=words()["page"], ask=_ask(parcel), done=_done(at)))

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return Guarded(Starlette(routes=[Route(PATH, endpoint, methods=["GET", "POST"])]), limits)


def _ask(parcel: Parcel) -> str:
    queued = parcel.queued
    return str(words()["page"]["ask"].format(name=queued.name, issue=issue_of(queued.week), build=queued.build_id))


def _done(at: datetime | None) -> str | None:
    return None if at is None else str(words()["page"]["done"].format(when=local(at).strftime("%Y-%m-%d %H:%M")))
