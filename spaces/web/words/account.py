"""Words: one's account."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
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
    "browsers.used": ("Last used", "最近使用"),
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
    "tokens.fineGrained": ("Fine-grained", "细粒度"),
    "tokens.grants": ("What a fine-grained token may do", "细粒度令牌的权限"),
    "tokens.grants.label": (
        "One a line: owner or repository, then read, write or admin",
        "每行一项：所有者或仓库，然后是 read、write 或 admin",
    ),
    "tokens.grants.text": (
        "It opens what everybody sees, and these. Models: owner/name; others: spaces/owner/name, datasets/owner/name.",
        "可访问所有公开内容以及以上各项。模型：owner/name；其他：spaces/owner/name、datasets/owner/name。",
    ),
    "tokens.days": ("Expires after", "有效期"),
    "tokens.forever": ("Never", "永不过期"),
    "tokens.some_days": ("{days} days", "{days} 天"),
    "tokens.new": ("Make a token", "创建令牌"),
    "tokens.token": ("Token", "令牌"),
    "tokens.revoke": ("Revoke", "撤销"),
    "tokens.none": ("No token yet.", "还没有令牌。"),
    "tokens.fresh": ("Copy “{name}” now: it is shown only this once.", "请立即复制“{name}”：仅显示这一次。"),
    "error.no_grants": (
        "A fine-grained token needs to be given something: one owner or repository a line, with read, write or admin.",
        "细粒度令牌需要指定权限：每行一个所有者或仓库，以及 read、write 或 admin。",
    ),
    "error.wrong_present_password": ("The present password is wrong.", "当前密码不正确。"),
    "error.token_name": ("A token needs a name of at most 100 characters.", "令牌需要名称，最多 100 个字符。"),
    "error.full_name": ("A full name has at most 100 characters.", "姓名最多 100 个字符。"),
    "error.email": ("This is no e-mail address.", "这不是有效的电子邮箱地址。"),
}
