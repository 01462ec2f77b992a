"""`kpisite sign` and `verify`: nobody signs on the line of somebody else without saying so."""

import io
import shutil
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from kpisite.paper.pdf import SignatureLine
from kpisite.sign.owner import is_of
from tests.repositories import commit, git
from tests.signing_keys import PASSWORD, authority
from tests.sites import SCHEME, Ran, built, run, shared, small_site
from tests.test_verify import verify

FORM = "output/employees/A1/2026-10.pdf"
SIGNED = "signed/employees/A1/2026-10.pdf"
#: The supervisor of A1 安然 is M1 丁岚; nobody is named on the line of the manager.
LINES = SCHEME.replace(
    'signatures = ["考核人", { name = "本人", rater = "self" }]',
    'signatures = [{ name = "考核人", rater = "supervisor" }, "总经理",'
    ' { name = "本人", rater = "self" }]',
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company in git, with the forms of one person; nobody changes it."""

    def make(folder: Path) -> None:
        folder.mkdir()
        git(folder, "init", "-q")
        ignored = {".gitignore": "output\n.kpisite\nsigned\n*.p12\n*.pem\n"}
        commit(folder, small_site(scheme=LINES) | ignored, "2026-11-02")
        built(folder, "--month", "2026-10")
        for name in ("丁岚", "安然", "赵远", "041@丁岚@01"):
            (folder / f"{name}.p12").write_bytes(authority().pkcs12(name))
        (folder / "ca.pem").write_bytes(authority().pem)

    return shared(tmp_path_factory, "owners", make)


@pytest.fixture
def site(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", PASSWORD)
    return Path(shutil.copytree(whole, tmp_path / "site"))


def sign(site: Path, role: str, whose: str, *more: str) -> Ran:
    words = ("--key", f"{whose}.p12", "--trust", "ca.pem", "--language", "zh", *more)
    return run("sign", FORM, "--as", role, *words, at=site)


def reasons(content: bytes) -> list[str]:
    signatures = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
    return [str(one.sig_object["/Reason"]) for one in signatures]


def test_a_key_of_somebody_else_does_not_sign_and_both_are_named(site: Path) -> None:
    ran = sign(site, "supervisor", "赵远")
    assert (ran.code, ran.output) == (2, "")
    assert "“考核人 丁岚”这一栏是 丁岚 的，证书却是 赵远 的" in ran.errors
    assert '--on-behalf "丁岚"' in ran.errors
    assert not (site / "signed").exists()


def test_who_signs_on_behalf_says_for_whom_and_the_signature_states_it(site: Path) -> None:
    assert sign(site, "supervisor", "赵远", "--on-behalf", "安然").code == 2
    ran = sign(site, "supervisor", "赵远", "--on-behalf", "丁岚")
    assert ran.code == 0, ran.errors
    assert reasons((site / SIGNED).read_bytes()) == ["考核人 丁岚（由赵远代签）"]
    report = verify(site, Path(SIGNED), "--trust", "ca.pem", code=0)
    assert [(one["signer"], one["for"]) for one in report["signatures"]] == [("赵远", "丁岚")]
    assert [one["why"] for one in report["remarks"]] == ["verify-signed-for"]
    said = run("verify", SIGNED, "--trust", "ca.pem", "--language", "zh", at=site).output
    assert "由 赵远 签；签名注明：考核人 丁岚（由赵远代签）" in said


def test_the_id_of_the_person_appraised_names_them_too(site: Path) -> None:
    assert sign(site, "supervisor", "丁岚").code == 0
    assert sign(site, "总经理", "赵远").code == 0
    assert sign(site, "self", "赵远", "--on-behalf", "A2").code == 2
    assert sign(site, "self", "赵远", "--on-behalf", "A1").code == 0
    assert reasons((site / SIGNED).read_bytes())[-1] == "本人 安然（由赵远代签）"


def test_on_ones_own_line_and_where_nobody_is_named_nothing_is_asked(site: Path) -> None:
    assert sign(site, "supervisor", "041@丁岚@01", "--on-behalf", "丁岚").code == 0
    assert sign(site, "总经理", "赵远").code == 0
    assert sign(site, "self", "安然").code == 0
    assert reasons((site / SIGNED).read_bytes()) == ["考核人 丁岚", "总经理", "本人 安然"]
    report = verify(site, Path(SIGNED), "--trust", "ca.pem", code=0)
    assert report["remarks"] == []


def test_a_signature_by_somebody_else_that_does_not_say_so_is_remarked(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpisite.sign.owner.is_of", lambda *_: True)  # signed by another program
    assert sign(site, "supervisor", "赵远").code == 0
    monkeypatch.undo()
    report = verify(site, Path(SIGNED), "--trust", "ca.pem", code=0)
    assert [one["why"] for one in report["remarks"]] == ["verify-other-signer"]
    assert report["levels"]["signatures"]["verdict"] == "holds"


def month_signed(site: Path, role: str, whose: str, *more: str) -> Ran:
    words = ("--key", f"{whose}.p12", "--trust", "ca.pem", "--language", "zh", *more)
    return run("sign", "--month", "2026-10", "--as", role, *words, at=site)


def test_of_a_month_one_signs_ones_own_lines_and_the_others_are_named(site: Path) -> None:
    ran = month_signed(site, "supervisor", "丁岚")
    assert ran.code == 0, ran.errors
    signed = sorted(path.stem for path in (site / "signed").rglob("*.pdf"))
    assert signed == ["A1", "A2"]
    assert "另有 1 份不签：没有这一栏，或栏上是别人：B1" in ran.errors


def test_a_month_without_a_line_of_ones_own_is_said_form_by_form(site: Path) -> None:
    ran = month_signed(site, "supervisor", "安然")
    assert ran.code == 2
    assert ran.errors.count("证书却是 安然 的") == 3
    ran = month_signed(site, "chairman", "丁岚")
    assert ran.code == 1
    assert ran.errors.count("没有 chairman 的签名栏") == 3
    assert not (site / "signed").exists()


def test_a_token_that_does_not_sign_is_said_in_a_line() -> None:
    """Whatever its maker's library raises; a wrong PIN by name, for it locks the token."""
    from kpisite.sign.form import Refused
    from kpisite.sign.keys import _of_token

    class PinIncorrect(Exception):
        """As python-pkcs11 calls it."""

    for error, code in ((PinIncorrect(), "sign-pin"), (OSError("removed"), "sign-token")):
        with pytest.raises(Refused) as refused, _of_token("公司令牌"):
            raise error
        assert refused.value.code == code
        assert refused.value.facts["token"] == "公司令牌"


@pytest.mark.parametrize(
    ("name", "common", "does"),
    [
        ("周敏", "周敏", True),
        ("周敏", "周敏（试用 DEMO）", True),
        ("周敏", "041@周敏110101199003070011@01", True),
        ("欧阳 娜娜", "欧阳娜娜", True),
        ("买买提·艾力", "买买提·艾力", True),
        ("Anna Bell", "BELL, Anna", True),
        ("周敏", "周敏华", False),
        ("周敏", "敏周", False),
        ("Anna Bell", "Anna", False),
        ("周敏", "", False),
    ],
)
def test_a_certificate_names_somebody_whatever_stands_besides(
    name: str, common: str, does: bool
) -> None:
    line = SignatureLine(field="sign-1", capacity="本人", name=name)
    assert is_of(line, x509.Name.build({"common_name": common or "?"})) is does


@pytest.mark.parametrize(
    ("owner", "does"),
    [
        ({"common_name": "Zhou Min", "serial_number": "CS017"}, True),
        ({"common_name": "Zhou Min", "user_id": "cs017"}, True),
        ({"common_name": "CS017 Zhou Min"}, True),
        ({"common_name": "Zhou Min", "serial_number": "CS018"}, False),
        ({"organization_name": "小店"}, False),
    ],
)
def test_a_certificate_may_have_the_persons_id(owner: dict[str, str], does: bool) -> None:
    line = SignatureLine(field="sign-2", capacity="本人", name="周敏", person="CS017")
    assert is_of(line, x509.Name.build(owner)) is does
