"""What is still open about a scorecard: an answer to come, an objection, an appeal.

An objection stays open until a ruling on an appeal ends it or the person answers anew.  That the
record changed after it, or that its month was closed, ends nothing.
"""

from kpisite.check.ground import Ground
from kpisite.outcomes.after import answers
from kpisite.outcomes.results import Result


def awaits_answer(ground: Ground, result: Result, *, with_pay: bool = False) -> bool:
    """Whether the person has yet to answer what the scorecard says now; a part of a month is
    answered with the whole, a provisional scorecard once it is final, and none under a policy that
    asks for no answers.

    Without `with_pay` an answer holds as long as the marks do: managers read of it who see no pay.
    """
    return (
        result.is_person
        and asks_for_answers(result)
        and result.record.part is None
        and not result.card.is_provisional
        and not answers(ground, result, with_pay=with_pay)
        and not has_open_objection(result)
    )


def asks_for_answers(result: Result) -> bool:
    """Whether the person is asked to answer: everybody is, unless the policy says otherwise."""
    return result.policy is None or result.policy.model.answers


def has_open_objection(result: Result) -> bool:
    """Whether the person objected, and no appeal has been ruled on since."""
    answer = result.record.answer
    if answer is None or answer.state != "objected":
        return False
    return not any(
        appeal.ruling is not None and appeal.ruling.on >= answer.on
        for appeal in result.record.appeal
    )


def has_open_appeal(result: Result) -> bool:
    """Whether an appeal has no ruling yet."""
    return any(appeal.ruling is None for appeal in result.record.appeal)


def is_disputed(result: Result) -> bool:
    """Whether an objection or an appeal is open."""
    return has_open_objection(result) or has_open_appeal(result)


def was_refused(ground: Ground, result: Result) -> bool:
    """Whether the person refused to sign what the scorecard says now."""
    answer = result.record.answer
    is_refusal = answer is not None and answer.state == "refused"
    return is_refusal and answers(ground, result, with_pay=False)
