"""The form of a flavor: its fields, what stands in them, and the wish that somebody's answers make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from spaces.errors import Invalid
from spaces.flavors import Wish
from spaces.hardware import NEVER
from spaces.models import Audience, Flavor
from spaces.quotas import amounts
from spaces.quotas.amounts import NUMBERS, SIZES, TIMES, Units
from spaces.web.visitors import Form


@dataclass(frozen=True)
class Field:
    """`units` are None where it is text. What need not be filled in may be cleared."""

    key: str
    units: Units | None = None
    needed: bool = False


SIZE = (
    Field("cpus", NUMBERS, needed=True),
    Field("memory", SIZES, needed=True),
    Field("disk", SIZES, needed=True),
    Field("pids", NUMBERS, needed=True),
)
GPUS = (
    Field("gpus", NUMBERS, needed=True),
    Field("gpu_model"),
    Field("gpu_memory", SIZES, needed=True),
    Field("mig_profile"),
    Field("gpu_slots", NUMBERS, needed=True),
    Field("accelerator"),
)
IDLE = (Field("sleep_after", TIMES), Field("freeze_after", TIMES))
NAMED = (Field("pretty_name"), Field("position", NUMBERS))
PARTS = {"named": NAMED, "size": SIZE, "gpus": GPUS, "idle": IDLE}
"""The fields as they stand together."""
FIELDS = (*NAMED, *SIZE, *GPUS, *IDLE)
NEVER_WORD = "never"
FRESH = {"cpus": "2", "memory": "16G"}
"""What the form of a new one suggests."""


def filled(flavor: Flavor | None, owners: list[str]) -> dict[str, str]:
    """What stands in the fields; without a flavor: in those of a new one."""
    shown = flavor or Flavor(name="", pretty_name="", cpus=0, memory=0)
    texts = {field.key: _written(field, getattr(shown, field.key)) for field in FIELDS}
    if flavor is None:
        texts |= FRESH | {"position": ""}
    return texts | {"audience": shown.audience.value, "owners": "\n".join(owners)}


def typed(form: Form) -> dict[str, str]:
    """What somebody filled in, for a form that is shown again."""
    return {key: form.text(key) for key in (*(field.key for field in FIELDS), "audience", "owners", "name")}


def wish(form: Form) -> Wish:
    """What somebody wants; raises Invalid, which names the field."""
    values: dict[str, Any] = {field.key: _read(field, form.text(field.key)) for field in FIELDS}
    if not values["pretty_name"]:
        del values["pretty_name"]
    audience = form.text("audience")
    if audience not in set(Audience):
        raise Invalid("There is no such audience.", hint="Load the page again.")
    values["audience"] = Audience(audience)
    owners = [name for name in re.split(r"[\s,]+", form.text("owners")) if name]
    if values["audience"] == Audience.NAMED:
        values["owners"] = owners
    return Wish(**values)


# -- private --------------------------------------------------------------------------------------


def _written(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.units is None:
        return str(value)
    if field.units is TIMES and value == NEVER:
        return NEVER_WORD
    text = amounts.exactly(value, field.units)
    return text.upper() if field.units is SIZES else text


def _read(field: Field, text: str) -> str | float | int | None:
    if field.units is None:
        return text
    if not text and not field.needed:
        return None
    if text == NEVER_WORD and field.units is TIMES:
        return NEVER
    try:
        value = amounts.read(text, field.units)
    except Invalid as error:
        raise Invalid(f"`{field.key}`: {error.message}", hint=error.hint) from None
    if not isinstance(value, float):
        raise Invalid(f"`{field.key}` cannot be {text!r}.", hint="Give a number.")
    if field.key == "cpus":
        return value
    if value != int(value):
        raise Invalid(f"`{field.key}` cannot be {value:g}.", hint="Give a whole number.")
    return int(value)
