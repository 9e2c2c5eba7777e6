"""Words: the console's page about settings."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "admin.settings": ("Settings in force", "当前生效的设置"),
    "admin.settings.text": (
        "They are environment variables, read when a process starts; change one where the platform is started. Secrets are not shown. Times are seconds unless the text says otherwise.",
        "均为环境变量，在进程启动时读取；请在启动平台的地方修改。不显示机密内容。时间以秒为单位，另有说明的除外。",
    ),
    "admin.settings.which": ("Which are shown", "显示范围"),
    "admin.settings.all": ("All", "全部"),
    "admin.settings.changed": ("Not the default", "非默认值"),
    "admin.settings.find": ("Name or meaning", "名称或说明"),
    "admin.settings.count": ("{shown} of {count} settings", "共 {count} 项，显示 {shown} 项"),
    "admin.settings.none": ("not set", "未设置"),
    "admin.settings.default": ("By default", "默认值："),
    "admin.settings.from.environment": ("environment", "环境变量"),
    "admin.settings.from.start": ("chosen at start", "启动时选定"),
    "admin.settings.from.host": ("the host's own", "取自主机配置"),
    "admin.settings.from.default": ("default", "默认"),
}
