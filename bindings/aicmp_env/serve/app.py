"""The web application of ``aicmp serve``."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from aicmp_env.report import page
from aicmp_env.report.folder import ReportError, Results, open_results
from aicmp_env.report.miner import miner_section
from aicmp_env.report.plotly_view import figure_json
from aicmp_env.report.sections import sections_of
from aicmp_env.report.words import overview
from aicmp_env.serve.guard import RateLimit, SafeHeaders

_ASSETS = {"page.css": "text/css", "page.js": "text/javascript", "plotly.js": "text/javascript"}


def create_app(
    folder: str | Path,
    *,
    token: str | None = None,
    hosts: Sequence[str] = ("localhost", "127.0.0.1", "[::1]"),
    requests_per_second: int = 50,
) -> Starlette:
    """An ASGI application that shows a run folder, also while its run goes on. It only reads.

    Args:
        folder: The folder; it is read anew for every page.
        token: What a client must send as ``Authorization: Bearer TOKEN`` or once as
            ``?token=TOKEN``; nothing by default.
        hosts: Names by which the server may be addressed, against rebinding of names.
        requests_per_second: Of one address; more are refused with status 429.

    Raises:
        ReportError: if the folder is not one of results.
    """
    path = Path(folder)
    open_results(path)

    def results() -> Results:
        try:
            return open_results(path)
        except ReportError as error:
            raise HTTPException(503, str(error)) from error

    def authorised(request: Request) -> None:
        if token is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            given = request.cookies.get("token", "")
        if not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "a token is needed: open /login?token=TOKEN")

    def login(request: Request) -> Response:
        given = request.query_params.get("token", "")
        if token is None or not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "wrong token")
        answer = RedirectResponse("/", 303)
        answer.set_cookie("token", given, httponly=True, samesite="strict")
        return answer

    def overview_page(request: Request) -> Response:
        authorised(request)
        now = results()
        return HTMLResponse(page.render(now, overview(now), sections_of(now), served=True))

    def choose_miner(request: Request) -> Response:
        authorised(request)
        return RedirectResponse(f"/miners/{_miner_id(request.query_params.get('id', ''))}", 303)

    def miner_page(request: Request) -> Response:
        authorised(request)
        now = results()
        section = miner_section(now, _miner_id(request.path_params["miner"]))
        return HTMLResponse(page.render(now, [], [section], served=True))

    def charts(request: Request) -> Response:
        authorised(request)
        drawn = {
            chart.key: json.loads(figure_json(chart))
            for section in sections_of(results())
            for chart in section.charts
        }
        return JSONResponse(drawn)

    def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404, "no such file")
        headers = {"cache-control": "max-age=3600"}
        return Response(page.asset(name), media_type=_ASSETS[name], headers=headers)

    return Starlette(
        routes=[
            Route("/", overview_page),
            Route("/login", login),
            Route("/miners", choose_miner),
            Route("/miners/{miner}", miner_page),
            Route("/api/charts", charts),
            Route("/assets/{name}", asset),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(RateLimit, per_second=requests_per_second),
        ],
        exception_handlers={HTTPException: _refuse, ReportError: _missing},
    )


def _miner_id(text: str) -> int:
    with suppress(ValueError):
        if text.isascii() and text.isdecimal() and len(text) <= 12:
            return int(text)
    raise HTTPException(400, "a miner is a whole number, as in miners.csv")


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)


async def _missing(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 404)
