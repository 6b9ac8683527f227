"""People: any form's export made into applicants, and applicants into persons without names."""

from huiyou.people.cleaning import clean, lay_out
from huiyou.people.form import Form
from huiyou.people.judge import verify
from huiyou.people.person import Person, people_digest
from huiyou.people.record import Applicant, Clean
from huiyou.people.sheets import Sheet, check_size, read_columns, read_sheet

__all__ = [
    "Applicant",
    "Clean",
    "Form",
    "Person",
    "Sheet",
    "check_size",
    "clean",
    "lay_out",
    "people_digest",
    "read_columns",
    "read_sheet",
    "verify",
]
