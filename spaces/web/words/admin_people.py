"""Words: the console's page about people and organizations."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "admin.people": ("People and organizations", "用户与组织"),
    "admin.people.name": ("Name", "名称"),
    "admin.people.which": ("Who is shown", "显示范围"),
    "admin.people.which.all": ("All", "全部"),
    "admin.people.which.people": ("People", "用户"),
    "admin.people.which.admins": ("Admins", "管理员"),
    "admin.people.which.organizations": ("Organizations", "组织"),
    "admin.people.admin": ("admin", "管理员"),
    "admin.people.quota": ("Quota", "配额"),
    "admin.people.spaces": ("Spaces", "Space 数"),
    "admin.people.running": ("({count} running)", "（{count} 个运行中）"),
    "admin.people.belongs": ("Belonging", "归属"),
    "admin.people.organizations": ("{count} {count|organization|organizations}", "{count} 个组织"),
    "admin.people.members": ("{count} {count|member|members}", "{count} 名成员"),
    "admin.people.since": ("Since", "加入时间"),
    "admin.people.seen": ("Last seen", "最近活动"),
    "admin.people.link": ("New password link", "生成密码链接"),
    "admin.people.remove": ("Remove", "移除"),
    "admin.people.sure": (
        "Remove {name}, with every token and browser session?",
        "确定移除 {name} 及其全部令牌和登录会话吗？",
    ),
    "admin.people.fresh": (
        "With this link {name} sets a password, once. It is shown only now.",
        "{name} 可用此链接设置密码，仅限一次。链接只显示这一次。",
    ),
    "admin.people.until": ("It works until", "有效期至"),
    "admin.people.add": ("Add somebody", "添加用户"),
    "admin.people.add.text": (
        "You get a one-time link to hand over: nobody but themselves knows their password.",
        "将得到一个一次性链接，请转交本人：除其本人外，没有人知道密码。",
    ),
    "admin.people.add.admin": ("as an admin of the platform", "设为平台管理员"),
}
