"""Why no choice meets the quotas, and what would."""

from __future__ import annotations

from huiyou.errors import HuiyouError, ImpossibleError, QuotaError
from huiyou.selection.program import Program

__all__ = ["explain"]


def explain(program: Program) -> HuiyouError:
    """Find a smallest conflict and the least change that resolves every one.

    Parameters
    ----------
    program : Program
        One without a solution.

    Returns
    -------
    QuotaError
        ``conflict``: quotas that together leave no choice, while any of them left out would;
        ``asked`` and ``changes``: quotas that would give way, as they are and as they would be, moving
        as few seats as possible; ``seats``. Or an `ImpossibleError` ``seats_not_filled`` if companions alone make the number
        of seats unreachable.

    Notes
    -----
    The conflict by the deletion filter of Chinneck and Dravnieks (1991): leave out each quota in
    turn and keep it out if the rest still conflict. The changes by an elastic program (Chinneck
    2008, section 6.1). One program for each quota; with 34 quotas and 1,600 people 1 to 3 s.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.quotas import Quota
    >>> people = [Person(str(k), {"trade": ("law",)}) for k in range(4)]
    >>> units = [(person.id,) for person in people]
    >>> error = explain(Program(people, units, 2, [Quota("trade", "film", 1, 2)]))
    >>> error.params["changes"]
    [{'feature': 'trade', 'value': 'film', 'min': 0, 'max': 2}]
    """
    changes = program.least_change()
    if changes is None:
        return ImpossibleError("seats_not_filled", seats=program.seats)
    kept = list(range(len(program.quotas)))
    for q in list(kept):
        fewer = [other for other in kept if other != q]
        if not program.possible(fewer):
            kept = fewer
    quotas = program.quotas
    return QuotaError(
        seats=program.seats,
        conflict=[
            {
                "feature": quotas[q].feature,
                "value": quotas[q].value,
                "min": quotas[q].minimum,
                "max": quotas[q].maximum,
                "pool": int(program.counts[q].sum()),
                "row": quotas[q].row,
            }
            for q in kept
        ],
        asked=[
            {
                "feature": quotas[q].feature,
                "value": quotas[q].value,
                "min": quotas[q].minimum,
                "max": quotas[q].maximum,
            }
            for q, _ in changes
        ],
        changes=[
            {
                "feature": quotas[q].feature,
                "value": quotas[q].value,
                "min": quotas[q].minimum + min(change, 0),
                "max": quotas[q].maximum + max(change, 0),
            }
            for q, change in changes
        ],
    )
