"""Words: what stands on every page, and what many of them share."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "skip": ("Skip to the content", "跳到正文"),
    "menu": ("Menu", "菜单"),
    "save": ("Save", "保存"),
    "done": ("Done.", "已完成。"),
    "name": ("User name", "用户名"),
    "since": ("Since", "开始时间"),
    "until": ("Until", "到期时间"),
    "copy": ("Copy", "复制"),
    "copied": ("Copied.", "已复制。"),
    "find": ("Search Spaces", "搜索 Space"),
    "api": ("API description", "API 说明"),
    "account.menu": ("Menu of {name}", "{name} 的菜单"),
    "theme": ("Colors", "配色"),
    "theme.auto": ("As the system", "跟随系统"),
    "theme.light": ("Light", "浅色"),
    "theme.dark": ("Dark", "深色"),
    "language.choose": ("Language", "语言"),
    "never": ("Never", "从不"),
    "never.yet": ("Never", "从未"),
}
