"""A faulty file read in part: every issue reported, the rest of the file kept."""

import re

from kpisite.core.issue import Fix, Issue, Keys, Outcome, Place
from kpisite.read.document import Document
from kpisite.read.lines import position_after
from kpisite.read.statements import Statement, statement_at, statements
from kpisite.read.syntax_issues import SyntaxIssue, issue_left_open, syntax_issue_at
from kpisite.read.tokens import is_left_open, is_string, tokens
from kpisite.read.toml import TooDeep, parsed

#: After so many broken lines in one file the rest is more noise than help.
MOST_BROKEN_LINES = 50
#: So much of a file is read at most, in characters, over all the times that it is read anew.
MOST_READ = 5_000_000

#: What the parser takes and no calendar or clock has: year 0, a leap second.
_IMPOSSIBLE = re.compile(r"\b0000-[0-9]{2}-[0-9]{2}|:60")


def read_in_part(path: str, text: str) -> Outcome[Document | None]:
    """The document of all that can be read, and an issue for every statement that cannot.

    What is wrong is reported, then mended where it is plain what was meant, or else blanked, and
    the parser asked again; no line moves, so that every place stays true.
    """
    recovery = Recovery(path, text)
    while len(recovery.issues) < most_broken_lines(text):
        try:
            data = parsed("\n".join(recovery.lines))
        except TooDeep as deep:
            return None, [*recovery.issues, deep.issue(path)]
        except ValueError as error:
            if not recovery.apply(error):
                break
            continue
        for name in recovery.stand_ins:
            data.pop(name, None)
        readable = "\n".join(recovery.lines)
        return Document(path, text, data, readable, frozenset(recovery.broken)), recovery.issues
    return None, recovery.issues


def most_broken_lines(text: str) -> int:
    """After how many broken lines the file is given up; of a large one after few, as each of them
    costs one more reading."""
    return max(5, min(MOST_BROKEN_LINES, MOST_READ // max(len(text), 1)))


class Recovery:
    """A faulty file's lines while they are mended one after the other.

    `broken` are the entries lost on the way; `stand_ins` are the names of tables put in the place
    of those whose headers cannot be read, so that what follows does not fall into another table.
    """

    def __init__(self, path: str, text: str) -> None:
        self.lines = text.split("\n")
        self.issues: list[Issue] = []
        self.broken: set[Keys] = set()
        self.stand_ins: list[str] = []
        self._path = path
        self._statements = statements(text)
        self._mended: set[int] = set()
        self._gone: set[int] = set()

    def apply(self, error: ValueError) -> bool:
        """Reports what the parser complains of, and mends it or takes it out; whether that changed
        anything."""
        detail = str(error).rstrip().rsplit("\n", 1)[-1].strip()
        line, column = self._where(error)
        statement = self._to_blame(line)
        also: tuple[Place, ...] = ()
        if statement is not None and statement.left_open is not None:
            line = statement.left_open.line
            found = issue_left_open(statement.left_open, self.lines[line - 1])
        else:
            found = syntax_issue_at(detail, self.lines[line - 1], column)
        if found.code == "duplicate-key":
            also = self._first_of(line, statement)
        if line not in self._mended:
            place = Place(self._path, line, found.column, max(found.column, found.end))
            fix = self._fix(line, found, place)
            issue = Issue(code=found.code, at=place, facts=found.facts, also=also, fix=fix)
            self.issues.append(issue)
        return self._recover(line, found, statement)

    def _fix(self, line: int, found: SyntaxIssue, place: Place) -> Fix | None:
        """What belongs in the issue's columns, or in the whole line where all of it was meant
        otherwise."""
        if found.write is not None:
            return Fix(place, found.write)
        if found.meant is None:
            return None
        return Fix(Place(self._path, line, 1, len(self.lines[line - 1])), found.meant)

    def _where(self, error: ValueError) -> tuple[int, int]:
        """The parser's line and column, in characters.

        Its own words count the column in bytes wherever a Chinese character is at fault; its
        position in the file is always in bytes.  A date that no calendar has, such as year 0, it
        tells without a place: then each statement is tried alone.
        """
        position = getattr(error, "pos", None)
        if isinstance(position, int):
            return position_after("\n".join(self.lines).encode()[:position].decode(errors="ignore"))
        for statement in self._statements:
            lines = self.lines[statement.first - 1 : statement.last]
            try:
                parsed("\n".join(lines))
            except ValueError as alone:
                if str(alone) == str(error):
                    for line, written in enumerate(lines, statement.first):
                        impossible = _IMPOSSIBLE.search(written)
                        if impossible is not None:
                            return line, impossible.start() + 1
                    return statement.first, 1
        return 1, 1

    def _to_blame(self, line: int) -> Statement | None:
        """The statement at `line`, or one before it that was left open."""
        for statement in self._statements:
            if statement.first > line:
                break
            if statement.left_open is not None and statement.first not in self._gone:
                return statement
        return statement_at(self._statements, line)

    def _first_of(self, line: int, statement: Statement | None) -> tuple[Place, ...]:
        """Where the entry that stands at `line` once more was made first."""
        keys = () if statement is None else statement.keys
        for other in self._statements:
            is_around = not other.is_header and other.keys == keys[: len(other.keys)]
            if other.first < line and other.keys and (other.keys == keys or is_around):
                written = self.lines[other.first - 1]
                return (Place(self._path, other.first, 1, max(len(written), 1)),)
        return ()

    def _recover(self, line: int, found: SyntaxIssue, statement: Statement | None) -> bool:
        """Writes the line as it was meant, once, or takes the statement out; whether that changed
        anything."""
        before = list(self.lines)
        meant = found.meant
        if meant is None and statement is not None and statement.is_header:
            meant = _header_as_meant(self.lines[line - 1])
        is_new = meant != self.lines[line - 1] and line not in self._mended
        if meant is not None and is_new and not _leaves_open(meant):
            self._mended.add(line)
            self._gone.add(line if statement is None else statement.first)
            self.lines[line - 1] = meant
            if statement is not None and statement.is_header and found.meant is None:
                # With a bracket amiss it may be one table or several.
                self.broken.add(statement.keys[: len(statement.keys) - _is_element(statement.keys)])
        elif statement is None:
            self.lines[line - 1] = ""
        else:
            # A key that is none may have been meant for any other of its table.
            lost = statement.keys[:-1] if found.code == "bad-key" else statement.keys
            self.broken.add(lost)
            self._take_out(statement, line)
        return self.lines != before

    def _take_out(self, statement: Statement, line: int) -> None:
        self._gone.add(statement.first)
        if statement.is_header:
            name = f"!{statement.first}"
            self.stand_ins.append(name)
            self.lines[statement.first - 1] = f'["{name}"]'
        elif (
            statement.left_open is None
            and statement.first < line < statement.last
            and _stands_alone(self.lines[line - 1])
        ):
            self.lines[line - 1] = ""
        else:
            for number in range(statement.first, statement.last + 1):
                self.lines[number - 1] = ""


def _header_as_meant(line: str) -> str | None:
    """The header with its brackets, where its name can be read: `[marks` for `[marks]`."""
    found = _HEADER.match(line)
    if found is None:
        return None
    is_array = max(len(found["open"]), len(found["close"])) > 1
    return f"[[{found['name']}]]" if is_array else f"[{found['name']}]"


_HEADER = re.compile(
    r"[ \t]*(?P<open>\[{0,3})[ \t]*(?P<name>[A-Za-z0-9_.-]+)[ \t]*(?P<close>\]{0,3})[ \t]*(?:#.*)?$"
)


def _is_element(keys: Keys) -> bool:
    return isinstance(keys[-1], int) if keys else False


def _leaves_open(line: str) -> bool:
    """Whether a text in quotes begins on the line and does not end on it."""
    return any(is_string(token) and is_left_open(token) for token, _ in tokens(line))


def _stands_alone(line: str) -> bool:
    """Whether every bracket and quote of the line is closed in it."""
    if _leaves_open(line):
        return False
    depth = 0
    for token, _ in tokens(line):
        depth += (token in "[{") - (token in "]}")
        if depth < 0:
            return False
    return depth == 0
