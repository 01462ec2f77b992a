"""Writes what the code already knows into the docs: `make docs`.

faults.md    every fault code, from kpisite/words/faults.toml
methods.md   every scoring method and pay component, from their classes, keys.toml and methods.toml
format.md    the tables between its `<!-- keys: … -->` marks; the rest is written by hand

keys.toml says in Chinese and English what each key means; a key without words, or words without a
key, stop the work.  With `--check` nothing is written and the pages out of date are named.
"""

import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from click.testing import CliRunner
from pydantic_core import PydanticUndefined

from kpisite.check.kinds import KINDS
from kpisite.cli.main import kpisite
from kpisite.core.exact import percent, plain
from kpisite.language.base import Model
from kpisite.language.components import COMPONENTS, Component
from kpisite.language.methods import METHODS, Indicator
from kpisite.words import severity_of

DOCS = Path(__file__).parent


class Undocumented(Exception):
    """Something that the code has and the docs say nothing about, or the other way round."""


def pages() -> dict[str, str]:
    """Every page that is generated, whole or in part, by its name in docs/."""
    return {"faults.md": faults(), "format.md": file_format(), "methods.md": methods()}


def _read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------ faults.md

FAULTS_HEAD = """\
# 错误与警告 · Faults

<!-- Written by `make docs` from kpisite/words/faults.toml. -->

`kpisite check` 对每个问题都说明：在哪个文件的哪一行哪一列，代码是什么，错在哪里，怎么改。
错误（error）不改，什么也不生成；警告（warning）只作提醒，加 `--strict` 时也算错误。
下面按代码的字母顺序排列；‹尖括号› 里是实际的名称或数值。

For each fault `kpisite check` tells the file, line and column, a code, what is wrong, and how to
mend it. While there is an error nothing is built. A warning only warns, unless `--strict` is given.
The codes stand in alphabetical order; ‹angle quotes› hold the actual name or figure.
"""
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def faults() -> str:
    """faults.md: a heading for each code, so that it can be linked to."""
    table = tomllib.loads((DOCS.parent / "kpisite/words/faults.toml").read_text(encoding="utf-8"))
    del table["expected"]
    return "\n".join([FAULTS_HEAD, *(_fault(code, table[code]) for code in sorted(table))])


def _fault(code: str, entry: Mapping[str, Any]) -> str:
    severity = {"error": "错误 error", "warning": "警告 warning"}[severity_of(code)]
    rows = [(severity, "says"), ("改法 remedy", "help")]
    if "near" in entry["zh"]:
        rows.append(("像是笔误时 if it looks like a slip", "near"))
    return "\n".join(
        [f"## {code}\n", "| | 中文 | English |", "| --- | --- | --- |"]
        + [f"| {row} | {_named(entry['zh'][key])} | {_named(entry['en'][key])} |" for row, key in rows]
    ) + "\n"  # fmt: skip


def _named(words: str) -> str:
    """A message as a table cell, its placeholders named rather than filled."""
    words = words.replace("{{", "\0").replace("}}", "\1")
    words = PLACEHOLDER.sub(r"‹\1›", words).replace("\0", "{").replace("\1", "}")
    return words.replace("|", "\\|")


# ------------------------------------------------------------- tables of keys

KEYS: dict[str, Any] = tomllib.loads(_read("keys.toml"))
"""What each key means, by model and key."""

BASES = (Indicator, Component)


def models_below(model: type[Model], *, into_methods: bool) -> Iterator[type[Model]]:
    """`model` and each model in its fields, once; a method is entered, or stands for the base
    that it shares with the others."""
    seen: list[type[Model]] = []
    ahead = [model]
    while ahead:
        one = ahead.pop(0)
        if not into_methods:
            one = next((base for base in BASES if issubclass(one, base)), one)
        if one not in seen:
            seen.append(one)
            ahead += [inner for field in one.model_fields.values() for inner in _models_in(field)]
    return iter(seen)


def _models_in(field: Any) -> Iterator[type[Model]]:
    annotation = getattr(field, "annotation", field)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


IN_FORMAT = {
    one.__name__: one for kind in KINDS for one in models_below(kind.model, into_methods=False)
}
"""The models whose tables stand in format.md; all others stand in methods.md."""


def keys_table(model: type[Model], without: frozenset[str] = frozenset()) -> str:
    """A row a key: what to write, what holds where it is left out, and what it means."""
    schema = model.model_json_schema()
    rows = [
        f'<a id="keys-{model.__name__.lower()}"></a>\n',
        "| 键 key | 写什么 value | 不写则 if left out | 说明 meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key not in without:
            value = _value(schema["properties"][key], key)
            is_required = key in schema.get("required", ())
            left_out = "**必填 required**" if is_required else _default(field.default, value)
            words = "<br>".join(_words(model, key))
            rows.append(f"| `{key}` | {value} | {left_out} | {words} |")
    return "\n".join(rows) + "\n"


def _words(model: type[Model], key: str) -> list[str]:
    """The words of the model itself, or of the nearest model that it is made from."""
    for one in model.__mro__:
        if key in KEYS.get(one.__name__, {}):
            _used.add((one.__name__, key))
            return list(KEYS[one.__name__][key])
    raise Undocumented(f"keys.toml lacks {model.__name__}.{key}")


_used: set[tuple[str, str]] = set()


def _default(value: Any, written: str) -> str:
    match value:
        case Decimal() if "%" in written:
            return f'`"{percent(value)}"`'
        case bool():
            return f"`{str(value).lower()}`"
        case int() | Decimal():
            return f"`{plain(Decimal(value))}`"
        case str() if value:
            return f'`"{value}"`'
        case _:
            return "–"


def _value(schema: Mapping[str, Any], key: str) -> str:
    """What a person writes for a key, told from its JSON Schema."""
    told = next((told for told, fits in VALUES if fits(schema)), None)
    if told is not None:
        return told + _bounds(schema)
    match schema:
        case {"anyOf": options} | {"oneOf": options}:
            values = (_value(one, key) for one in options if one.get("type") != "null")
            return " / ".join(dict.fromkeys(values))
        case {"$ref": ref}:
            return f"`[{key}]` → {_link(ref)}"
        case {"const": value}:
            return f'`"{value}"`'
        case {"enum": values}:
            return " / ".join(f'`"{value}"`' for value in values)
        case {"type": "array", "items": {"oneOf": _}}:
            return f"`[[{key}]]` → [methods.md](methods.md)"
        case {"type": "array", "items": items}:
            return _several(items, key, f"`[[{key}]]`")
        case {"patternProperties": dict(items)}:
            return _several(next(iter(items.values())), key, f"`[{key}]`")
        case {"type": "object"}:
            return f"`[{key}]`"
    raise Undocumented(f"generate.py: how {key} is written: {schema}")


def _several(items: Mapping[str, Any], key: str, brackets: str) -> str:
    """Many of one thing: tables under a heading, or values in a list."""
    refs = [one["$ref"] for one in (items, *items.get("anyOf", ())) if "$ref" in one]
    if refs:
        return f"{brackets} → {_link(refs[-1])}"
    return brackets if "[[" not in brackets else f"`[ … ]`：{_value(items, key)}"


def _link(ref: str) -> str:
    name = ref.rpartition("/")[2]
    page = "format.md" if name in IN_FORMAT else "methods.md"
    return f"[{name}]({page}#keys-{name.lower()})"


def _bounds(schema: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "maximum": "≤"}
    told = [f"{sign} {schema[key]:g}" for key, sign in signs.items() if key in schema]
    return f" {', '.join(told)}" if told else ""


def _is_pattern(start: str) -> Any:
    return lambda schema: schema.get("pattern", "").startswith(start)


def _is_either(*keys: str) -> Any:
    """Fits a choice of just these, told by a type or the start of a pattern."""

    def fits(schema: Mapping[str, Any]) -> bool:
        options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        return len(options) == len(keys) and all(
            option.get("pattern", option.get("type", "")).startswith(key)
            for option, key in zip(options, keys, strict=True)
        )

    return fits


VALUES = (
    ("编号 id", _is_pattern("^[A-Za-z0-9][")),
    ('`"2026-10"`', _is_pattern("^[12][0-9]{3}-")),
    ('`"40%"`', _is_pattern("^-?[0-9]+(")),
    ('`"120%"` / `"none"`', _is_pattern("^(none|")),
    ("`2026-10-12`", lambda one: one.get("format") == "date"),
    ("`true` / `false`", lambda one: one.get("type") == "boolean"),
    ("整数 whole number", lambda one: one.get("type") == "integer"),
    ("数 number", lambda one: one.get("type") == "number"),
    ("数 number", _is_pattern("^-?[0-9.]")),
    ("文字 text", lambda one: one.get("type") == "string" and one.get("maxLength") == 60),
    ("Markdown", lambda one: one.get("type") == "string" and one.get("maxLength", 0) > 60),
    ("文字 text", lambda one: "zh" in str(one.get("anyOf")) and "$ref" not in str(one)),
    ('数或百分数 number or `"40%"`', _is_either("number", "^-?[0-9]+(")),
    ('`"…"`', lambda one: set(one) <= {"type", "title"} and one.get("type") == "string"),
    ('`"3-4"` / `5`', _is_either("^[0-9]", "number")),
)
"""What a person writes, and which JSON Schema means it."""


# ------------------------------------------------------------------ format.md

TABLE = re.compile(r"<!-- keys: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def file_format() -> str:
    """format.md with its tables set anew; each model of a file has one."""
    text = _read("format.md")
    if unlike := set(TABLE.findall(text)) ^ set(IN_FORMAT):
        raise Undocumented(f"format.md and the code differ in the tables of {sorted(unlike)}")
    return TABLE.sub(
        lambda found: f"<!-- keys: {found[1]} -->\n{keys_table(IN_FORMAT[found[1]])}<!-- end -->\n",
        text,
    )


# ----------------------------------------------------------------- methods.md

METHODS_HEAD = """\
# 计分方法与工资项目 · Methods

<!-- Written by `make docs` from the classes, docs/keys.toml and docs/methods.toml. -->

考核表的每个指标有一个 `method`，说明怎么得分；制度的每个工资项目也有一个，说明怎么算钱。
每种方法之下先说做什么，再列它自己的键，然后是一个例子：考核表怎么写，当月记录怎么写，
`kpisite explain` 怎么说明结果。指标共有的键见 [format.md](format.md#keys-indicator)，
工资项目共有的键见 [format.md](format.md#keys-component)。

Each indicator of a scheme has a `method`, which says how it is scored. Each component of pay in a
policy has one too. Under each method: what it does, its own keys, and an example: the scheme, the
month's record, and how `kpisite explain` tells the result. The keys that all indicators share stand
in [format.md](format.md#keys-indicator), those of all components
[there too](format.md#keys-component).
"""
EXAMPLES: dict[str, Any] = tomllib.loads(_read("methods.toml"))
"""For each method: more words, an example of its use, a record, and other files that it takes."""


def methods() -> str:
    """methods.md: the methods, then the components, in the order of their tables."""
    parts = [METHODS_HEAD]
    seen: set[Any] = set(IN_FORMAT.values())
    for title, part, table in (
        ("计分方法 · Scoring methods", "indicator", METHODS),
        ("工资项目 · Components of pay", "pay", COMPONENTS),
    ):
        if unlike := {_name(one) for one in table} ^ set(EXAMPLES[part]):
            raise Undocumented(f"methods.toml and the code differ in {sorted(unlike)}")
        parts.append(f"## {title}\n")
        parts += (_method(one, EXAMPLES[part][_name(one)], seen) for one in table)
    if unused := {(one, key) for one in KEYS for key in KEYS[one]} - _used:
        raise Undocumented(f"keys.toml: no such keys: {sorted(unused)}")
    return "\n".join(parts)


def _name(model: type[Model]) -> str:
    return str(get_args(model.model_fields["method"].annotation)[0])


def _method(model: type[Indicator | Component], example: Mapping[str, Any], seen: set[Any]) -> str:
    """A method's words, its own keys, and its example with what comes of it."""
    base = next(base for base in BASES if issubclass(model, base))
    shared = {field.alias or name for name, field in base.model_fields.items()} | {"method"}
    text = [f"### {_name(model)}\n"]
    text += [f"{said}{example[language]}\n" for language, said in _says(model)]
    if set(model.model_json_schema()["properties"]) > shared:
        text.append(keys_table(model, frozenset(shared)))
    for one in models_below(model, into_methods=True):
        if one is not model and one not in seen:
            seen.add(one)
            text.append(f"**{one.__name__}**\n\n{keys_table(one)}")
    stands = "schemes/form" if base is Indicator else "policies/rules"
    blocks = {f"records/{stands}.toml": example["use"]}
    if "record" in example:
        blocks["records/2026-10/A01.toml"] = example["record"]
    for path, block in (blocks | example.get("files", {})).items():
        text.append(f"```toml\n# {path}\n{block.strip()}\n```\n")
    text.append(f"```text\n{explained(model, example)}\n```\n")
    return "\n".join(text)


def _says(model: type[Indicator | Component]) -> tuple[tuple[str, str], ...]:
    return ("zh", model.says.zh), ("en", f"{model.says.en} ")


def explained(model: type[Indicator | Component], example: Mapping[str, Any]) -> str:
    """What `kpisite explain` says of the example, in a site made for it."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in _site_around(model, example).items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        run = CliRunner().invoke(kpisite, ["-C", folder, "explain", "A01", "2026-10"])
    if run.exit_code:
        raise Undocumented(f"methods.toml, {_name(model)}: {run.output}{run.exception or ''}")
    use = tomllib.loads(example["use"])
    name = (use["pay"] if "pay" in use else use["part"]["indicator"])[0]["name"]["zh"]
    return _branch(run.output.splitlines(), name)


def _branch(tree: list[str], name: str) -> str:
    """The branch of a drawn tree that is called `name`, moved to the left edge."""
    depths = [len(line) - len(line.lstrip(BRANCHES)) for line in tree]
    begin = next(at for at, line in enumerate(tree) if line.lstrip(BRANCHES).startswith(name))
    end = next((at for at in range(begin + 1, len(tree)) if depths[at] <= depths[begin]), len(tree))
    return "\n".join(line[depths[begin] :] for line in tree[begin:end])


BRANCHES = "│├└ "


def _site_around(model: type[Indicator | Component], example: Mapping[str, Any]) -> dict[str, str]:
    """The files of a site around the example, as plain as can be."""
    around = EXAMPLES["around"]
    is_pay = issubclass(model, Component)
    indicator = around["indicator"] if is_pay else example["use"]
    points = tomllib.loads(indicator)["part"]["indicator"][0].get("points", 100)
    record = (around["marks"] if is_pay else "") + example.get("record", "")
    files = {
        "kpisite.toml": 'company = "示例"\n',
        "records/departments.toml": around["departments"],
        "records/schemes/team.toml": around["department-scheme"],
        "records/schemes/form.toml": around["scheme"].format(points=points) + indicator,
        "records/2026-10/A01.toml": f'employee = "A01"\nmonth = "2026-10"\n{record}',
    }
    if is_pay:
        files["records/policies/rules.toml"] = around["policy"] + example["use"]
    for id in ("A01", "A02", "A03"):
        files[f"records/staff/{id}.toml"] = around["staff"].format(id=id)
    return files | dict(example.get("files", {}))


# ----------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Writes the pages that changed, or with `--check` names them; 1 where there are any."""
    stale = [name for name, text in pages().items() if not _is_page(name, text)]
    for name in stale:
        print(f"docs/{name}")
        if "--check" not in arguments:
            (DOCS / name).write_text(pages()[name], encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in arguments else 0


def _is_page(name: str, text: str) -> bool:
    place = DOCS / name
    return place.is_file() and place.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
