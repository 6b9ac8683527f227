"""The seats at the desk: chances worked out, announced, drawn in the room; then the answers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from fractions import Fraction
from http import HTTPStatus
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import SeatFacts
from huiyou.proof import canonical
from huiyou.results.charts import chances_of, percent_up
from huiyou.results.page import chart
from huiyou.web.console.access import AUDITOR, EVERYONE, ORGANISER, Access, role_required
from huiyou.web.console.audit import Audit, audit_of
from huiyou.web.console.comparing import shown_comparison
from huiyou.web.console.editing import save_objective
from huiyou.web.console.forms import DrawTimeForm
from huiyou.web.console.models import Run
from huiyou.web.console.queries import quota_groups
from huiyou.web.console.views.desk import shown_run
from huiyou.web.console.words import speaker, told
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.actions import check_lottery, check_round, draw_lottery
from huiyou.web.seats.lottery import DICE, MARGIN, announce, call_off, check_draw
from huiyou.web.seats.models import Lottery
from huiyou.web.seats.offers import move_on
from huiyou.web.seats.pools import decided_otherwise, outlook_of
from huiyou.web.seats.queries import answers_of, lottery_bound, round_in_use
from huiyou.web.shared.limits import too_often
from huiyou.web.shared.verdicts import judged

__all__ = ["announcing", "audit", "audit_file", "calling_off", "objective", "rolling", "seats"]

OBJECTIVES = get_args(SeatFacts.model_fields["objective"].annotation)
TRIES, AN_HOUR = 60, 3600


@require_safe
@role_required(*EVERYONE)
def seats(request: HttpRequest, access: Access) -> HttpResponse:
    """Show how far the seats are, from the quotas to the answers."""
    if request.GET.get("told") == "minutes":
        fault = Fault("minutes_wrong", params={"most": Run.MOST_MINUTES})
        return _page(request, access, faults=[fault], status=HTTPStatus.OK)
    return _page(request, access)


@require_POST
@role_required(ORGANISER)
def objective(request: HttpRequest, access: Access) -> HttpResponse:
    """Say what the lottery is to be fair by."""
    chosen = request.POST.get("objective", "")
    if chosen not in OBJECTIVES:
        raise Http404
    save_objective(access.gathering, chosen, who=access.who)
    return _back(access)


@require_POST
@role_required(ORGANISER)
def announcing(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Publish chances and panels, with a commitment to draw one at a time."""
    lottery = get_object_or_404(access.gathering.lotteries, pk=pk)
    form = DrawTimeForm(request.POST, zone=access.gathering.facts.zone)
    if not form.is_valid():
        return _page(request, access, faults=[Fault("draw_time")])
    try:
        announce(lottery, at=form.cleaned_data["at"], now=timezone.now(), who=access.who)
    except InputError as error:
        return _page(request, access, faults=error.faults)
    return _back(access)


@require_POST
@role_required(ORGANISER)
def rolling(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Draw the seats with the digits of the dice."""
    lottery = get_object_or_404(access.gathering.lotteries, pk=pk)
    if too_often("rolls", access.who, times=TRIES, seconds=AN_HOUR):
        return _page(request, access, faults=[Fault("tries_many")], status=429)
    rolls = request.POST.get("rolls", "")[:400]
    try:
        draw_lottery(lottery, rolls, now=timezone.now(), who=access.who)
    except InputError as error:
        return _page(request, access, faults=error.faults, rolls=rolls)
    return _back(access)


@require_POST
@role_required(ORGANISER)
def calling_off(_: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Take an announced draw back."""
    call_off(
        get_object_or_404(access.gathering.lotteries, pk=pk), now=timezone.now(), who=access.who
    )
    return _back(access)


@require_safe
@role_required(ORGANISER, AUDITOR)
def audit(request: HttpRequest, access: Access) -> HttpResponse:
    """Show who counted for what, under codes, and what the judge says."""
    kept = audit_of(access.gathering)
    context: dict[str, Any] = {"access": access, "gathering": access.gathering, "audit": kept}
    if kept is not None:
        context["verdict"] = (
            judged(check_lottery, kept.kept)
            if isinstance(kept.kept, Lottery)
            else judged(check_round, kept.kept)
        )
        if kept.lottery is not None and kept.lottery.proof:
            context["draw"] = judged(check_draw, kept.lottery)
    return render(request, "console/audit.html", context)


@require_safe
@role_required(ORGANISER, AUDITOR)
def audit_file(_: HttpRequest, access: Access, name: str) -> HttpResponse:
    """Give what the verdict can be worked out from again."""
    kept = audit_of(access.gathering)
    if kept is None:
        raise Http404
    if name == "inputs.json":
        response = HttpResponse(canonical.dumps(kept.inputs), content_type="application/json")
    elif name == "people.csv":
        response = HttpResponse(_csv(kept), content_type="text/csv; charset=utf-8")
    elif name == "selection.json":
        response = HttpResponse(kept.kept.file, content_type="application/json")
    elif name == "draw.json" and kept.lottery is not None and kept.lottery.proof:
        response = HttpResponse(kept.lottery.proof, content_type="application/json")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _csv(kept: Audit) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", *kept.features])
    for row in kept.rows:
        writer.writerow([row.code, *("┋".join(values) for values in row.values)])
    return "\ufeff" + file.getvalue()


def _back(access: Access) -> HttpResponse:
    return redirect("console:seats", access.gathering.slug)


def _page(
    request: HttpRequest, access: Access, *, faults: Any = (), rolls: str = "", status: int = 0
) -> HttpResponse:
    gathering, now = access.gathering, timezone.now()
    move_on(gathering, now)
    facts, round_ = gathering.facts, round_in_use(gathering)
    lottery = gathering.lotteries.filter(called_off_at=None).first()
    run = (
        gathering.runs.filter(step__in=Run.AT_THE_SEATS)
        .select_related("gathering", "upload")
        .first()
    )
    shown = shown_run(request, run) if run else None
    outlook = None if lottery_bound(gathering) else outlook_of(gathering)
    context: dict[str, Any] = {
        "access": access,
        "gathering": gathering,
        "groups": quota_groups(gathering, round_, outlook.filled if outlook else {}),
        "outlook": outlook,
        "against": told(request, outlook.faults) if outlook else [],
        "minutes": _minutes_of(gathering),
        "most_minutes": Run.MOST_MINUTES,
        "has_round": round_ is not None,
        "quotas_page": reverse("console:section", args=[gathering.slug, "quotas"]),
        "objective": facts.seats.objective,
        "objectives": OBJECTIVES,
        "lottery": lottery,
        "run": shown if shown and (shown["active"] or shown["failed"]) else None,
        "faults": told(request, faults),
        "comparison": shown_comparison(gathering, speaker(request)),
        "dice": DICE,
        "rolls": rolls,
        "round": round_,
        "answers": answers_of(round_, now) if round_ else None,
        "called_off": gathering.lotteries.filter(called_off_at__isnull=False),
    }
    if lottery is not None:
        values, left = lottery.drawn_for
        context |= {
            "chances": chances_of(values, left),
            "sure": sum(value == "1" for value in values),
            "odds": chart("odds", chances_of(values, left), speaker=speaker(request)),
            "stale": bool(outlook and decided_otherwise(lottery, outlook.placed)),
            "gap": percent_up(Fraction(lottery.record["gap"])),
            "at": facts.when(lottery.at) if lottery.at else None,
            "due": lottery.at is not None and lottery.at <= now,
            "soonest": facts.when(now + MARGIN + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"),
        }  # fmt: skip
    if context["answers"]:
        context["open"] = [
            {"code": seat.application.code, "until": facts.when(seat.until)}
            for seat in context["answers"].open
            if seat.until
        ]
        context["risk"] = _risk(round_)
    return render(request, "console/seats.html", context, status=status or (422 if faults else 200))


def _minutes_of(gathering: Gathering) -> int:
    """Give how long a search may take unless somebody says otherwise: as long as the last time."""
    last = gathering.runs.filter(step=Run.Step.PANELS, minutes__isnull=False).first()
    return last.minutes or Run.USUAL_MINUTES if last else Run.USUAL_MINUTES


def _risk(round_: Any) -> dict[str, str | int] | None:
    """Give how many are invited beyond the seats, and how likely more come than fit."""
    told = round_.record.get("reserves")
    if not told:
        return None
    return {
        "beyond": len(told["beyond"]),
        "percent": f"{told['more_than_fit'] / 10_000:.1f}",
        "cap": f"{told['cap'] / 10_000:g}",
        "off": told["cap"] == 0,
    }
