"""Words: the console's pages about quotas."""

from __future__ import annotations

from spaces.web.language import Words

_STARTS = (
    "What runs goes on. Nothing more starts until there is room.",
    "正在运行的不受影响；腾出额度之前不能再启动新的。",
)
_TIME = (
    "Its Spaces on GPUs are warned, then they sleep until the period is over.",
    "其占用 GPU 的 Space 会先收到提醒，随后休眠，直到本周期结束。",
)

WORDS: Words = {
    "admin.quotas.days": ("GPU time by day, last 30 days", "近 30 天每日 GPU 用时"),
    "admin.quotas.spenders": ("Most GPU time this month", "本月 GPU 用时最多"),
    "admin.quotas.owners": ("Who may hold what", "各所有者的额度"),
    "admin.quotas.all": ("All owners", "全部所有者"),
    "admin.quotas.everybody": ("What everybody has", "所有人的默认额度"),
    "admin.quotas.promised": (
        "GPUs guaranteed to somebody: {guaranteed} of {count}.",
        "共 {count} 个 GPU，其中 {guaranteed} 个已保证给特定所有者。",
    ),
    "admin.quotas.find": ("Owner's name", "所有者名称"),
    "admin.quotas.none": ("Nobody of such a name.", "没有这样名称的所有者。"),
    "admin.quotas.own": ("own quota", "单独配额"),
    "admin.quotas.over": ("over the limit", "超出上限"),
    "admin.quotas.waiting": ("{count} waiting", "{count} 个等待中"),
    "admin.quotas.today": ("GPU time today", "今日 GPU 用时"),
    "admin.quotas.month": ("GPU time this month", "本月 GPU 用时"),
    "admin.quotas.page": ("Their page", "主页"),
    "admin.quotas.term": ("What", "项目"),
    "admin.quotas.held": ("Held now", "当前占用"),
    "admin.quotas.limit": ("May hold", "额度"),
    "admin.quotas.text": (
        "A field that is empty is what everybody has, shown in gray. A change counts at once: whoever waits for more starts by itself.",
        "留空的字段沿用所有人的默认额度（灰字）。修改立即生效：正在等待的 Space 会自动启动。",
    ),
    "admin.quotas.everybody.text": (
        "What owners have who were given nothing else. A field that is empty is the platform's own default, shown in gray.",
        "没有单独配额的所有者都适用这里的额度。留空的字段为平台自带默认值（灰字）。",
    ),
    "admin.quotas.how": (
        "Numbers, also with a unit such as 2h, 1.5d, 16G; or the words “unlimited”, “default”.",
        "填写数字，可带单位，例如 2h、1.5d、16G；也可填“unlimited”（不限）或“default”（默认）。",
    ),
    "admin.quotas.everybody.how": (
        "Numbers, also with a unit such as 2h, 1.5d, 16G; or the word “unlimited”.",
        "填写数字，可带单位，例如 2h、1.5d、16G；也可填“unlimited”（不限）。",
    ),
    "admin.quotas.overcommit": (
        "Guarantee more GPUs than there are. When all are wanted at once, some wait.",
        "允许保证的 GPU 总数超过实际数量。若同时都要用，有人需要等待。",
    ),
    "error.no_amount": (
        "What is marked is no amount. Say a number, with a unit where that makes sense, or unlimited.",
        "标出的内容不是有效的数量。请填写数字（可带单位）或 unlimited（不限）。",
    ),
    "error.overcommitted": (
        "Guarantees would come to more GPUs than there are. Lower another one first, or say below that you mean it.",
        "保证的 GPU 总数将超过实际数量。请先降低其他额度，或在下方确认。",
    ),
    "admin.quotas.reset": ("Back to what everybody has", "恢复为默认额度"),
    "admin.quotas.everybody.reset": ("Back to the platform's own defaults", "恢复为平台自带默认值"),
    "admin.term.guarantee": ("Guaranteed GPUs", "保证的 GPU"),
    "admin.term.guarantee.text": ("Its own whenever it wants them", "随时可以取用"),
    "admin.term.weight": ("Weight", "权重"),
    "admin.term.weight.text": ("Its part of what others leave free", "分享他人空出 GPU 时的比重"),
    "admin.term.gpus": ("GPUs at once", "同时使用的 GPU"),
    "admin.term.gpus.text": ("Borrowed ones included", "包括借用的"),
    "admin.term.gpu_seconds_per_day": ("GPU time per day", "每日 GPU 用时"),
    "admin.term.gpu_seconds_per_day.text": ("Days are those of UTC", "按 UTC 日期计算"),
    "admin.term.gpu_seconds_per_month": ("GPU time per month", "每月 GPU 用时"),
    "admin.term.gpu_seconds_per_month.text": ("Months are those of UTC", "按 UTC 月份计算"),
    "admin.term.cpus": ("CPUs", "CPU 核数"),
    "admin.term.cpus.text": ("Of all its running Spaces", "所有运行中 Space 的合计"),
    "admin.term.memory": ("Memory", "内存"),
    "admin.term.memory.text": ("Of all its running Spaces", "所有运行中 Space 的合计"),
    "admin.term.running_spaces": ("Running Spaces", "运行中的 Space"),
    "admin.term.running_spaces.text": (
        "Frozen ones included; static ones do not count",
        "包括已冻结的；静态 Space 不计",
    ),
    "admin.term.storage": ("Storage", "存储空间"),
    "admin.term.storage.text": ("Repositories, large files, data volumes", "仓库、大文件与数据卷"),
    "admin.term.builds": ("Builds at a time", "同时构建数"),
    "admin.term.builds.text": ("Others wait for their turn", "其余依次等待"),
    "admin.term.builds_per_day": ("Builds per day", "每日构建数"),
    "admin.term.builds_per_day.text": ("Begun since midnight, UTC", "自 UTC 零点起开始的构建"),
    "admin.follows.gpus": (
        "What runs goes on. Nothing new gets a GPU until some are handed back.",
        "正在运行的不受影响；归还之前不会再分到 GPU。",
    ),
    "admin.follows.gpu_seconds_per_day": _TIME,
    "admin.follows.gpu_seconds_per_month": _TIME,
    "admin.follows.cpus": _STARTS,
    "admin.follows.memory": _STARTS,
    "admin.follows.running_spaces": _STARTS,
    "admin.follows.storage": (
        "All files stay. Nothing more can be pushed until there is room.",
        "已有文件不受影响；腾出空间之前不能再推送。",
    ),
    "admin.follows.builds": ("What runs comes to its end; others wait.", "正在进行的会完成，其余等待。"),
    "admin.follows.builds_per_day": ("Others wait until the day is over.", "其余等到当天结束。"),
}
