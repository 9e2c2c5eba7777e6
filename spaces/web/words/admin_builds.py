"""Words: the console's page about builds."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "admin.builds.running": ("running", "进行中"),
    "admin.builds.queued": ("waiting for a builder", "等待构建"),
    "admin.builds.succeeded": ("succeeded since midnight, UTC", "今日成功（UTC）"),
    "admin.builds.failed": ("failed since midnight, UTC", "今日失败（UTC）"),
    "admin.builds.active": ("Now", "当前构建"),
    "admin.builds.none": ("Nothing is being built.", "没有正在进行的构建。"),
    "admin.builds.ended": ("Lately", "最近的构建"),
    "admin.builds.nothing": ("Nothing has been built yet.", "还没有任何构建。"),
    "admin.builds.state": ("State", "状态"),
    "admin.builds.attempt": ("attempt {number}", "第 {number} 次尝试"),
    "admin.builds.when": ("Ended", "结束时间"),
    "admin.builds.took": ("Took", "用时"),
    "admin.cache": ("Layers and their budget", "镜像层与容量预算"),
    "admin.cache.share": ("{share} of the budget", "已用预算的 {share}"),
    "admin.cache.text": (
        "{count} {count|layer|layers}; {needed} of it is needed by revisions that serve, sleep or wait for a rollback.",
        "共 {count} 层，其中 {needed} 由正在服务、休眠或可供回滚的版本使用。",
    ),
    "admin.cache.at": ("Counted", "统计于"),
    "admin.cache.over": (
        "More is needed than the budget allows: raise DEMODOCK_CACHE_BUDGET, or keep fewer revisions.",
        "所需已超出预算：请调高 DEMODOCK_CACHE_BUDGET，或减少保留的版本数。",
    ),
    "admin.cache.none": (
        "The next build counts them; the budget is {budget}.",
        "下一次构建时统计；预算为 {budget}。",
    ),
}
