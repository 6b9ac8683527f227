"""A table of applicants: taken in, read, mapped, looked at, kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huiyou.errors import Fault
from huiyou.gathering import form_of
from huiyou.people.columns import FIELDS
from huiyou.people.sheets import LARGEST_FILE
from huiyou.web.console.access import ORGANISER, Access, role_required
from huiyou.web.console.forms import (
    MappingForm,
    UploadForm,
)
from huiyou.web.console.imports import basis_of, clear_uploads, names_of, take_upload
from huiyou.web.console.models import Run, Upload
from huiyou.web.console.tasks import map_upload, start_run
from huiyou.web.console.views.desk import shown_run
from huiyou.web.console.words import speaker, told
from huiyou.web.gatherings.models import Gathering

__all__ = ["keep", "mapping", "read", "upload"]

COUNTS = ("rows", "rejected", "duplicates", "variant_cells", "formula_cells", "companions_mutual", "applicants")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def upload(request: HttpRequest, access: Access) -> HttpResponse:
    """Take a table of applicants in, and have it read."""
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            clear_uploads(timezone.now())
            taken = take_upload(access.gathering, form.cleaned_data["file"], who=access.who)
            return _start(access, Run.Step.READ, taken)
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
    found = _found(access.gathering, token)
    if request.method == "POST" and found.kept_at is None:
        form = MappingForm(request.POST)
        names = names_of(form_of(found.gathering.facts, found.gathering.quotas))
        sheet = str(form.data.get("sheet", ""))[:100]
        map_upload(found, form.columns(names), sheet, who=access.who)
        return redirect("console:mapping", access.gathering.slug, token)
    return _show_mapping(request, access, found)


@require_POST
@role_required(ORGANISER)
def read(_: HttpRequest, access: Access, token: str) -> HttpResponse:
    """Read an upload once more, as it stands."""
    return _start(access, Run.Step.READ, _found(access.gathering, token))


@require_POST
@role_required(ORGANISER)
def keep(request: HttpRequest, access: Access, token: str) -> HttpResponse:
    """Keep what the report showed; a second time changes nothing."""
    found = _found(access.gathering, token)
    if found.kept_at is None and (found.reading is None or found.reading["faults"]):
        return _show_mapping(request, access, found)
    return _start(access, Run.Step.KEEP, found)


def _found(gathering: Gathering, token: str) -> Upload:
    found: Upload = get_object_or_404(gathering.uploads, token=token)
    found.gathering = gathering
    return found


def _start(access: Access, step: str, found: Upload) -> HttpResponse:
    if found.kept_at is None:
        start_run(access.gathering, step, who=access.who, upload=found)
    return redirect("console:mapping", access.gathering.slug, found.token)


def _show_mapping(request: HttpRequest, access: Access, found: Upload) -> HttpResponse:
    context: dict[str, Any] = {"access": access, "gathering": access.gathering, "upload": found}
    faulty = False
    if found.kept_at is None:
        context["run"] = _run_to_show(request, found)
        if found.reading is not None and not (context["run"] and context["run"]["active"]):
            context |= _shown_reading(request, found, found.reading)
            faulty = bool(context["faults"])
    return render(request, "console/mapping.html", context, status=422 if faulty else 200)


def _run_to_show(request: HttpRequest, found: Upload) -> dict[str, Any] | None:
    """Give what is under way with this upload, else with the gathering, or what went wrong last."""
    last = found.runs.first()
    if last is None or last.state == Run.State.DONE:
        others = found.gathering.runs.exclude(step=Run.Step.READ)
        last = others.filter(state__in=Run.ACTIVE).first()
    return shown_run(request, last) if last else None


def _shown_reading(request: HttpRequest, found: Upload, reading: dict[str, Any]) -> dict[str, Any]:
    return {
        "reading": reading,
        "rows": _mapping_rows(request, found, reading),
        "faults": told(request, [Fault(**fault) for fault in reading["faults"]]),
        "stale": reading["basis"] != basis_of(found),
        "counts": [(name, reading["counts"][name]) for name in COUNTS if "counts" in reading],
    }


def _mapping_rows(
    request: HttpRequest, found: Upload, reading: dict[str, Any]
) -> list[dict[str, Any]]:
    """Give a line for each field and trait: what it is called, its column, and how sure that is."""
    voice, names = speaker(request), reading["names"]
    columns = reading.get("columns", {"fields": {}, "traits": {}, "guessed": ()})
    faulty = {fault["column"] for fault in reading["faults"]}
    labels = [voice.say(f"field.{name}") if name in FIELDS else name for name in names]
    return [
        {
            "number": number,
            "name": labels[number],
            "needed": name in reading["needed"],
            "column": columns["fields"].get(name) or columns["traits"].get(name, ""),
            "given": found.columns.get(name, ""),
            "guessed": name in columns["guessed"],
            "faulty": name in faulty,
        }
        for number, name in enumerate(names)
        if labels[number] not in labels[:number]  # one question for a trait and a field of one name
    ]
