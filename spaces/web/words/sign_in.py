"""Words: signing in, registering, one-time links, and the way to a private Space."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "sign_in": ("Sign in", "登录"),
    "sign_in.password": ("Password", "密码"),
    "sign_in.token": (
        "As long as you have no password, one of your write tokens takes its place.",
        "尚未设置密码时，可以用自己的写入令牌代替密码。",
    ),
    "sign_in.new": ("No account yet?", "还没有账号？"),
    "sign_in.lost": (
        "Forgot your password? An admin can send you a one-time link.",
        "忘记密码？管理员可以给你发送一次性链接。",
    ),
    "sign_out": ("Sign out", "退出登录"),
    "register": ("Create an account", "注册账号"),
    "register.text": (
        "Your name is part of your Spaces' addresses. It cannot be changed here later.",
        "用户名会成为 Space 地址的一部分，之后无法在此更改。",
    ),
    "register.have": ("You have one already?", "已有账号？"),
    "password.new": ("New password", "新密码"),
    "password.rule": (
        "At least 10 characters. A few words in a row are easy to keep.",
        "至少 10 个字符。几个连续的词语更容易记住。",
    ),
    "link": ("Welcome, {name}", "欢迎，{name}"),
    "link.text": (
        "Choose a password. This link works once; you are signed in afterwards, and other browsers are signed out.",
        "请设置密码。此链接只能使用一次；设置后你将登录，其他浏览器会退出登录。",
    ),
    "link.act": ("Set password and sign in", "设置密码并登录"),
    "enter": ("Opening the Space", "正在打开 Space"),
    "enter.act": ("Open it", "打开"),
    "error.wrong_password": ("Name or password is wrong.", "用户名或密码不正确。"),
    "error.password_short": ("A password has at least 10 characters.", "密码至少需要 10 个字符。"),
    "error.password_long": ("A password has at most 1000 characters.", "密码最多 1000 个字符。"),
    "error.password_weak": (
        "This password is guessed at once. Use a few words in a row.",
        "此密码很容易被猜到。请使用几个连续的词语。",
    ),
    "error.link_over": (
        "This link does not work any more. Ask whoever sent it for a new one.",
        "此链接已失效。请向发送者索取新的链接。",
    ),
    "error.no_signup": (
        "People do not register here by themselves. Ask an admin for a link.",
        "此处不开放自行注册。请向管理员索取链接。",
    ),
}
