"""Checking a card before it is committed. Clients ask before every commit that holds a README.md."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from spaces.card import check_card, check_others_card
from spaces.errors import CardError

router = APIRouter(tags=["cards"])


class Card(BaseModel):
    content: str
    repoType: str = "model"


@router.post("/api/validate-yaml", response_model=None)
def validate_card(body: Card) -> dict[str, Any] | JSONResponse:
    """`{"errors": [], "warnings": [{"message": ...}]}`; 400 with its errors where nobody could read it."""
    try:
        warnings = check_card(body.content) if body.repoType == "space" else check_others_card(body.content)
    except CardError as error:
        text = f"{error.message} {error.hint}".strip()
        return JSONResponse({"error": text, "errors": [{"message": text}], "warnings": []}, 400)
    return {"errors": [], "warnings": [{"message": warning} for warning in warnings]}
