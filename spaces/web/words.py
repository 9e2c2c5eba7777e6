"""Every sentence of the control host's pages, in English and Simplified Chinese."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "language": ("中文", "English"),
    "skip": ("Skip to the content", "跳到正文"),
    "menu": ("Menu", "菜单"),
    "spaces": ("Spaces", "Space"),
    "save": ("Save", "保存"),
    "cancel": ("Cancel", "取消"),
    "done": ("Done.", "已完成。"),
    "name": ("User name", "用户名"),
    "since": ("Since (UTC)", "开始时间 (UTC)"),
    "until": ("Until (UTC)", "到期时间 (UTC)"),
    "never": ("Never", "从不"),
    # -- landing page
    "home": ("Spaces", "Space"),
    "home.empty": ("No Space yet. Push the first one:", "还没有 Space。推送第一个："),
    # -- signing in
    "sign_in": ("Sign in", "登录"),
    "sign_in.password": ("Password", "密码"),
    "sign_in.token": (
        "As long as you have no password, one of your write tokens takes its place.",
        "尚未设置密码时，可以用自己的写入令牌代替密码。",
    ),
    "sign_in.new": ("No account yet?", "还没有账号？"),
    "sign_in.lost": (
        "Forgot it? An admin can send you a one-time link.",
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
    # -- account
    "account": ("Your account", "账号"),
    "profile": ("Profile", "个人资料"),
    "profile.full_name": ("Full name", "姓名"),
    "profile.email": ("E-mail", "电子邮箱"),
    "password": ("Password", "密码"),
    "password.present": ("Present password", "当前密码"),
    "password.text": (
        "Every other browser is signed out when it changes. Access tokens stay as they are.",
        "更改后，其他浏览器会退出登录。访问令牌不受影响。",
    ),
    "password.none": (
        "You have no password yet. Set one to sign in without a token.",
        "你还没有密码。设置后即可不用令牌登录。",
    ),
    "password.act": ("Change password", "更改密码"),
    "password.act.first": ("Set password", "设置密码"),
    "browsers": ("Browsers signed in", "已登录的浏览器"),
    "browsers.this": ("this one", "当前"),
    "browsers.agent": ("Browser", "浏览器"),
    "browsers.address": ("Address", "地址"),
    "browsers.used": ("Last used (UTC)", "最近使用 (UTC)"),
    "browsers.end": ("Sign out", "退出"),
    "browsers.others": ("Sign out every other browser", "退出其他所有浏览器"),
    "tokens": ("Access tokens", "访问令牌"),
    "tokens.text": (
        "For git, the Hub's clients and scripts. A token can do what you can do at that moment, within its scope.",
        "用于 git、Hub 客户端和脚本。令牌的权限是你当时拥有的权限，并受其范围限制。",
    ),
    "tokens.name": ("What it is for", "用途"),
    "tokens.scope": ("Scope", "范围"),
    "tokens.read": ("Read", "读取"),
    "tokens.write": ("Write", "写入"),
    "tokens.days": ("Lives", "有效期"),
    "tokens.forever": ("Until it is revoked", "直到撤销"),
    "tokens.some_days": ("{days} days", "{days} 天"),
    "tokens.new": ("Make a token", "创建令牌"),
    "tokens.token": ("Token", "令牌"),
    "tokens.revoke": ("Revoke", "撤销"),
    "tokens.none": ("No token yet.", "还没有令牌。"),
    "tokens.fresh": ("Copy “{name}” now: it is shown only this once.", "请立即复制“{name}”：仅显示这一次。"),
    # -- what goes wrong
    "problem": ("That did not work", "操作未成功"),
    "problem.back": ("Back to the Spaces", "返回 Space 列表"),
    "error.wrong_password": ("Name or password is wrong.", "用户名或密码不正确。"),
    "error.wrong_present_password": ("The present password is wrong.", "当前密码不正确。"),
    "error.too_many": (
        "Too many attempts. Wait a while, then try again.",
        "尝试次数过多。请稍候再试。",
    ),
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
    "error.cross_site": (
        "This form was not sent from a page of ours. Open the page again and send it from there.",
        "此表单不是从本站页面发送的。请重新打开页面后再提交。",
    ),
    "error.stale_form": (
        "This page is out of date. Load it again, then send it again.",
        "页面已过期。请重新加载后再提交。",
    ),
    "error.token_name": ("A token needs a name of at most 100 characters.", "令牌需要名称，最多 100 个字符。"),
    "error.full_name": ("A full name has at most 100 characters.", "姓名最多 100 个字符。"),
    "error.email": ("This is no e-mail address.", "这不是有效的电子邮箱地址。"),
}
