"""Words: how much a Space is used."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tab.analytics": ("Analytics", "统计"),
    "analytics.period": ("Period", "时间范围"),
    "analytics.period.day": ("24 hours", "24 小时"),
    "analytics.period.week": ("7 days", "7 天"),
    "analytics.period.month": ("30 days", "30 天"),
    "analytics.period.quarter": ("90 days", "90 天"),
    "analytics.visits": ("Visits", "访问次数"),
    "analytics.visitors": ("Visitors", "访客"),
    "analytics.wakes": ("Wakes", "唤醒次数"),
    "analytics.wake_time": ("Time to wake", "唤醒用时"),
    "analytics.awake": ("Time awake", "运行时间"),
    "analytics.cpu": ("CPU while awake", "运行时 CPU"),
    "analytics.memory": ("Memory, at most", "内存峰值"),
    "analytics.gpu": ("GPU time", "GPU 时间"),
    "analytics.cores": ("{count} {count|core|cores}", "{count} 核"),
    "analytics.wake_time.median": ("Time to wake, median", "唤醒用时中位数"),
    "analytics.failed": ("{count} {count|wake|wakes} failed", "{count} 次唤醒失败"),
    "analytics.cpu.total": ("CPU time", "CPU 时间"),
    "analytics.nothing": ("Nothing in this period.", "该时段没有数据。"),
    "analytics.table": ("The same as a table", "以表格显示"),
    "analytics.time": ("Time (UTC)", "时间 (UTC)"),
    "analytics.scale": ("{name}, by time: at most {top}", "{name}随时间变化，最大 {top}"),
    "analytics.about": (
        "A visit ends when somebody stays away for half an hour. A visitor counts once a day, by a digest that is forgotten with the day; addresses are not kept. Bots do not count. Numbers are kept for {count} days.",
        "离开半小时后再来算作新的访问。每位访客每天只计一次，用于识别的摘要当天过后即删除，不保存 IP 地址，也不统计爬虫。数据保留 {count} 天。",
    ),
    "analytics.off": (
        "This installation counts no visits: DEMODOCK_ANALYTICS_DAYS is 0.",
        "此平台未开启统计 (DEMODOCK_ANALYTICS_DAYS 为 0)。",
    ),
}
