"""Words: what other sites show of a Space, and the page that tells how."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "embed.state.running": ("running", "运行中"),
    "embed.state.sleeping": ("sleeping", "休眠中"),
    "embed.state.building": ("building", "构建中"),
    "embed.state.starting": ("starting", "启动中"),
    "embed.state.paused": ("paused", "已暂停"),
    "embed.state.empty": ("empty", "暂无应用"),
    "embed.state.failed": ("failed", "运行失败"),
    "embed.state.missing": ("not found", "未找到"),
}
