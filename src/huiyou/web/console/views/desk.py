"""The line of steps, and the runs that take them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from huiyou.errors import Fault
from huiyou.text import tidy
from huiyou.web.console.access import EVERYONE, ORGANISER, Access, role_required
from huiyou.web.console.actions import publish
from huiyou.web.console.models import Run
from huiyou.web.console.queries import quota_groups
from huiyou.web.console.steps import steps_of
from huiyou.web.console.tasks import cancel_run, start_run
from huiyou.web.console.words import speaker, told

__all__ = ["cancel", "desk", "progress", "publishing", "shown_run", "start"]


@require_safe
@role_required(*EVERYONE)
def desk(request: HttpRequest, access: Access) -> HttpResponse:
    """Show the steps as a line of cards, and the people against the quotas."""
    gathering = access.gathering
    steps, voice = steps_of(gathering), speaker(request)
    context = {
        "access": access,
        "gathering": gathering,
        "steps": [
            {
                "step": step,
                "figures": voice.say(f"console.{step.figures}", **step.params),
                "advice": voice.say(f"console.{step.advice}", **step.params),
            }
            for step in steps.line
        ],
        "runs": [shown_run(request, run) for run in steps.latest_runs],
        "groups": quota_groups(gathering, steps.round),
        "has_round": steps.round is not None,
        "round": steps.round,
        "bound": steps.bound,
        "quotas_page": reverse("console:section", args=[gathering.slug, "quotas"]),
    }
    return render(request, "console/desk.html", context)


@require_POST
@role_required(ORGANISER)
def start(request: HttpRequest, access: Access, step: str) -> HttpResponse:
    """Queue a step; a search for seats ends after some minutes with the best it has."""
    if step not in Run.STEPS:
        raise Http404
    minutes = _minutes(request.POST.get("minutes")) if step in Run.SEARCHES else None
    if minutes == 0:
        return redirect(reverse("console:seats", args=[access.gathering.slug]) + "?told=minutes")
    run = start_run(access.gathering, step, who=access.who, minutes=minutes)
    return redirect(_page_of(run, access.gathering.slug))


def _minutes(typed: str | None) -> int:
    """Read how long a search may take: as usual if nobody says, 0 if that is no number of minutes."""
    if typed is None:
        return Run.USUAL_MINUTES
    typed = tidy(typed)
    few = typed.isdecimal() and len(typed) <= len(str(Run.MOST_MINUTES))
    return int(typed) if few and int(typed) <= Run.MOST_MINUTES else 0


@require_safe
@role_required(*EVERYONE)
def progress(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Show how far a run is: as a piece of the desk to htmx, else as a page."""
    runs = access.gathering.runs.select_related("gathering", "upload")
    run = shown_run(request, get_object_or_404(runs, pk=pk))
    context = {"access": access, "gathering": access.gathering, "run": run}
    if not getattr(request, "htmx", False):
        return render(request, "console/run.html", context)
    response = render(request, "console/_run.html", context)
    if not run["active"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@role_required(ORGANISER)
def cancel(_: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    run = get_object_or_404(access.gathering.runs.select_related("upload"), pk=pk)
    cancel_run(run)
    return redirect(_page_of(run, access.gathering.slug))


@require_POST
@role_required(ORGANISER)
def publishing(request: HttpRequest, access: Access) -> HttpResponse:
    """Show seats and tables to everyone, or no longer."""
    publish(access.gathering, shown=request.POST.get("shown") == "yes", who=access.who)
    return redirect("console:desk", access.gathering.slug)


def shown_run(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Give a run as pages show it, its error in the reader's words."""
    gone = run.gone(timezone.now())
    error: dict[str, Any] = {"code": "worker_gone"} if gone else run.error
    state = Run.State.FAILED if gone else run.state
    slug = run.gathering.slug
    shown: dict[str, Any] = {
        "pk": run.pk, "step": run.step, "state": state, "percent": run.percent, "who": run.who,
        "stopping": run.stopping, "at": run.finished_at or run.started_at or run.made_at,
        "active": state in Run.ACTIVE, "failed": state == Run.State.FAILED,
        "page": _page_of(run, slug), "retry": _retry_of(run, slug),
        "may_retry": state == Run.State.FAILED or (state == Run.State.CANCELLED and run.upload is not None),
    }  # fmt: skip
    if shown["active"] and run.step in Run.SEARCHES:
        shown["search"] = _search(run)
    if shown["failed"]:
        voice, code = speaker(request), f"error.{error.get('code')}"
        params = error.get("params", {})
        shown["error"] = voice.say(code if voice.knows(code) else "error.unexpected", **params)
        way = f"way.{error.get('code')}"
        shown["way"] = voice.say(way, **params) if voice.knows(way) else ""
        shown["faults"] = told(request, [Fault(**fault) for fault in error.get("faults", ())])
        shown |= _conflict(request, params)
    return shown


def _search(run: Run) -> dict[str, Any]:
    """Give how far a search is: its best value, what it cannot exceed, and its time."""
    objective = run.gathering.facts.seats.objective
    sums = objective == "goldilocks"  # no share of anything
    value, bound = run.far.get("value"), run.far.get("bound")

    def written(number: float | None) -> str:
        return "…" if number is None else f"{number:.4f}" if sums else f"{number:.3%}"

    worked = timezone.now() - run.started_at if run.started_at else timedelta()
    apart = 1 - min(value, bound) / max(value, bound) if value and bound else None
    return {
        "stage": run.far.get("stage", ""),
        "value": written(value),
        "bound": written(bound),
        "gap": "…" if apart is None else f"{apart:.3%}",
        "worked": "{}:{:02}".format(*divmod(int(worked.total_seconds()), 60)),
        "minutes": run.minutes,
        "measures": {"nash": "mean", "goldilocks": "sum"}.get(objective, "smallest"),
        "sums": sums,
    }


def _page_of(run: Run, slug: str) -> str:
    """Give the page on which somebody waits for a run."""
    if run.upload is None:
        return reverse(
            "console:seats" if run.step in Run.AT_THE_SEATS else "console:desk", args=[slug]
        )
    return reverse("console:mapping", args=[slug, run.upload.token])


def _retry_of(run: Run, slug: str) -> str:
    """Give where to ask for the same once more."""
    if run.upload is None:
        return reverse("console:start", args=[slug, run.step])
    return reverse(f"console:{run.step}", args=[slug, run.upload.token])


def _conflict(request: HttpRequest, params: dict[str, Any]) -> dict[str, Any]:
    """Give the quotas that cannot hold together, and the ways out."""
    if "conflict" not in params:
        return {}
    voice = speaker(request)
    missing = [voice.say(f"repair.{kind}") for kind in params.get("missing", ())]
    return {
        "conflict": params["conflict"],
        "companions": params.get("companions", False),
        "repairs": [
            {**repair, "kinds": [voice.say(f"repair.{kind}") for kind in repair["kinds"]]}
            for repair in params.get("repairs", ())
        ],
        "seats": params["seats"],
        "missing": voice.say("conflict.none", kinds=missing) if missing else "",
    }
