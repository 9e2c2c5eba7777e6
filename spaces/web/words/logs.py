"""Words: a Space's logs."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tab.logs": ("Logs", "日志"),
    "logs.run": ("App", "应用"),
    "logs.build": ("Build", "构建"),
    "logs.both": ("Side by side", "并排显示"),
    "logs.which": ("Which log", "选择日志"),
    "logs.build_number": ("Build", "构建"),
    "logs.show": ("Show", "显示"),
    "logs.find": ("Search the log", "搜索日志"),
    "logs.find.act": ("Search", "搜索"),
    "logs.found": ("{count} {count|line|lines} with “{text}”", "含“{text}”的行：{count}"),
    "logs.found.last": (
        "The last {count} {count|line|lines} with “{text}”; there are more.",
        "显示含“{text}”的最后 {count} 行，还有更多。",
    ),
    "logs.found.late": (
        "The log is long: its beginning was searched, the rest was not.",
        "日志过长：只搜索了开头部分。",
    ),
    "logs.all": ("Show the whole log again", "重新显示完整日志"),
    "logs.follow": ("Follow", "跟随"),
    "logs.pause": ("Stop following", "停止跟随"),
    "logs.stderr": ("Standard error", "标准错误输出"),
    "logs.wrap": ("Wrap lines", "自动换行"),
    "logs.times": ("Times", "时间"),
    "logs.download": ("Download", "下载"),
    "logs.reload": ("Load again", "重新加载"),
    "logs.last": (
        "The last {count} {count|line|lines}. The whole log can be downloaded.",
        "最近 {count} 行。可下载完整日志。",
    ),
    "logs.more": ("Show more lines", "显示更多行"),
    "logs.empty.run": ("The app has printed nothing yet.", "应用尚未输出内容。"),
    "logs.empty.build": ("Nothing has been built yet.", "尚未构建。"),
    "logs.nothing": ("No line.", "没有匹配的行。"),
    "logs.live": ("Live", "实时"),
    "logs.held": ("{count} new lines", "{count} 行新日志"),
    "logs.lost": ("The connection broke; it is made again by itself.", "连接中断，正在自动重连。"),
    "logs.ended": ("The build has ended.", "构建已结束。"),
    "logs.skipped": (
        "… {count} lines left out: they came too fast. The download has them.",
        "… 输出过快，省略了 {count} 行。下载的文件中有完整内容。",
    ),
    "build.status.queued": ("Queued", "排队中"),
    "build.status.running": ("Running", "进行中"),
    "build.status.succeeded": ("Succeeded", "成功"),
    "build.status.failed": ("Failed", "失败"),
    "build.status.cancelled": ("Cancelled", "已取消"),
    "build.status.superseded": ("Superseded", "已被取代"),
}
