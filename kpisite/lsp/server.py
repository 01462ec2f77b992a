"""The Language Server Protocol: the one module that knows pygls.

It holds what the editor holds, answers what it asks, and says what is wrong a moment after nothing
more is typed.  A site is checked in a thread of its own, so that a large one keeps nobody from
typing; what was found of a state that is typed over meanwhile is dropped.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from kpisite import __version__
from kpisite.check.located import Located
from kpisite.core.issue import Place
from kpisite.disk.root import find_site
from kpisite.lsp.answers import Mending, definition, hover, mendings, offers
from kpisite.lsp.buffers import Buffers
from kpisite.words import worded

#: So many seconds after the last change is it said what is wrong.
QUIET = 0.3
T = TypeVar("T")
SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}


class Sites:
    """The sites that an editor has files of, each with what is typed in it."""

    def __init__(self) -> None:
        self._by_root: dict[Path, Buffers] = {}
        self._marked: defaultdict[Path, set[str]] = defaultdict(set)
        self._waiting: dict[Path, asyncio.TimerHandle] = {}
        self._reports: set[asyncio.Task[None]] = set()
        self._worker = ThreadPoolExecutor(1)

    async def work(self, question: Callable[[], T]) -> T:
        """The answer to a question about a site, found in the one thread that checks."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, question)

    def of(self, uri: str) -> tuple[Buffers, str] | None:
        """The site that a file lies in, and its path there; None for one that is in no site."""
        place = to_fs_path(uri)
        root = None if place is None else find_site(Path(place).parent)
        if place is None or root is None:
            return None
        path = Path(place).resolve().relative_to(root.resolve()).as_posix()
        if root not in self._by_root:
            self._by_root[root] = Buffers(root)
        return self._by_root[root], path

    def later(self, server: LanguageServer, buffers: Buffers) -> None:
        """Says what is wrong in a site when nothing more is typed for a moment."""
        root = buffers.site.root
        if root in self._waiting:
            self._waiting[root].cancel()
        loop = asyncio.get_running_loop()
        self._waiting[root] = loop.call_later(QUIET, self._begin, server, buffers)

    def _begin(self, server: LanguageServer, buffers: Buffers) -> None:
        report = asyncio.ensure_future(self._report(server, buffers))
        self._reports.add(report)
        report.add_done_callback(self._reports.discard)

    async def _report(self, server: LanguageServer, buffers: Buffers) -> None:
        """Says what is wrong in every file of a site, and of others that nothing is any more;
        nothing where somebody has typed on."""
        root, version = buffers.site.root, buffers.version
        found = await self.work(
            lambda: _diagnostics(server, buffers) if buffers.version == version else None
        )
        if found is None or buffers.version != version:
            return
        for path in sorted(self._marked[root] | found.keys()):
            params = types.PublishDiagnosticsParams(
                uri=_uri(buffers, path), diagnostics=found.get(path, [])
            )
            server.text_document_publish_diagnostics(params)
        self._marked[root] = set(found)


def _diagnostics(server: LanguageServer, buffers: Buffers) -> dict[str, list[types.Diagnostic]]:
    """What is wrong in each file."""
    found: defaultdict[str, list[types.Diagnostic]] = defaultdict(list)
    for issue in buffers.loaded.issues:
        found[issue.at.path].append(_diagnostic(server, buffers, issue))
    return found


def make_server() -> LanguageServer:
    """A server that knows no file yet."""
    server, sites = LanguageServer("kpisite", f"v{__version__}"), Sites()

    def hold(uri: str) -> None:
        found = sites.of(uri)
        if found is not None:
            buffers, path = found
            buffers.hold(path, server.workspace.get_text_document(uri).source)
            sites.later(server, buffers)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        hold(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        hold(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        found = sites.of(params.text_document.uri)
        if found is not None:
            found[0].hold(found[1], None)
            sites.later(server, found[0])

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        found = sites.of(params.text_document.uri)
        if found is not None:
            found[0].forget()
            sites.later(server, found[0])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            found = sites.of(change.uri)
            if found is not None:
                found[0].forget()
                sites.later(server, found[0])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        place = _place(server, sites, params)
        if place is None:
            return None
        buffers, path, line, column = place
        said = await sites.work(lambda: hover(buffers.at(path), line, column))
        markdown = types.MarkupContent(kind=types.MarkupKind.Markdown, value=said)
        return types.Hover(contents=markdown) if said else None

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=['"', "{"])
    )
    async def completed(params: types.CompletionParams) -> types.CompletionList:
        place = _place(server, sites, params)
        items = []
        if place is not None:
            items = await sites.work(lambda: list(_items(server, *place)))
        return types.CompletionList(is_incomplete=False, items=items)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: types.DefinitionParams) -> types.Location | None:
        place = _place(server, sites, params)
        if place is None:
            return None
        buffers, path, line, column = place
        found = await sites.work(lambda: definition(buffers.at(path), line, column))
        if found is None:
            return None
        return types.Location(uri=_uri(buffers, found.path), range=_range(server, buffers, found))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    async def acted(params: types.CodeActionParams) -> list[types.CodeAction]:
        found = sites.of(params.text_document.uri)
        if found is None:
            return []
        buffers, path = found
        first, last = params.range.start.line + 1, params.range.end.line + 1
        mended = await sites.work(lambda: list(mendings(buffers, path, first, last)))
        return [_action(server, buffers, one) for one in mended]

    return server


def _place(
    server: LanguageServer,
    sites: Sites,
    params: types.HoverParams | types.CompletionParams | types.DefinitionParams,
) -> tuple[Buffers, str, int, int] | None:
    """The place that an editor asks about, line and column from one, in characters."""
    found = sites.of(params.text_document.uri)
    if found is None:
        return None
    buffers, path = found
    lines = buffers.at(path).lines
    codec = server.workspace.position_codec
    position = codec.position_from_client_units(lines, params.position)
    return buffers, path, position.line + 1, position.character + 1


def _uri(buffers: Buffers, path: str) -> str:
    return str(from_fs_path(str(buffers.site.root.resolve() / path)))


def _range(server: LanguageServer, buffers: Buffers, place: Place) -> types.Range:
    """The columns of a place as the editor counts them."""
    start = types.Position(line=place.line - 1, character=place.column - 1)
    end = types.Position(line=place.line - 1, character=max(place.end, place.column))
    return _to_client(server, buffers.at(place.path).lines, types.Range(start=start, end=end))


def _to_client(server: LanguageServer, lines: Sequence[str], span: types.Range) -> types.Range:
    return server.workspace.position_codec.range_to_client_units(lines, span)


def _diagnostic(server: LanguageServer, buffers: Buffers, issue: Located) -> types.Diagnostic:
    wording = worded(issue, buffers.language)
    return types.Diagnostic(
        range=_range(server, buffers, issue.at),
        message=f"{wording.message}\n{wording.help}",
        severity=SEVERITIES[wording.severity],
        code=issue.code,
        source="kpisite",
        related_information=[
            types.DiagnosticRelatedInformation(
                location=types.Location(
                    uri=_uri(buffers, one.path), range=_range(server, buffers, one)
                ),
                message=one.path,
            )
            for one in issue.also
        ],
    )


def _items(
    server: LanguageServer, buffers: Buffers, path: str, line: int, column: int
) -> Iterator[types.CompletionItem]:
    """What may be written, that which is wanted first."""
    lines = buffers.at(path).lines
    for number, offer in enumerate(offers(buffers.at(path), line, column)):
        start = types.Position(line=line - 1, character=offer.column - 1)
        end = types.Position(line=line - 1, character=column - 1)
        span = _to_client(server, lines, types.Range(start=start, end=end))
        yield types.CompletionItem(
            label=offer.label,
            detail=offer.detail,
            kind=types.CompletionItemKind.Value,
            sort_text=f"{0 if offer.is_wanted else 1}{number:06}",
            filter_text=offer.label,
            insert_text_format=types.InsertTextFormat.Snippet,
            text_edit=types.TextEdit(range=span, new_text=_snippet(offer.text)),
        )


def _snippet(text: str) -> str:
    """A text to fill in: each `…` is a place to type in, one after the other."""
    for sign in ("\\", "$"):
        text = text.replace(sign, f"\\{sign}")
    first, *rest = text.split("…")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


def _action(server: LanguageServer, buffers: Buffers, mending: Mending) -> types.CodeAction:
    edit = types.TextEdit(
        range=_range(server, buffers, mending.place), new_text=mending.text
    )  # fmt: skip
    changes = {_uri(buffers, mending.place.path): [edit]}
    return types.CodeAction(
        title=mending.said,
        kind=types.CodeActionKind.QuickFix,
        is_preferred=True,
        edit=types.WorkspaceEdit(changes=changes),
    )
