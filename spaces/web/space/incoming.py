"""Forms with texts and files in them: larger than others, read piece by piece, and never further than the platform allows.

Who sent them is checked twice: where they come from before a byte of them is read, and the form's token, which is in them.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from spaces import names
from spaces.api import browsers
from spaces.errors import BadRequest, TooLarge, Unauthorized
from spaces.repos.body import Body, Gone, length_of
from spaces.repos.disk import check_disk
from spaces.settings import get_settings
from spaces.web.visitors import NOBODY, Form, Visitor, visitor_of

FILES = 1000
"""Files of one form."""
TEXT = 3 << 20
"""Bytes of one of its texts."""
FIELDS = 20


async def visitor_behind(request: Request) -> Visitor:
    """Who sends it, before anything of it is read. Raises Forbidden where no page of ours sends it, Unauthorized where nobody
    is signed in."""
    browsers.require_own_origin(request.headers)
    visitor = await run_sync(visitor_of, request)
    if visitor.signed is None:
        raise Unauthorized("Sign in first.", code=NOBODY)
    return visitor


@contextlib.asynccontextmanager
async def read_form(request: Request, visitor: Visitor) -> AsyncIterator[Form]:
    """The form, whose files go with the block. Raises TooLarge, BadRequest, or Forbidden where it is not the visitor's."""
    limit = get_settings().push_limit << 20
    length = length_of(request.headers.get("content-length"))
    if length is not None and length > limit:
        raise _too_large(limit)
    await run_sync(check_disk, length or 0)
    body = Body(request.receive)

    async def pieces() -> AsyncIterator[bytes]:
        async for piece in body:
            if body.count > limit:
                raise _too_large(limit)
            yield piece

    parser = MultiPartParser(request.headers, pieces(), max_files=FILES, max_fields=FIELDS, max_part_size=TEXT)
    try:
        fields = await parser.parse()
    except Gone:
        raise BadRequest("The request ended before its form did.") from None
    except (MultiPartException, KeyError, ValueError, UnicodeError):
        raise BadRequest("This form is damaged, or too large.", hint="Load the page again.") from None
    try:
        form = Form(visitor, fields)
        browsers.require_form_token(form.text(names.FIELD_FORM_TOKEN), form.session)
        yield form
    finally:
        await fields.close()


def files_of(form: Form, name: str) -> list[UploadFile]:
    """The files in a field that holds any number; an empty one is what a browser sends for none."""
    return [each for each in form.fields.getlist(name) if isinstance(each, UploadFile) and each.filename]


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"One commit may have {limit >> 20} MiB.", hint="Send large files with git-lfs.", code="form_too_large"
    )
