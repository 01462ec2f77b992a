"""What was added to a form after it was printed, and after each signature.

pyHanko compares the revisions of a file.

Signing adds fields' values, certificates and time stamps.  What describes the file (its title and
dates, in the document's information or XMP) other programs write anew when they sign, as the
standards allow, though it is no part of signing: that is named, and breaks nothing.
"""

from enum import StrEnum
from functools import cache
from typing import Any

from kpisite.sign.form import open_reader


class Since(StrEnum):
    """What came after: nothing, signing, the file's description besides, or something else."""

    NOTHING = "nothing"
    SIGNING = "signing"
    DESCRIPTION = "description"
    OTHER = "other"


def since(embedded: Any) -> Since:
    """What came after a signature."""
    from pyhanko.sign.validation import SignatureCoverageLevel

    if embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Since.NOTHING
    if _allows(embedded.evaluate_modifications(_policy(with_description=False))):
        return Since.SIGNING
    return Since.DESCRIPTION if _allows(embedded.diff_result) else Since.OTHER


def since_print(content: bytes, length: int) -> Since:
    """What was added to the first `length` bytes of a file, before the first signature too."""
    from pyhanko.sign.fields import MDPPerm

    try:
        base = open_reader(content[:length]).xrefs.total_revisions - 1
        reader = open_reader(content)
        first = next(iter(reader.embedded_signatures))
        permissions = reader.root.get("/Perms")
        is_certified = permissions is None or (
            set(permissions) == {"/DocMDP"} and permissions["/DocMDP"] == first.sig_object
        )
        if not is_certified:
            return Since.OTHER
        for found, with_description in ((Since.SIGNING, False), (Since.DESCRIPTION, True)):
            policy = _policy(with_description=with_description, from_print=True)
            if _allows(policy.review_file(reader, base, doc_mdp=MDPPerm.FILL_FORMS)):
                return found
    except MemoryError:
        raise
    except Exception:  # pyHanko stumbles in many ways over what is no sound file
        return Since.OTHER
    return Since.OTHER


def _allows(result: Any) -> bool:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    return isinstance(result, DiffResult) and result.modification_level != ModificationLevel.OTHER


@cache
def _policy(*, with_description: bool, from_print: bool = False) -> Any:
    """What pyHanko lets be added to a signed file, with or without its description; `from_print` on
    also what the first signature brings: it certifies the form in the catalogue, and says that from
    then on things may only be added."""
    from pyhanko.sign.diff_analysis import (
        CatalogModificationRule,
        DocInfoRule,
        DSSCompareRule,
        FormUpdatingRule,
        GenericFieldModificationRule,
        MetadataUpdateRule,
        ModificationLevel,
        ObjectStreamRule,
        SigFieldCreationRule,
        SigFieldModificationRule,
        StandardDiffPolicy,
        XrefStreamRule,
    )
    from pyhanko.sign.diff_analysis.constants import (
        ACROFORM_EXEMPT_STRICT_COMPARISON,
        ROOT_EXEMPT_STRICT_COMPARISON,
    )

    rules = [XrefStreamRule(), ObjectStreamRule(), DSSCompareRule()]
    catalogue, form = {"/AcroForm", "/DSS", "/Extensions", "/Version"}, {"/Fields"}
    if with_description:
        rules += [DocInfoRule(), MetadataUpdateRule()]
        catalogue |= ROOT_EXEMPT_STRICT_COMPARISON
        form |= ACROFORM_EXEMPT_STRICT_COMPARISON
    if from_print:
        catalogue |= {"/Perms"}
        form |= {"/SigFlags"}
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(catalogue),
            *(rule.as_qualified(ModificationLevel.LTA_UPDATES) for rule in rules),
        ],
        form_rule=FormUpdatingRule(
            [SigFieldCreationRule(), SigFieldModificationRule(), GenericFieldModificationRule()],
            ignored_acroform_keys=form,
        ),
    )
