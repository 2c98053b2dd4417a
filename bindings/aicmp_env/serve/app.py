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
    pages = _Pages(path, token)
    return Starlette(
        routes=[
            Route("/", pages.overview),
            Route("/login", pages.login),
            Route("/miners", pages.choose_miner),
            Route("/miners/{miner}", pages.miner),
            Route("/miners/{miner}/settings", pages.change_settings, methods=["POST"]),
            Route("/assets/{name}", _asset),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(RateLimit, per_second=requests_per_second),
        ],
        exception_handlers={HTTPException: _refuse, ReportError: _missing},
    )


class _Pages:
    """What is shown of a folder, to whom."""

    def __init__(self, folder: Path, token: str | None) -> None:
        self._folder = folder
        self._token = token
        self._settings = Settings(folder)

    def login(self, request: Request) -> Response:
        given = request.query_params.get("token", "")
        if not self._knows_token(given):
            raise HTTPException(401, "wrong token")
        answer = RedirectResponse("/", 303)
        answer.set_cookie("token", given, httponly=True, samesite="strict")
        return answer

    def overview(self, request: Request) -> Response:
        self._authorise(request)
        now = self._results()
        return HTMLResponse(page.render(now, overview(now), sections_of(now), served=True))

    def choose_miner(self, request: Request) -> Response:
        self._authorise(request)
        return RedirectResponse(f"/miners/{_miner_id(request.query_params.get('id', ''))}", 303)

    def miner(self, request: Request) -> Response:
        self._authorise(request)
        now = self._results()
        miner = _miner_id(request.path_params["miner"])
        form = None
        if self._token is not None and _takes_limits(now):
            form = _form(now, miner, self._settings.of(miner))
        sections = miner_sections(now, miner)
        return HTMLResponse(page.render(now, [], sections, served=True, form=form))

    async def change_settings(self, request: Request) -> Response:
        if self._token is None:
            raise HTTPException(403, "only reads: start aicmp serve with --token to set limits")
        self._authorise(request)
        _same_origin(request)
        miner = _miner_id(request.path_params["miner"])
        try:
            limits = parse_limits(await _form_body(request))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        await run_in_threadpool(self._store, miner, limits)
        return RedirectResponse(f"/miners/{miner}", 303)

    def _results(self) -> Results:
        try:
            return open_results(self._folder)
        except ReportError as error:
            raise HTTPException(503, str(error)) from error

    def _knows_token(self, given: str) -> bool:
        token = self._token
        return token is not None and secrets.compare_digest(given.encode(), token.encode())

    def _authorise(self, request: Request) -> None:
        if self._token is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            given = request.cookies.get("token", "")
        if not self._knows_token(given):
            raise HTTPException(401, "a token is needed: open /login?token=TOKEN")

    def _store(self, miner: int, limits: dict[str, float]) -> None:
        now = self._results()
        if not _takes_limits(now):
            raise HTTPException(409, "limits can be set in a run of aicmp run --live with machines")
        states = now.table(MACHINE_STATES)
        if miner not in states["miner"].to_numpy():
            raise HTTPException(404, f"miner {miner} has no modelled machines")
        self._settings.change(miner, limits)


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404, "no such file")
    headers = {"cache-control": "max-age=3600"}
    return Response(page.asset(name), media_type=_ASSETS[name], headers=headers)


def _takes_limits(results: Results) -> bool:
    return not results.ended and results.has(MACHINE_STATES)


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


async def _form_body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise HTTPException(415, f"settings come as {_FORM}")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise HTTPException(413, "too long")
    return body


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
