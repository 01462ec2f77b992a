"""`kpisite lsp`, over the protocol, in a process of its own, by a client."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from kpisite.lsp.buffers import Buffers
from kpisite.lsp.server import Sites
from tests.sites import ROOT, edit, run, small_site, write

RECORD = "records/2026-10/A1.toml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, whose October waits for what is still to come."""
    files = small_site("records/2026-10/B1.toml")
    files["records/2026-10/month.toml"] = 'month = "2026-10"\nmissing = "provisional"\n'
    return write(files, tmp_path / "站点 一")


class Editor:
    """What an editor does: opens, types, asks, and keeps what it is told is wrong."""

    def __init__(self, site: Path, client: LanguageClient) -> None:
        self.site = site
        self.client = client
        self.wrong: dict[str, list[types.Diagnostic]] = {}
        self.told = asyncio.Event()
        self._version = 0

    def uri(self, path: str) -> str:
        return (self.site / path).as_uri()

    def open(self, path: str) -> None:
        text = (self.site / path).read_text(encoding="utf-8")
        item = types.TextDocumentItem(self.uri(path), "toml", 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, path: str, text: str) -> None:
        """Puts a text in the place of the whole file."""
        self._version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=self._version),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def until(self, path: str, expected: list[str]) -> list[types.Diagnostic]:
        """Waits until this is what is wrong in a file, as it is to be in the end."""
        while [one.code for one in self.wrong.get(self.uri(path), [])] != expected:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), 300)
        return self.wrong.get(self.uri(path), [])

    def at(self, path: str, line: int, character: int) -> dict[str, Any]:
        place = types.Position(line=line, character=character)
        return {"text_document": types.TextDocumentIdentifier(self.uri(path)), "position": place}


def in_editor(site: Path, work: Callable[[Editor], Awaitable[None]]) -> None:
    """Starts the server as an editor does, and ends it."""

    async def session() -> None:
        client = LanguageClient("test", "1")
        editor = Editor(site, client)

        def published(params: types.PublishDiagnosticsParams) -> None:
            editor.wrong[params.uri] = list(params.diagnostics)
            editor.told.set()

        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        await client.start_io(sys.executable, "-m", "kpisite", "lsp", cwd=ROOT)
        await client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(), root_uri=site.as_uri(), process_id=None
            )
        )
        client.initialized(types.InitializedParams())
        try:
            await work(editor)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()

    asyncio.run(session())


def test_the_same_issues_are_reported_while_one_types_and_go_when_they_are_mended(
    site: Path,
) -> None:
    text = (site / RECORD).read_text(encoding="utf-8")
    broken = text.replace("supervisor = 50", "supervisor = 500")

    async def work(editor: Editor) -> None:
        editor.open(RECORD)
        editor.type(RECORD, broken)
        (issue,) = await editor.until(RECORD, ["mark-too-high"])
        assert issue.range.start.line == text.split("\n").index(
            "care = { self = 60, supervisor = 50 }"
        )
        assert "500" in issue.message
        editor.type(RECORD, text)
        await editor.until(RECORD, [])

    in_editor(site, work)
    assert (site / RECORD).read_text(encoding="utf-8") == text, "nothing is saved"
    edit(site, RECORD, "supervisor = 50", "supervisor = 500")
    assert "mark-too-high" in run("check", at=site).output


def test_hover_shows_the_rows_rule_and_the_score_so_far(site: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.open(RECORD)
        line = (
            (site / RECORD)
            .read_text("utf-8")
            .split("\n")
            .index("care = { self = 60, supervisor = 50 }")
        )
        found = await editor.client.text_document_hover_async(
            types.HoverParams(**editor.at(RECORD, line, 2))
        )
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        said = found.contents.value
        # 60 × 40% + 50 × 60% = 54
        assert "**细心** `care` · 0–60" in said
        assert "54 / 60" in said
        assert "60 × 40% + 50 × 60%" in said
        nobody = await editor.client.text_document_hover_async(
            types.HoverParams(**editor.at(RECORD, 2, 0))
        )
        assert nobody is None
        who = await editor.client.text_document_hover_async(
            types.HoverParams(**editor.at(RECORD, 0, 14))
        )
        assert who is not None
        assert isinstance(who.contents, types.MarkupContent)
        assert who.contents.value == "安然"

    in_editor(site, work)


def offers(found: Any) -> list[tuple[str, str]]:
    items = found.items if isinstance(found, types.CompletionList) else found
    ordered = sorted(items, key=lambda one: one.sort_text)
    return [(one.label, one.text_edit.new_text) for one in ordered]


def test_completion_offers_ids_and_what_the_month_still_lacks(site: Path) -> None:
    new = "records/2026-10/B1.toml"

    async def complete(editor: Editor, path: str, text: str) -> list[tuple[str, str]]:
        editor.type(path, text)
        line = text.count("\n")
        character = len(text.rpartition("\n")[2].encode("utf-16-le")) // 2
        place = editor.at(path, line, character)
        return offers(
            await editor.client.text_document_completion_async(types.CompletionParams(**place))
        )

    async def work(editor: Editor) -> None:
        (site / new).write_text("", encoding="utf-8")
        editor.open(new)
        (site / new).unlink()
        found = await complete(editor, new, 'employee = "')
        assert found[0] == ("B1", "B1"), "who has no record yet comes first"
        assert {label for label, _ in found} == {"A1", "A2", "B1", "M1", "M2"}
        head = 'employee = "B1"\nmonth = "2026-10"\n\n[marks]\n'
        assert await complete(editor, new, head + "c") == [
            ("care", "care = { self = $1, supervisor = $2 }"),
            ("speed", "speed = { self = $1, supervisor = $2 }"),
        ]
        more = head + "care = { self = 5, supervisor = 6 }\n"
        assert [one for one, _ in await complete(editor, new, more)] == ["speed"]
        assert await complete(editor, new, head + "care = { self = 5, s") == [
            ("supervisor", "supervisor = $1")
        ]
        figures = more + "\n[metrics]\nplan = 80000\n"
        assert await complete(editor, new, figures) == [("sales", "sales = $1")]

    in_editor(site, work)


def test_quick_fixes_do_what_the_remedy_says(site: Path) -> None:
    text = (site / RECORD).read_text(encoding="utf-8")
    broken = text.replace("supervisor = 50", "supervisr = 50").replace(
        "[marks]", "# 注：“😀”\n[marks]"
    )

    async def work(editor: Editor) -> None:
        editor.open(RECORD)
        editor.type(RECORD, broken)
        issue, *_ = await editor.until(RECORD, ["unknown-rater"])
        found = await editor.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(editor.uri(RECORD)),
                issue.range,
                types.CodeActionContext(diagnostics=[issue]),
            )
        )
        assert found
        (action,) = (one for one in found if isinstance(one, types.CodeAction))
        assert action.edit is not None
        assert action.edit.changes is not None
        (change,) = action.edit.changes[editor.uri(RECORD)]
        assert isinstance(change, types.TextEdit)
        lines = broken.split("\n")
        line = lines[change.range.start.line]
        start, end = change.range.start.character, change.range.end.character
        lines[change.range.start.line] = line[:start] + change.new_text + line[end:]
        editor.type(RECORD, "\n".join(lines))
        await editor.until(RECORD, [])

    in_editor(site, work)


def test_one_goes_from_a_mark_to_the_row_of_its_scheme(site: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.open(RECORD)
        lines = (site / RECORD).read_text(encoding="utf-8").split("\n")
        line = next(number for number, one in enumerate(lines) if one.startswith("speed"))
        found = await editor.client.text_document_definition_async(
            types.DefinitionParams(**editor.at(RECORD, line, 3))
        )
        assert isinstance(found, types.Location)
        assert found.uri == editor.uri("records/schemes/form.toml")
        scheme = (site / "records/schemes/form.toml").read_text(encoding="utf-8").split("\n")
        there = scheme[found.range.start.line : found.range.start.line + 2]
        assert any('"speed"' in one for one in there)
        whose = await editor.client.text_document_definition_async(
            types.DefinitionParams(**editor.at(RECORD, 0, 14))
        )
        assert isinstance(whose, types.Location)
        assert whose.uri == editor.uri("records/staff/A1.toml")

    in_editor(site, work)


def test_a_file_that_is_in_no_site_is_left_alone(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "x.toml"
    other.write_text("a = 1\n", encoding="utf-8")

    async def work(editor: Editor) -> None:
        elsewhere = Editor(tmp_path, editor.client)
        elsewhere.open("x.toml")
        found = await editor.client.text_document_hover_async(
            types.HoverParams(**elsewhere.at("x.toml", 0, 0))
        )
        assert found is None

    in_editor(site, work)


def test_without_its_library_the_command_says_how_to_get_it(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("lsp", "--check", at=site).code == 0
    monkeypatch.setattr("kpisite.cli.lsp.find_spec", lambda _: None)
    ran = run("lsp", at=site)
    assert ran.code == 2
    assert "kpisite[lsp]" in ran.errors


def test_a_check_keeps_nobody_from_typing(site: Path) -> None:
    async def session() -> bool:
        sites, is_typed = Sites(), threading.Event()
        check = asyncio.ensure_future(sites.work(lambda: is_typed.wait(60)))
        await asyncio.sleep(0)
        is_typed.set()  # which no one could, if the check held the loop
        return await check

    assert asyncio.run(session())


def test_what_was_found_of_a_text_that_is_typed_over_is_not_reported(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[object] = []
    server: Any = SimpleNamespace(text_document_publish_diagnostics=reported.append)
    buffers = Buffers(site)

    def at_rest(_server: object, _buffers: Buffers) -> dict[str, list[types.Diagnostic]]:
        return {RECORD: []}

    def typed_over(_server: object, buffers: Buffers) -> dict[str, list[types.Diagnostic]]:
        buffers.hold(RECORD, "")
        return {RECORD: []}

    for found, count in ((typed_over, 0), (at_rest, 1)):
        monkeypatch.setattr("kpisite.lsp.server._diagnostics", found)
        asyncio.run(Sites()._report(server, buffers))
        assert len(reported) == count
