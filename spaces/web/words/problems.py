"""Words: what goes wrong on any page."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "problem": ("That did not work", "操作未成功"),
    "problem.back": ("Back to the Spaces", "返回 Space 列表"),
    "problem.401": ("Sign in first", "请先登录"),
    "problem.401.text": ("What is here is for people who are signed in.", "登录后才能查看此内容。"),
    "problem.403": ("That is not allowed", "没有权限"),
    "problem.403.text": (
        "You may not do this here. Whoever looks after it can change that.",
        "你没有权限执行此操作。请联系其管理者。",
    ),
    "problem.404": ("There is nothing at this address", "此地址没有内容"),
    "problem.404.text": (
        "It may have been renamed or deleted, or it is private and you may not see it.",
        "它可能已重命名或删除，也可能是你无权查看的私有内容。",
    ),
    "problem.405": ("This address does not take that", "此地址不支持该操作"),
    "problem.405.text": (
        "Go back to the page that you came from, load it again and try once more.",
        "请返回上一页，重新加载后再试一次。",
    ),
    "problem.413": ("That is too large", "内容过大"),
    "problem.413.text": (
        "It is larger than this page takes. Send files with git or in smaller parts.",
        "内容超过了此页面的上限。请使用 git 推送文件，或分批上传。",
    ),
    "problem.429": ("Too often", "操作过于频繁"),
    "problem.500": ("Something went wrong on our side", "服务器出错了"),
    "problem.503": ("Not at the moment", "暂时不可用"),
    "problem.503.text": (
        "A part of the platform does not answer now. Try again in a moment.",
        "平台的某个组件暂时没有响应。请稍后再试。",
    ),
    "error.internal": (
        "It is not your fault. Try again; if it stays so, tell an admin this number: {request_id}.",
        "这不是你的问题。请再试一次；如果仍然出错，请把此编号告诉管理员：{request_id}。",
    ),
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
