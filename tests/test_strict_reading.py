"""Numbers, shares and switches are read in one way, by `check` and by the JSON Schemas alike."""

import json
import tomllib
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kpisite.check.kinds import KINDS, MAPPING_KIND
from kpisite.check.schemas import schemas
from kpisite.language.base import Amount, Flag, Model, Number, Positive
from kpisite.language.methods.bands import Band
from kpisite.language.record import Expected
from kpisite.language.share import Bound, Multiple, Portion, Rate, Weight, Yield
from kpisite.read.toml import parsed
from kpisite.words import key_words
from tests.small_forms import CARE, form, issues, site

STEPS = """
[[part.indicator]]
id = "rate"
name = "转化率"
method = "steps"
metric = "rate"
steps = [{ from = "35%", share = "100%" }, { share = "0%" }]
"""


@pytest.mark.parametrize(
    "figure", ['"４０%"', '"4_0%"', '"4e1%"', '"+40%"', '".5%"', '"40％"', '"40"', "0x28"]
)
def test_a_figure_is_a_number_or_a_percentage_as_a_person_writes_it(figure: str) -> None:
    assert issues(site(form(STEPS), {"A": f"metrics.rate = {figure}"})) == ["wrong-type"]


def test_a_percentage_may_stand_apart_from_its_sign() -> None:
    assert issues(site(form(STEPS), {"A": 'metrics.rate = "40 %"'})) == []


@pytest.mark.parametrize("mark", ["0x10", "0o17", "0b11"])
def test_a_number_to_another_base_is_no_mark(mark: str) -> None:
    assert issues(site(form(CARE), {"A": f"marks.care = {{ boss = {mark} }}"})) == ["wrong-type"]
    deep = (
        f"[[event]]\nrule = 'late'\ndate = 2026-10-03\n[[event]]\npoints.a = [1, {{ b = {mark} }}]"
    )
    assert str(parsed(deep)["event"][1]["points"]["a"][1]["b"]) == mark


def test_a_key_or_a_text_may_look_like_a_number_to_another_base() -> None:
    text = '0x10 = "0x10" # 0x10\n[0x11]\na = 1\n'
    assert parsed(text) == tomllib.loads(text)


@pytest.mark.parametrize("value", ['"on"', '"true"', "1", "0", '"yes"'])
def test_a_switch_is_true_or_false_and_nothing_like_it(value: str) -> None:
    files = site(form(CARE), {"A": "marks.care = { boss = 8 }"})
    files["kpisite.toml"] += f"managers = {{ pay = {value} }}\n"
    assert issues(files) == ["wrong-type"]


def _models(model: type[Model] = Model) -> set[type[Model]]:
    return {model}.union(*(_models(one) for one in model.__subclasses__()))


def test_no_key_is_read_as_loosely_as_python_would() -> None:
    loose = [
        f"{model.__name__}.{name}"
        for model in _models()
        for name, field in model.model_fields.items()
        if (
            "bool" in str(field.annotation)
            and not any(getattr(one, "strict", False) for one in field.metadata)
            and "strict=True" not in str(field.annotation)  # of a switch that may be left out
        )
        or (field.annotation is Decimal and not field.metadata)
    ]
    assert loose == []


TYPES: dict[str, Any] = {
    "weight": Weight,
    "portion": Portion,
    "yield": Yield,
    "rate": Rate,
    "multiple": Multiple,
    "bound": Bound,
    "amount": Amount,
    "number": Number,
    "positive": Positive,
    "flag": Flag,
    "expected": Expected,
    "span": Band.model_fields["points"].rebuild_annotation(),
}
WRITTEN = st.text("0123456789-+._e%％４ x~", max_size=8) | st.sampled_from(
    [
        "0%",
        "0.0%",
        "00.10%",
        "100%",
        "100.0%",
        "100.1%",
        "0100%",
        "-5%",
        "5 %",
        "12.5%",
        "1/3",
        "0/3",
        "1/03",
        "1/10000",
        "1000%",
        "1000.1%",
        "none",
        "3-4",
        "on",
    ]
)
VALUES = WRITTEN | st.booleans() | st.integers() | st.decimals(-(10**16), 10**16, places=2)


@pytest.mark.parametrize("name", TYPES)
@given(value=VALUES)
def test_check_and_the_schemas_read_alike(name: str, value: Any) -> None:
    adapter = TypeAdapter(TYPES[name])
    try:
        adapter.validate_python(value)
    except ValidationError:
        is_read = False
    else:
        is_read = True
    seen = float(value) if isinstance(value, Decimal) else value
    schema = jsonschema.Draft7Validator(adapter.json_schema())
    assert schema.is_valid(json.loads(json.dumps(seen))) == is_read, value


def test_the_schemas_state_their_patterns_without_looking_ahead() -> None:
    # The editors' language server reads them with an engine that does not.
    assert "(?!" not in json.dumps(schemas(key_words()))
    assert {kind.name for kind in (*KINDS, MAPPING_KIND)} == schemas(key_words()).keys()


WEIGHED = """
[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
weight = "{care}"
method = "bands"
bands = [{{ points = "0-100" }}]

[[part.indicator]]
id = "speed"
name = "速度"
weight = "{speed}"
method = "bands"
bands = [{{ points = "0-100" }}]
"""


@pytest.mark.parametrize(("care", "speed"), [("0%", "100%"), ("-50%", "150%"), ("0.0%", "100%")])
def test_what_has_a_weight_weighs_more_than_nothing_and_not_more_than_all(
    care: str, speed: str
) -> None:
    record = "marks = { care = { boss = 50 }, speed = { boss = 50 } }"
    found = issues(site(form(WEIGHED.format(care=care, speed=speed)), {"A": record}))
    assert set(found) == {"out-of-range"}
