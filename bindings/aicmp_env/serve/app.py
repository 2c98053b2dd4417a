"""The web application of ``aicmp serve``."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from aicmp_env.report import page
from aicmp_env.report.folder import ReportError, Results, open_results
from aicmp_env.report.miner import MACHINE_STATES, miner_sections
from aicmp_env.report.sections import sections_of
from aicmp_env.report.words import overview
from aicmp_env.serve.guard import RateLimit, SafeHeaders
from aicmp_env.serve.settings import LIMITS, Settings, parse_limits

_MOST_BODY = 1000
_FORM = "application/x-www-form-urlencoded"
_ASSETS = {"page.css": "text/css", "page.js": "text/javascript", "plotly.js": "text/javascript"}


def create_app(
    folder: str | Path,
    *,
    token: str | None = None,
    hosts: Sequence[str] = ("localhost", "127.0.0.1", "[::1]"),
    requests_per_second: int = 50,
) -> Starlette:
    """An ASGI application that shows a run folder, also while its run goes on.

    It only reads, unless there is a token: then whoever knows it may set the limits of a miner's
    machines in a live run.

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
    settings = Settings(path)

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
        miner = _miner_id(request.path_params["miner"])
        form = None
        if token is not None and not now.ended and now.has(MACHINE_STATES):
            form = _form(now, miner, settings.of(miner))
        sections = miner_sections(now, miner)
        return HTMLResponse(page.render(now, [], sections, served=True, form=form))

    async def change_settings(request: Request) -> Response:
        if token is None:
            raise HTTPException(403, "only reads: start aicmp serve with --token to set limits")
        authorised(request)
        _same_origin(request)
        miner = _miner_id(request.path_params["miner"])
        if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
            raise HTTPException(415, f"settings come as {_FORM}")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BODY:
                raise HTTPException(413, "too long")
        try:
            limits = parse_limits(body)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        await run_in_threadpool(store, miner, limits)
        return RedirectResponse(f"/miners/{miner}", 303)

    def store(miner: int, limits: dict[str, float]) -> None:
        now = results()
        if now.ended or not now.has(MACHINE_STATES):
            raise HTTPException(409, "limits can be set in a run of aicmp run --live with machines")
        states = now.table(MACHINE_STATES)
        if miner not in states["miner"].to_numpy():
            raise HTTPException(404, f"miner {miner} has no modelled machines")
        settings.change(miner, limits)

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
            Route("/miners/{miner}/settings", change_settings, methods=["POST"]),
            Route("/assets/{name}", asset),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(RateLimit, per_second=requests_per_second),
        ],
        exception_handlers={HTTPException: _refuse, ReportError: _missing},
    )


def _form(results: Results, miner: int, asked: Mapping[str, float]) -> page.Form:
    states = results.table(MACHINE_STATES)
    own = states[states["miner"] == miner]
    holds = {
        name: f"{float(own[name].iloc[0]):g}" if own[name].nunique() == 1 else "" for name in LIMITS
    }
    missing = [
        f"{name} = {value:g}" for name, value in asked.items() if holds[name] != f"{value:g}"
    ]
    return page.Form(f"/miners/{miner}/settings", holds, ", ".join(missing))


def _miner_id(text: str) -> int:
    with suppress(ValueError):
        if text.isascii() and text.isdecimal() and len(text) <= 12:
            return int(text)
    raise HTTPException(400, "a miner is a whole number, as in miners.csv")


def _same_origin(request: Request) -> None:
    """A cookie is sent from any port of this machine, so a form must come from our own page."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "a form of another site")


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)


async def _missing(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 404)
