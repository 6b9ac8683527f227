"""The organiser's desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyou.errors import Fault, InputError
from huiyou.people.columns import FIELDS
from huiyou.people.sheets import LARGEST_FILE
from huiyou.phrases import Speaker
from huiyou.web.console.access import AUDITOR, EVERYONE, ORGANISER, STAFF, Access, role_required
from huiyou.web.console.actions import (
    Reading,
    keep_upload,
    publish,
    read_upload,
    save_facts,
    save_times,
    take_upload,
)
from huiyou.web.console.forms import (
    LoginForm,
    MappingForm,
    TimesForm,
    UploadForm,
    written,
)
from huiyou.web.console.models import Run, Upload
from huiyou.web.console.queries import (
    chain_holds,
    desks,
    find_applications,
    quota_groups,
    record_of,
    records,
)
from huiyou.web.console.steps import steps_of
from huiyou.web.console.tasks import cancel_run, start_run
from huiyou.web.shared.limits import address_of, too_often

__all__ = [
    "application", "applications", "cancel", "desk", "facts", "home", "journal", "keep", "log_in",
    "log_out", "mapping", "progress", "publishing", "record", "record_list", "start", "times",
    "upload",
]  # fmt: skip

A_QUARTER = 15 * 60
TRIES_BY_NAME, TRIES_BY_ADDRESS = 10, 30
PAGE = 50
MOST_LINES = 200  # of each list in a cleaning report


def speaker(request: HttpRequest) -> Speaker:
    """Give the speaker of the reader's language."""
    return Speaker("en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh")


def told(request: HttpRequest, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Say each fault: where, what, and how to mend it."""
    voice = speaker(request)
    lines = []
    for fault in faults:
        what, mend = voice.fault(fault)
        lines.append({"place": voice.place(fault), "what": what, "mend": mend})
    return lines


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in; the answer never says whether the name exists."""
    onward = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = ""
    form = LoginForm(request.POST or None)
    fault = ""
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        limited = too_often(
            "login.name", name.casefold(), times=TRIES_BY_NAME, seconds=A_QUARTER
        ) | too_often(
            "login.address", address_of(request), times=TRIES_BY_ADDRESS, seconds=A_QUARTER
        )
        user = None if limited else authenticate(request, username=name, password=form.cleaned_data["password"])  # fmt: skip
        if user is not None:
            login(request, user)
            return redirect(onward or "console:home")
        fault = "login_often" if limited else "login_wrong"
    elif request.method == "POST":
        fault = "login_wrong"
    context = {"next": onward, "fault": fault, "name": request.POST.get("name", "")[:150]}
    return render(request, "console/login.html", context, status=_STATUS[fault])


_STATUS = {"": 200, "login_wrong": 403, "login_often": 429}


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("console:login")


@login_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the gatherings in which one has a role."""
    return render(request, "console/home.html", {"gatherings": desks(request.user)})


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
        "runs": [_run_for(request, run) for run in steps.latest_runs],
        "groups": quota_groups(gathering, steps.round),
        "has_round": steps.round is not None,
    }
    return render(request, "console/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def facts(request: HttpRequest, access: Access) -> HttpResponse:
    """Edit every fact; nothing is kept while there is a fault."""
    gathering = access.gathering
    values, faults, status = written(gathering), [], 200
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            save_facts(gathering, **values, who=access.who)
        except InputError as error:
            faults, status = told(request, error.faults), 422
        else:
            return redirect("console:desk", gathering.slug)
    context = {"access": access, "gathering": gathering, "values": values, "faults": faults}
    context["times"] = _times_form(gathering)
    return render(request, "console/facts.html", context, status=status)


def _times_form(gathering: Any, data: Any = None) -> TimesForm:
    def local(time: Any) -> str:
        return gathering.facts.when(time).strftime("%Y-%m-%dT%H:%M") if time else ""

    initial = {
        "opens": local(gathering.opens),
        "closes": local(gathering.closes),
        "listed": gathering.listed,
    }
    return TimesForm(data, initial=initial, zone=gathering.facts.zone)


@require_POST
@role_required(ORGANISER)
def times(request: HttpRequest, access: Access) -> HttpResponse:
    """Keep when applications are taken, and whether the public page is there."""
    gathering = access.gathering
    form = _times_form(gathering, request.POST)
    if form.is_valid():
        save_times(gathering, **form.cleaned_data, who=access.who)
        return redirect("console:facts", gathering.slug)
    context = {
        "access": access,
        "gathering": gathering,
        "values": written(gathering),
        "times": form,
    }
    return render(request, "console/facts.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def upload(request: HttpRequest, access: Access) -> HttpResponse:
    """Take a table of applicants in."""
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            taken = take_upload(access.gathering, form.cleaned_data["file"], who=access.who)
            return redirect("console:mapping", access.gathering.slug, taken.token)
        megabytes = LARGEST_FILE // 1024**2
        large = Fault("file_too_large", params={"limit": megabytes, "size": megabytes})
        too_large = request.META.get("huiyou.file_too_large")
        faults = told(request, [large if too_large else Fault("file_empty")])
    context = {"access": access, "gathering": access.gathering, "faults": faults}
    return render(request, "console/upload.html", context, status=422 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def mapping(request: HttpRequest, access: Access, token: str) -> HttpResponse:
    """Show which column is what, and what would be kept; nothing is stored yet."""
    found = get_object_or_404(access.gathering.uploads, token=token)
    found.gathering = access.gathering
    if request.method == "POST" and found.kept_at is None:
        form = MappingForm(request.POST)
        sheet = str(form.data.get("sheet", ""))[:100]
        found.map(form.columns(read_upload(found).names), sheet)
        return redirect("console:mapping", access.gathering.slug, token)
    return _show_mapping(request, access, found)


def _show_mapping(request: HttpRequest, access: Access, found: Upload) -> HttpResponse:
    context: dict[str, Any] = {"access": access, "gathering": access.gathering, "upload": found}
    if found.kept_at is None:
        reading = read_upload(found)
        context |= {
            "reading": reading,
            "rows": _mapping_rows(request, found, reading),
            "faults": told(request, reading.faults),
            "most": MOST_LINES,
        }
        if reading.clean is not None:
            context["counts"] = [
                (name, f"{reading.clean.counts[name]:,}")
                for name in ("rows", "rejected", "duplicates", "variant_cells", "formula_cells", "companions_mutual", "applicants")
            ]  # fmt: skip
            context["clean"] = reading.clean
    faulty = found.kept_at is None and context["faults"]
    return render(request, "console/mapping.html", context, status=422 if faulty else 200)


def _mapping_rows(request: HttpRequest, found: Upload, reading: Reading) -> list[dict[str, Any]]:
    """Give a line for each field and trait: what it is called, its column, and how sure that is."""
    voice = speaker(request)
    columns = (
        reading.clean.columns if reading.clean else {"fields": {}, "traits": {}, "guessed": ()}
    )
    faulty = {fault.column for fault in reading.faults}
    labels = [voice.say(f"field.{name}") if name in FIELDS else name for name in reading.names]
    return [
        {
            "number": number,
            "name": labels[number],
            "needed": name in reading.needed,
            "column": columns["fields"].get(name) or columns["traits"].get(name, ""),
            "given": found.columns.get(name, ""),
            "guessed": name in columns["guessed"],
            "faulty": name in faulty,
        }
        for number, name in enumerate(reading.names)
        if labels[number] not in labels[:number]  # one question for a trait and a field of one name
    ]


@require_POST
@role_required(ORGANISER)
def keep(request: HttpRequest, access: Access, token: str) -> HttpResponse:
    """Keep what the report showed; a second time changes nothing."""
    found = get_object_or_404(access.gathering.uploads, token=token)
    try:
        keep_upload(found, who=access.who)
    except InputError:
        return _show_mapping(request, access, found)
    return redirect("console:mapping", access.gathering.slug, token)


@require_POST
@role_required(ORGANISER)
def start(_: HttpRequest, access: Access, step: str) -> HttpResponse:
    """Queue a step."""
    if step not in Run.Step.values:
        raise Http404
    start_run(access.gathering, step, who=access.who)
    return redirect("console:desk", access.gathering.slug)


@require_safe
@role_required(*EVERYONE)
def progress(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Show how far a run is: as a piece of the desk to htmx, else as a page."""
    run = _run_for(request, get_object_or_404(access.gathering.runs, pk=pk))
    context = {"access": access, "gathering": access.gathering, "run": run}
    if not getattr(request, "htmx", False):
        return render(request, "console/run.html", context)
    response = render(request, "console/_run.html", context)
    if not run["active"]:
        response["HX-Refresh"] = "true"
    return response


def _run_for(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Give a run as pages show it, its error in the reader's words."""
    gone = run.gone(timezone.now())
    error: dict[str, Any] = {"code": "worker_gone"} if gone else run.error
    state = Run.State.FAILED if gone else run.state
    shown: dict[str, Any] = {
        "pk": run.pk, "step": run.step, "state": state, "percent": run.percent, "who": run.who,
        "stopping": run.stopping, "at": run.finished_at or run.started_at or run.made_at,
        "active": state in Run.ACTIVE, "failed": state == Run.State.FAILED,
    }  # fmt: skip
    if shown["failed"]:
        voice, code = speaker(request), f"error.{error.get('code')}"
        params = error.get("params", {})
        shown["error"] = voice.say(code if voice.knows(code) else "error.unexpected", **params)
        way = f"way.{error.get('code')}"
        shown["way"] = voice.say(way) if voice.knows(way) else ""
        shown["faults"] = told(request, [Fault(**fault) for fault in error.get("faults", ())])
        shown |= _conflict(params)
    return shown


def _conflict(params: dict[str, Any]) -> dict[str, Any]:
    """Give the tables of quotas that cannot hold together, and of the fewest changes."""
    if "conflict" not in params:
        return {}
    asked = {(row["feature"], row["value"]): row for row in params.get("asked", ())}
    changes = [
        {"now": asked.get((row["feature"], row["value"])), "then": row} for row in params["changes"]
    ]
    return {"conflict": params["conflict"], "changes": changes}


@require_POST
@role_required(ORGANISER)
def cancel(_: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    cancel_run(get_object_or_404(access.gathering.runs, pk=pk))
    return redirect("console:desk", access.gathering.slug)


@require_POST
@role_required(ORGANISER)
def publishing(request: HttpRequest, access: Access) -> HttpResponse:
    """Show seats and tables to everyone, or no longer."""
    publish(access.gathering, shown=request.POST.get("shown") == "yes", who=access.who)
    return redirect("console:desk", access.gathering.slug)


@require_safe
@role_required(ORGANISER, AUDITOR)
def record_list(request: HttpRequest, access: Access) -> HttpResponse:
    """List every record side by side."""
    context = {
        "access": access,
        "gathering": access.gathering,
        "records": records(access.gathering),
    }
    return render(request, "console/records.html", context)


@require_safe
@role_required(ORGANISER, AUDITOR)
def record(_: HttpRequest, access: Access, kind: str, pk: int) -> HttpResponse:
    """Hand out a record as it is, to the byte."""
    data = record_of(access.gathering, kind, pk)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{pk}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@role_required(ORGANISER, AUDITOR)
def journal(request: HttpRequest, access: Access) -> HttpResponse:
    """Show the journal, and whether each line holds on to the one before."""
    lines = list(access.gathering.journal.select_related("gathering"))
    broken = chain_holds(lines)
    page = Paginator(lines[::-1], PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access, "gathering": access.gathering, "page": page, "broken": broken,
        "last": lines[-1] if lines else None,
    }  # fmt: skip
    return render(request, "console/journal.html", context)


@require_safe
@role_required(ORGANISER, STAFF)
def applications(request: HttpRequest, access: Access) -> HttpResponse:
    """List who applied, by a part of the name or the code."""
    words = request.GET.get("q", "").strip()[:100]
    found = find_applications(access.gathering, words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"access": access, "gathering": access.gathering, "page": page, "words": words}
    return render(request, "console/applications.html", context)


@require_safe
@role_required(ORGANISER, STAFF)
def application(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Show what one person told us."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    context = {"access": access, "gathering": access.gathering, "one": found}
    return render(request, "console/application.html", context)
