"""How many may be invited beyond the seats."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huiyou.selection.absence import MILLION, Absence

__all__ = ["Invitations", "invite_beyond", "more_than_fit", "turnout"]


@dataclass(frozen=True, slots=True)
class Invitations:
    """Who is invited beyond the seats.

    Parameters
    ----------
    beyond : tuple of str
        The first of the order.
    risk : int
        Millionths: how likely more come than fit.
    """

    beyond: tuple[str, ...]
    risk: int


def turnout(units: Iterable[Sequence[str]], absence: Absence) -> npt.NDArray[np.float64]:
    """Give the distribution of how many come.

    Parameters
    ----------
    units : iterable of sequence of str
        Companions as one, everybody else alone.
    absence : Absence

    Returns
    -------
    ndarray, shape (levels, n + 1)
        For each level, how likely 0 … n people come.

    Notes
    -----
    The Poisson-binomial distribution by direct convolution, one unit after the other (Biscarri,
    Zhao and Brunner 2018); a unit of two moves the count by two. Only products and
    sums of what is not negative, element by element: nothing cancels, and every machine rounds
    alike. O(levels × n²).

    Examples
    --------
    >>> absence = Absence(dict.fromkeys("abc", 500_000), 500_000, (500_000,))
    >>> turnout([("a",), ("b", "c")], absence).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    odds = np.ones((len(absence.levels), 1))
    for unit in units:
        odds = _joined(odds, unit, absence)
    return odds


def _joined(
    odds: npt.NDArray[np.float64], unit: Sequence[str], absence: Absence
) -> npt.NDArray[np.float64]:
    away = np.array(absence.of(unit))[:, np.newaxis] / MILLION
    more = np.zeros((odds.shape[0], odds.shape[1] + len(unit)))
    more[:, : odds.shape[1]] = odds * away
    more[:, len(unit) :] += odds * (1 - away)
    return more


def _risk(odds: npt.NDArray[np.float64], seats: int) -> int:
    return round(MILLION * math.fsum(odds[:, seats + 1 :].flat) / len(odds))


def more_than_fit(units: Iterable[Sequence[str]], absence: Absence, seats: int) -> int:
    """Give in millionths how likely more people come than there are seats.

    Parameters
    ----------
    units : iterable of sequence of str
        Everybody who is invited: companions as one, everybody else alone.
    absence : Absence
        Its levels are equally likely, so the answer is their mean.
    seats : int

    Notes
    -----
    `turnout`, summed beyond the seats and rounded to the nearest millionth.

    Examples
    --------
    >>> absence = Absence(dict.fromkeys("abc", 500_000), 500_000, (500_000,))
    >>> more_than_fit([("a",), ("b",), ("c",)], absence, 2)
    125000
    """
    return _risk(turnout(units, absence), seats)


def invite_beyond(
    chosen: Iterable[Sequence[str]],
    order: Iterable[Sequence[str]],
    absence: Absence,
    seats: int,
    *,
    cap: int = MILLION // 20,
) -> Invitations:
    """Invite as many of the order, besides the chosen, as the risk allows.

    Parameters
    ----------
    chosen, order : iterable of sequence of str
        Companions as one, everybody else alone; the order as published.
    absence : Absence
    seats : int
        How many fit.
    cap : int
        Millionths: the largest chance that more come than fit. 5 % unless told otherwise.

    Returns
    -------
    Invitations
        The longest beginning of the order whose risk is at most ``cap``, and its risk; none and
        the risk of the chosen alone, if the chosen are more than fit already.

    Notes
    -----
    Nobody is passed over: whoever would go over the cap ends it, because further down would stand
    people who are invited before those ahead of them. O(levels × n²).

    Examples
    --------
    >>> absence = Absence(dict.fromkeys("abcd", 500_000), 500_000, (500_000,))
    >>> invite_beyond([("a",), ("b",)], [("c",), ("d",)], absence, 2, cap=200_000)
    Invitations(beyond=('c',), risk=125000)
    """
    odds = turnout(chosen, absence)
    risk = _risk(odds, seats)
    beyond: tuple[str, ...] = ()
    for unit in order:
        odds = _joined(odds, unit, absence)
        if (next_risk := _risk(odds, seats)) > cap:
            break
        beyond, risk = (*beyond, *unit), next_risk
    return Invitations(beyond, risk)
