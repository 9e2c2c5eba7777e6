"""Words: what it means that a part of the platform is away."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "trouble.engine": (
        "The container engine does not answer: until it is back, nothing is built, started or woken.",
        "容器引擎没有响应：恢复之前无法构建、启动或唤醒 Space。",
    ),
    "trouble.controller": (
        "The controller does not run: until it is back, new versions are not started. Apps that run are still reached.",
        "控制进程没有运行：恢复之前不会启动新版本，正在运行的应用仍可访问。",
    ),
    "trouble.redis": (
        "Redis does not answer: builds wait until it is back. Apps and pages work as always.",
        "Redis 没有响应：恢复之前构建需要等待，应用和页面不受影响。",
    ),
}
