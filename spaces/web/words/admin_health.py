"""Words: the console's page about health. A part has a name, what it is like (`PART.STATE`), and how to mend that."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "admin.health.parts": ("Parts of the platform", "平台各部分"),
    "admin.health.worst.ok": ("all well", "一切正常"),
    "admin.health.worst.warn": ("worth a look", "值得留意"),
    "admin.health.worst.fail": ("something is down", "有部分失效"),
    "admin.health.heard": ("Last heard", "最近一次响应："),
    "admin.health.doctor": (
        "Versions, ports, names, mirrors and the network's rules are looked at by",
        "版本、端口、域名解析、镜像源与网络规则由此命令检查：",
    ),
    "admin.health.spaces": ("Spaces", "Space 状态"),
    "admin.health.no_spaces": ("There are no Spaces yet.", "还没有 Space。"),
    "admin.health.unknown": ("It could not be looked at: {error}", "无法检查：{error}"),
    "admin.health.edge": ("Edge", "入口"),
    "admin.health.edge.ok": ("Answers at port {port}.", "在端口 {port} 正常响应。"),
    "admin.health.edge.away": ("Does not answer at port {port}.", "端口 {port} 没有响应。"),
    "admin.health.edge.away.mend": (
        "Awake Spaces are reached through it alone. Its log: logs/processes/edge.log in the data directory.",
        "访问运行中的 Space 都要经过它。日志：数据目录下 logs/processes/edge.log。",
    ),
    "admin.health.gateway": ("Gateway", "网关"),
    "admin.health.gateway.ok": ("Answers; Spaces wake at a visit.", "正常响应；访问可唤醒 Space。"),
    "admin.health.gateway.away": ("Does not answer: no Space wakes.", "没有响应：Space 无法被唤醒。"),
    "admin.health.gateway.away.mend": (
        "It is started again by itself. Its log: logs/processes/gateway.log in the data directory.",
        "它会自动重启。日志：数据目录下 logs/processes/gateway.log。",
    ),
    "admin.health.controller": ("Controller", "控制器"),
    "admin.health.controller.ok": ("At work.", "正常工作。"),
    "admin.health.controller.away": (
        "Nobody is at work: nothing starts, sleeps or gets a GPU.",
        "没有控制器在工作：无法启动、休眠或分配 GPU。",
    ),
    "admin.health.controller.away.mend": (
        "It is started again by itself, within seconds. Its log: logs/processes/controller.log in the data directory.",
        "它会在数秒内自动重启。日志：数据目录下 logs/processes/controller.log。",
    ),
    "admin.health.engine": ("Container engine", "容器引擎"),
    "admin.health.engine.ok": ("Docker Engine {version}, at {address}.", "Docker Engine {version}，地址 {address}。"),
    "admin.health.engine.away": ("Does not answer at {address}.", "{address} 没有响应。"),
    "admin.health.engine.away.mend": (
        "Start it (systemctl start docker). Spaces that ran are started again by themselves once it answers; nothing is lost.",
        "请启动它（systemctl start docker）。恢复响应后，原本运行的 Space 会自动启动，不会丢失数据。",
    ),
    "admin.health.engine.told": (
        "Answers the controller. This page has no way to it, as it should be under compose.",
        "控制器可以访问。本页面无法直接访问，使用 compose 部署时属正常。",
    ),
    "admin.health.engine.lost": (
        "Does not answer the controller: nothing is built, started or woken.",
        "没有响应控制器：无法构建、启动或唤醒 Space。",
    ),
    "admin.health.engine.lost.mend": (
        "Start it, and see that the controller is let to its socket. Nothing is lost meanwhile.",
        "请启动容器引擎，并确认控制器可以访问其套接字。期间不会丢失数据。",
    ),
    "admin.health.engine.closed": (
        "None at {address}, and the controller has told of none yet.",
        "{address} 没有容器引擎，控制器也尚未报告。",
    ),
    "admin.health.engine.closed.mend": (
        "Start it (systemctl start docker), or wait for the controller, which looks every few seconds.",
        "请启动容器引擎（systemctl start docker），或等待控制器的下一次检查（每隔数秒一次）。",
    ),
    "admin.health.builders": ("Builders", "构建进程"),
    "admin.health.builders.ok": (
        "{count} {count|builder|builders}, {busy} at work.",
        "{count} 个构建进程，其中 {busy} 个正在构建。",
    ),
    "admin.health.builders.away": ("None is there: builds wait.", "没有构建进程：构建将一直等待。"),
    "admin.health.builders.away.mend": (
        "They are started again by themselves. Their logs: logs/processes/worker-1.log and on in the data directory.",
        "它们会自动重启。日志：数据目录下 logs/processes/worker-1.log 等。",
    ),
    "admin.health.builders.unheard": ("Redis, by which they are heard, is away.", "无法得知：Redis 没有响应。"),
    "admin.health.builders.unheard.mend": (
        "Builds begin again when Redis is back; none is lost.",
        "Redis 恢复后构建会继续，不会丢失。",
    ),
    "admin.health.redis": ("Redis", "消息队列（Redis）"),
    "admin.health.redis.ok": ("{version} answers.", "{version} 正常响应。"),
    "admin.health.redis.away": ("Does not answer.", "没有响应。"),
    "admin.health.redis.away.mend": (
        "Nothing is lost: everything is slower, and no build begins. Our own is started again by itself; another one is named in DEMODOCK_REDIS_URL.",
        "不会丢失数据，但一切变慢，且不会开始新的构建。自带的会自动重启；外部的请检查 DEMODOCK_REDIS_URL。",
    ),
    "admin.health.database": ("Database", "数据库"),
    "admin.health.database.ok": ("{kind} answers.", "{kind} 正常响应。"),
    "admin.health.disk": ("Disk", "磁盘"),
    "admin.health.disk.ok": ("{free} of {total} free below {path}.", "{path} 剩余 {free}，共 {total}。"),
    "admin.health.disk.low": ("Only {free} of {total} free below {path}.", "{path} 仅剩 {free}，共 {total}。"),
    "admin.health.disk.low.mend": (
        "Free some: pushes and builds fail when it is full. Lower DEMODOCK_CACHE_BUDGET, or remove what nobody needs.",
        "请清理：磁盘写满后推送和构建会失败。可调低 DEMODOCK_CACHE_BUDGET，或删除不再需要的内容。",
    ),
    "admin.health.gpus": ("GPUs", "GPU 设备"),
    "admin.health.gpus.ok": ("{count} {count|GPU answers|GPUs answer}.", "{count} 个 GPU 正常。"),
    "admin.health.gpus.none": ("There are none.", "没有 GPU。"),
    "admin.health.gpus.lost": (
        "{lost} failed or gone, {count} well.",
        "{lost} 个故障或消失，{count} 个正常。",
    ),
    "admin.health.gpus.lost.mend": (
        "The page about GPUs says which and why; a reset or a reboot helps with most.",
        "具体见“GPU 一览”页面；多数情况重置或重启即可恢复。",
    ),
}
