"""methods.md: every scoring method and pay component, from the classes and methods.toml."""

import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from click.testing import CliRunner

from kpisite.cli.main import kpisite
from kpisite.language.base import Model
from kpisite.language.components import COMPONENTS, Component
from kpisite.language.methods import METHODS, Indicator
from making import sources
from making.keys import BASES, IN_FORMAT, keys_table, models_below

METHODS_HEAD = """\
# 计分方法与工资项目 · Methods

<!-- Written by `make docs` from the classes, docs/making/. -->

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
EXAMPLES: dict[str, Any] = sources.table("docs/making/methods.toml")
"""For each method: more words, an example of its use, a record, and other files that it takes."""
BY_FIGURES: dict[str, Any] = sources.table("docs/making/by_figures.toml")
"""For each method how it is written with figures, and what it does beyond that."""
#: The methods that are figures themselves.
OF_FIGURES = frozenset({"figure", "split"})


def methods() -> str:
    """methods.md: the methods, then the components, in the order of their tables."""
    parts = [METHODS_HEAD]
    seen: set[Any] = set(IN_FORMAT.values())
    for title, part, table in (
        ("计分方法 · Scoring methods", "indicator", METHODS),
        ("工资项目 · Components of pay", "pay", COMPONENTS),
    ):
        if unlike := {_name(one) for one in table} ^ set(EXAMPLES[part]):
            raise sources.Undocumented(f"methods.toml and the code differ in {sorted(unlike)}")
        if unlike := {_name(one) for one in table} - OF_FIGURES ^ set(BY_FIGURES[part]):
            raise sources.Undocumented(f"by_figures.toml and the code differ in {sorted(unlike)}")
        parts.append(f"## {title}\n")
        parts += (_method(one, EXAMPLES[part][_name(one)], seen) for one in table)
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
    is_pay = base is Component
    blocks = {} if not is_pay else {"records/policies/rules.toml": example["use"]}
    if (
        form := example.get("beside", "")
        if is_pay
        else f"{example['use']}\n{example.get('beside', '')}"
    ):
        blocks["records/schemes/form.toml"] = form
    if "record" in example:
        blocks["records/2026-10/A01.toml"] = example["record"]
    for path, block in (blocks | example.get("files", {})).items():
        text.append(f"```toml\n# {path}\n{block.strip()}\n```\n")
    text.append(f"```text\n{explained(model, example)}\n```\n")
    if _name(model) not in OF_FIGURES:
        text += _by_figures(model, example)
    return "\n".join(text)


def _by_figures(model: type[Indicator | Component], example: Mapping[str, Any]) -> list[str]:
    """The same with figures, which has to come to the same, or why it cannot be written so."""
    written = BY_FIGURES["pay" if issubclass(model, Component) else "indicator"][_name(model)]
    if "use" not in written:
        said = f"**不能只用数据来写 · Not by figures alone** {written['zh']}"
        return [f"{said}\n\n{written['en']}\n"]
    other = with_figures(model, example)
    told = explained(model, other)
    if _amount(told) != _amount(explained(model, example)):
        raise sources.Undocumented(f"by_figures.toml, {_name(model)} comes to another number")
    return [
        f"**也可以用数据来写 · By figures** {written['zh']}\n\n{written['en']}\n",
        f"```toml\n{written['use'].strip()}\n```\n",
        f"```text\n{told}\n```\n",
    ]


def with_figures(
    model: type[Indicator | Component], example: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The example of a method, written with figures."""
    part = "pay" if issubclass(model, Component) else "indicator"
    return {**example, "use": BY_FIGURES[part][_name(model)]["use"]}


def _amount(told: str) -> str:
    """The number that stands behind the name in the first line of an explanation."""
    return told.splitlines()[0].split("  = ")[0].split("  ", 1)[1].strip()


def _says(model: type[Indicator | Component]) -> tuple[tuple[str, str], ...]:
    return ("zh", model.says.zh), ("en", f"{model.says.en} ")


def explained(model: type[Indicator | Component], example: Mapping[str, Any]) -> str:
    """What `kpisite explain` says of the example, in a site made for it."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in site_around(model, example).items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        run = CliRunner().invoke(kpisite, ["-C", folder, "explain", "A01", "2026-10"])
    if run.exit_code:
        raise sources.Undocumented(
            f"methods.toml, {_name(model)}: {run.output}{run.exception or ''}"
        )
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


def site_around(model: type[Indicator | Component], example: Mapping[str, Any]) -> dict[str, str]:
    """The files of a site around the example, as plain as can be."""
    around = EXAMPLES["around"]
    is_pay = issubclass(model, Component)
    rows = example.get("beside", around["indicator"])
    if not is_pay:
        rows = f"{example['use']}\n{example.get('beside', '')}"
    indicators = tomllib.loads(rows)["part"]["indicator"]
    points = sum(indicator.get("points", 100) for indicator in indicators)
    marks = around["marks"] if is_pay and "beside" not in example else ""
    record = marks + example.get("record", "")
    files = {
        "kpisite.toml": 'company = "示例"\n',
        "records/departments.toml": around["departments"],
        "records/schemes/team.toml": around["department-scheme"],
        "records/schemes/form.toml": around["scheme"].format(points=points) + rows,
        "records/2026-10/A01.toml": f'employee = "A01"\nmonth = "2026-10"\n{record}',
    }
    if is_pay:
        policy = around["policy"].format(good=points * 85 // 100)
        files["records/policies/rules.toml"] = policy + example["use"]
    for id in ("A01", "A02", "A03"):
        files[f"records/staff/{id}.toml"] = around["staff"].format(id=id)
    return files | dict(example.get("files", {}))
