"""A table of applicants: taken in, mapped, looked at, kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from huiyou.errors import Fault, InputError
from huiyou.people.columns import FIELDS
from huiyou.people.sheets import LARGEST_FILE
from huiyou.web.console.access import ORGANISER, Access, role_required
from huiyou.web.console.forms import (
    MappingForm,
    UploadForm,
)
from huiyou.web.console.imports import Reading, keep_upload, read_upload, take_upload
from huiyou.web.console.models import Upload
from huiyou.web.console.words import speaker, told

__all__ = ["keep", "mapping", "upload"]

MOST_LINES = 200  # of each list in a cleaning report


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
