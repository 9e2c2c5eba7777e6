"""Words: what goes wrong on any page."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "problem": ("That did not work", "操作未成功"),
    "problem.back": ("Back to the Spaces", "返回 Space 列表"),
    "error.too_many": (
        "Too many attempts. Wait a while, then try again.",
        "尝试次数过多。请稍候再试。",
    ),
    "error.cross_site": (
        "This form was not sent from a page of ours. Open the page again and send it from there.",
        "此表单不是从本站页面发送的。请重新打开页面后再提交。",
    ),
    "error.stale_form": (
        "This page is out of date. Load it again, then send it again.",
        "页面已过期。请重新加载后再提交。",
    ),
}
