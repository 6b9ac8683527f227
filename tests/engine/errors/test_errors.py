"""Errors carry a code, parameters and an exit status, and survive a process boundary."""

from __future__ import annotations

import pickle

import pytest

from huiyou.errors import (
    Fault,
    HuiyouError,
    ImpossibleError,
    InputError,
    QuotaError,
    RefusedError,
)

FAULT = Fault("row_width", "quotas.csv", 3, "min", {"cells": 5, "columns": 4})


@pytest.mark.parametrize(
    ("kind", "code", "exit_code"),
    [
        (HuiyouError, "error", 1),
        (ImpossibleError, "impossible", 3),
        (QuotaError, "quotas_impossible", 3),
        (RefusedError, "refused", 4),
    ],
)
def test_each_kind_has_its_code_and_exit_status(kind, code, exit_code):
    error = kind()

    assert (error.code, error.params, error.exit_code) == (code, {}, exit_code)


def test_a_code_of_its_own_takes_the_place_of_the_kinds():
    error = ImpossibleError("tables_exceed_people", tables=21, people=9)

    assert str(error) == "tables_exceed_people tables=21 people=9"


def test_an_error_without_parameters_reads_as_its_code():
    assert str(RefusedError()) == "refused"


def test_wrong_input_lists_every_fault():
    error = InputError([FAULT, Fault("file_empty", "prizes.csv")])

    assert (error.code, error.params, error.exit_code) == ("input", {"count": 2}, 2)
    assert str(error) == "quotas.csv:3:min row_width cells=5 columns=4; prizes.csv file_empty"


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("not_a_record"), "not_a_record"),
        (Fault("file_empty", "a.csv"), "a.csv file_empty"),
        (Fault("key_missing", "gathering.toml", None, "draw.at"), "gathering.toml:draw.at key_missing"),
        (Fault("column_unnamed", "a.csv", 1, params={"position": 2}), "a.csv:1 column_unnamed position=2"),
    ],
)  # fmt: skip
def test_a_fault_reads_as_place_code_and_parameters(fault, text):
    assert str(fault) == text


@pytest.mark.parametrize(
    "error",
    [
        HuiyouError("odd", who="r2"),
        QuotaError(conflict=["行业=金融投资"], changes=[{"row": 3, "by": 1}]),
        RefusedError(reason="digest_differs"),
        InputError([FAULT]),
    ],
)
def test_errors_cross_a_process_boundary_whole(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes

    assert type(again) is type(error)
    assert (again.__dict__, again.args, str(again)) == (error.__dict__, error.args, str(error))
