"""What a printed form carries within it as files: the record, the form, the policy, the workings.

`carried.py` says what is in them.  Comments are no part of a file's data, and so are never in them.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import tomli_w

from kpisite import __version__
from kpisite.check.ground import Ground
from kpisite.core.attachment import Attachment
from kpisite.core.issue import Keys
from kpisite.core.text import Language
from kpisite.history.commits import UNKNOWN, Revision
from kpisite.outcomes.after import version_of
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import shown_workings
from kpisite.pages.carried import POLICY, RECORD, SCHEME, CopyView, Rule, held
from kpisite.pages.row import Row, Work
from kpisite.pages.scorecard import ScorecardFacts
from kpisite.words import page_words

#: The shape of `kpisite.json`; another number where what it says changes its meaning.
FORMAT = 1
NO_VERSIONS: Mapping[str, str] = MappingProxyType({})


def stating_nothing(kind: str, company: str, title: str, language: Language) -> Attachment:
    """What a program reads first of a printed thing that is nobody's scorecard, a `blank` form, a
    `list` or a `bundle`: that there is nothing to prove of it."""
    said = {"format": FORMAT, "site": company, "copy": kind, "title": title, "kpisite": __version__}
    return _attachment("kpisite.json", _json(said), page_words(language))


class Attachments:
    """The attachments of all forms of a site; schemes and policies are written once each."""

    def __init__(
        self, book: Ground, language: Language, made_by: Mapping[str, str] = NO_VERSIONS
    ) -> None:
        self._book = book
        self._words = page_words(language)
        self._made_by = dict(sorted(made_by.items()))
        self._company = book.site.model.company.say(language)
        self._written: dict[tuple[str, bool], bytes] = {}

    def of(
        self,
        result: Result,
        card: ScorecardFacts,
        revision: Revision = UNKNOWN,
        typefaces: Mapping[str, str] = NO_VERSIONS,
    ) -> tuple[Attachment, ...]:
        """Those of one copy, of which `card` is what it shows: the pay is in them where it is on
        the card.  `revision` is that of the record, `typefaces` are those of the machine that the
        form's rare characters are drawn with, and their versions."""
        view = CopyView(
            book=self._book,
            result=result,
            with_pay=bool(card.wage),
            shown=_shown_entries(result, with_pay=bool(card.wage)),
        )
        written = {
            "record.toml": self._toml(result.card.record.path, RECORD, view),
            "scheme.toml": self._once(result.card.scheme.path, SCHEME, view),
            "working.json": _json(_working(card)),
            "kpisite.json": _json(self._about(view, card, revision, typefaces)),
        }
        if result.policy is not None:
            written["policy.toml"] = self._once(result.policy.path, POLICY, view)
        return tuple(_attachment(name, written[name], self._words) for name in sorted(written))

    def _once(self, path: str, rules: Mapping[str, Rule], view: CopyView) -> bytes:
        self._book.documents.get(path)  # asked for each time, be it written already
        key = (f"{path} {view.scheme.id}", view.with_pay)
        if key not in self._written:
            self._written[key] = self._toml(path, rules, view)
        return self._written[key]

    def _toml(self, path: str, rules: Mapping[str, Rule], view: CopyView) -> bytes:
        """What a copy holds of a file's data, as TOML."""
        document = self._book.documents.get(path)
        data = {} if document is None else document.data
        return tomli_w.dumps(held(view, data, rules)).encode()

    def _about(
        self,
        view: CopyView,
        card: ScorecardFacts,
        revision: Revision,
        typefaces: Mapping[str, str],
    ) -> dict[str, Any]:
        """What a program asks first of a form: whose it is, of what, and in which version."""
        result = view.result
        return {
            "format": FORMAT,
            "site": self._company,
            "appraisee": result.appraisee_id,
            "month": str(result.month),
            "part": result.qualifier or "",
            "copy": "pay" if view.with_pay else "no-pay",
            "fingerprint": card.fingerprint,
            "version": version_of(self._book, result),
            "revision": "uncommitted" if revision.is_uncommitted else revision.commit,
            "revised": revision.day,
            "total": card.total,
            "grade": "" if card.grade is None else card.grade.name,
            "signers": [
                {"field": one.id, "rater": one.rater, "capacity": one.capacity, "name": one.name}
                for one in card.signatures
            ],
            "kpisite": __version__,
            "made-by": self._made_by | dict(typefaces),
        }


def _attachment(name: str, content: bytes, words: Mapping[str, str]) -> Attachment:
    stem, _, suffix = name.rpartition(".")
    return Attachment(
        name=name,
        content=content,
        mime=f"application/{suffix}",
        relationship="Supplement" if suffix == "json" else "Data",
        description=words[f"attached-{stem}"],
    )


def _shown_entries(result: Result, *, with_pay: bool) -> frozenset[Keys]:
    """The entries of the record on which a number rests that a copy shows."""
    shown = list(shown_workings(result.card.total))
    if with_pay and result.wage is not None:
        shown += shown_workings(result.wage)
    path = result.card.record.path
    sources = (one for working in shown for one in working.sources_in(path) if one.path == path)
    return frozenset(source.keys[:2] for source in sources)


# The workings, as the page shows them.


def _working(card: ScorecardFacts) -> dict[str, Any]:
    """Every row of the form, and of the pay where the copy shows it, with what it stands on."""
    said: dict[str, Any] = {
        "rows": [_row(row, card.raters) for row in card.rows],
        "total": {"value": card.total, "most": card.most, **_work(card.total_work)},
    }
    if card.wage:
        rows = [_row(row, card.raters) for row in card.pay]
        said["pay"] = {"name": card.wage_name, "value": card.wage, "rows": rows}
    return said


def _row(row: Row, raters: tuple[str, ...]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": row.kind,
        "label": row.label,
        "weight": row.weight,
        "most": row.most,
        "marks": {rater: mark for rater, mark in zip(raters, row.marks, strict=False) if mark},
        "value": row.value,
    }
    return _without_empty(said | ({} if row.work is None else _work(row.work)))


def _work(work: Work) -> dict[str, Any]:
    leaves = [
        _without_empty(
            {
                "label": leaf.label,
                "value": leaf.value,
                "meaning": leaf.meaning,
                "depth": leaf.depth,
            }
        )
        for leaf in work.leaves
    ]
    return _without_empty({"working": work.calculation, "parts": leaves})


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in said.items() if one or one == 0}


def _json(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
