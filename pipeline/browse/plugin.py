"""What Datasette does not do by itself: Finnish search, explain pages, our style, and a policy for every page."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, unquote

from datasette import hookimpl
from datasette.utils import tilde_encode
from datasette.utils.asgi import NotFound, Response
from markupsafe import Markup

from pipeline.browse.database import public_tables
from pipeline.browse.describe import COLUMNS, NAME
from pipeline.browse.words import HIT_BEGINS, HIT_ENDS, cut_excerpt, expand_query
from pipeline.errors import PipelineError
from pipeline.explain.from_snapshot import UnknownProjectError, explain_snapshot
from pipeline.explain.page import write_page
from pipeline.web_page import read_asset, safe

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
F = TypeVar("F", bound=Callable[..., object])

hook: Callable[[F], F] = hookimpl
last_hook: Callable[[F], F] = hookimpl(trylast=True)


class Request(Protocol):
    """What a route is given."""

    @property
    def url_vars(self) -> Mapping[str, str]: ...


class Row(Protocol):
    """A row that was read, by its columns' names."""

    def keys(self) -> Iterable[str]: ...

    def __getitem__(self, name: str) -> object: ...


KEPT_PAGES = 16
_ASSETS = {"browse.css": "text/css; charset=utf-8", "browse.js": "text/javascript; charset=utf-8"}
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


@dataclass(eq=False)
class BrowsePlugin:
    """Datasette calls its methods; one for each server."""

    snapshot: Path
    hosts: frozenset[str] | None
    """Names by which the server may be called (another page cannot pass for it); None: any."""
    _pages: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    __name__ = "pipeline.browse.plugin"

    @last_hook
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """After Datasette's own, whose ``escape_fts`` this replaces: so its search boxes know Finnish."""
        conn.create_function("escape_fts", 1, lambda text: expand_query(text or ""), deterministic=True)
        conn.create_function("excerpt", 2, cut_excerpt, deterministic=True)

    @hook
    def render_cell(self, row: Row, value: object, column: str, table: str | None, database: str) -> Markup | None:
        """Hits marked; a way to the explain page wherever a document is named."""
        del database
        if column == "hit" and isinstance(value, str):
            marked = safe(value).replace(HIT_BEGINS, "<mark>").replace(HIT_ENDS, "</mark>")
            return Markup(marked)  # noqa: S704 - escaped by safe
        if column == "document_id" and table != "documents":
            return _document_cell(value)
        if (table, column) == (None, "project_code") and isinstance(value, str):
            return Markup(f'<a href="/{NAME}/projects/{tilde_encode(value)}">{safe(value)}</a>')  # noqa: S704
        if (table, column) in (("projects", "project_name"), ("documents", "path"), (None, "project_name")):
            return _named_cell(row, value)
        return None

    @hook
    def register_routes(self) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
        return [
            (r"^/-/hankekuvaus/(?P<name>[a-z.]+)$", self.send_asset),
            (r"^/-/explain/(?P<code>[^/]+)$", self.send_explained),
        ]

    @hook
    def extra_template_vars(self) -> dict[str, Any]:
        return {"browse_columns": COLUMNS, "browse_database": NAME, "browse_tables": public_tables()}

    @hook
    def asgi_wrapper(self) -> Callable[[Application], Application]:
        return self._guard

    async def send_asset(self, request: Request) -> Response:
        """Our style sheet and script."""
        name = request.url_vars["name"]
        if name not in _ASSETS:
            raise NotFound("no such file")
        return Response(read_asset("pipeline.browse", f"static/{name}"), content_type=_ASSETS[name])

    async def send_explained(self, request: Request) -> Response:
        """The explain page of a project or document, masked, made when it is asked for."""
        code = unquote(request.url_vars["code"])
        async with self._lock:  # one at a time: a page may take a child process of its own
            page = self._pages.get(code)
            if page is None:
                try:
                    page = await asyncio.to_thread(self._explain, code)
                except UnknownProjectError as error:
                    raise NotFound(str(error)) from error
                except (PipelineError, OSError) as error:
                    return Response.text(f"This page cannot be made: {error}", status=500)
                self._pages[code] = page
                if len(self._pages) > KEPT_PAGES:
                    self._pages.popitem(last=False)
        return Response(page, content_type="text/html; charset=utf-8")

    def _explain(self, code: str) -> bytes:
        return write_page(explain_snapshot(self.snapshot, code)).encode()

    def _guard(self, app: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return

            async def send_safely(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    event = {**event, "headers": [*event.get("headers", ()), *_HEADERS]}
                await send(event)

            if self.hosts is not None and _host(scope) not in self.hosts:
                refusal = Response.text("This server answers to its own name only.", status=421)
                await refusal.asgi_send(send_safely)
                return
            await app(scope, receive, send_safely)

        return guarded


def _host(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    return given.rpartition(":")[0] if given.rpartition(":")[2].isdigit() else given


def _document_cell(value: object) -> Markup | None:
    if not value:
        return None
    label, key = (value["label"], value["value"]) if isinstance(value, dict) else (f"{value}"[:12] + "…", value)
    row = f'<a href="/{NAME}/documents/{tilde_encode(str(key))}">{escape(str(label))}</a>'
    return Markup(f"{row} {_explain_link(key)}")  # noqa: S704 - escaped above


def _named_cell(row: Row, value: object) -> Markup | None:
    """A name with the way to its explain page, where the row was read with its key."""
    names = list(row.keys())
    key = next((row[name] for name in ("document_id", "project_code") if name in names), None)
    key = key["value"] if isinstance(key, dict) else key
    return Markup(f"{safe(value or '–')} {_explain_link(key)}") if key else None  # noqa: S704 - escaped by safe


def _explain_link(key: object) -> str:
    return f'<a class="explain" href="/-/explain/{quote(str(key), safe="")}">explain</a>' if key else ""
