"""What counts as a mobile phone number, and one way to write it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

from huiyou.text import tidy

__all__ = ["BadPhoneError", "Phone", "read_phone"]

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_FLOAT = re.compile(r"\d{8,}\.0")  # a program took it for a quantity
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Za-z]")
_NEAR = re.compile(r"85[23]|886")  # no mainland mobile begins so
_PARSE_REASONS = {
    phonenumbers.NumberParseException.TOO_LONG: "phone_too_long",
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "phone_bad_country",
}
_REASONS = {
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
    ValidationResult.INVALID_LENGTH: "phone_bad_length",
}


class BadPhoneError(ValueError):
    """Text that is no possible mobile number; ``reason`` is the code of why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Phone:
    """A mobile number.

    Parameters
    ----------
    number : str
        E.164, ``+8613800138000``.
    region : str
        Two letters of ISO 3166, ``CN``; ``001`` for numbers of no country.
    assigned : bool
        Whether it lies in a range that the region has given out. One that does not may be new.
    """

    number: str
    region: str
    assigned: bool


def read_phone(text: str, region: str) -> Phone:
    """Read a mobile number as people type it.

    Parameters
    ----------
    text : str
        Full-width digits, spaces, dashes, ``+86``, ``0086`` and ``86`` in front are all read.
    region : str
        Two letters of ISO 3166, for a number without a country code. On the mainland, a number of
        Hong Kong, Macau or Taiwan is known by its code even without a plus.

    Returns
    -------
    Phone

    Raises
    ------
    BadPhoneError
        If the number is not possible as a mobile number of its region.

    Notes
    -----
    Google's libphonenumber in its Python port: *possible* looks at length by region and type,
    *assigned* at the ranges given out.

    Examples
    --------
    >>> read_phone("１９９ 0000-0166", "CN").number
    '+8619900000166'
    >>> read_phone("+852 5689 0689", "CN").region, read_phone("85256890689", "CN").region
    ('HK', 'HK')
    >>> read_phone("1990000", "CN")
    Traceback (most recent call last):
    huiyou.people.phones.BadPhoneError: phone_too_short
    """
    text = "".join(c for c in tidy(text) if unicodedata.category(c) != "Cf")
    if _SCIENTIFIC.fullmatch(text):
        raise BadPhoneError("phone_scientific")
    if _FLOAT.fullmatch(text):
        text = text.removesuffix(".0")
    digit = _DIGIT.search(text)
    if digit and _LETTER.search(text, digit.end()):  # an O for a 0 would be dialled as 6
        raise BadPhoneError("phone_not_a_number")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise BadPhoneError(_PARSE_REASONS.get(error.error_type, "phone_not_a_number")) from error
    if region == "CN" and _NEAR.match(text) and not phonenumbers.is_valid_number(number):
        near = phonenumbers.parse("+" + text)
        number = near if phonenumbers.is_valid_number(near) else number
    if number.extension:
        raise BadPhoneError("phone_not_a_number")
    result = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    if result != ValidationResult.IS_POSSIBLE:
        raise BadPhoneError(_REASONS[result])
    return Phone(
        number=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number)
        or phonenumbers.region_code_for_country_code(number.country_code or 0),
        assigned=phonenumbers.is_valid_number(number),
    )
