"""Every sentence of the gateway's pages, in English and Simplified Chinese."""

from __future__ import annotations

from spaces.web.language import Language, Words, phrase

WORDS: Words = {
    "language": ("中文", "English"),
    "waking": ("{title} is waking up", "{title} 正在唤醒"),
    "waking.text": (
        "This Space sleeps while nobody uses it. It opens here by itself as soon as it answers.",
        "这个 Space 在无人使用时会休眠。应用就绪后，本页会自动打开。",
    ),
    "starting": ("{title} is starting", "{title} 正在启动"),
    "starting.text": (
        "The app is being started. It opens here by itself as soon as it answers.",
        "应用正在启动。就绪后，本页会自动打开。",
    ),
    "building": ("{title} is being built", "{title} 正在构建"),
    "building.text": (
        "This is the first build, which takes longest: packages are installed once and kept. The app opens here by itself.",
        "首次构建耗时最长：依赖只需安装一次，之后会保留。构建完成后，本页会自动打开应用。",
    ),
    "queued": ("{title} is waiting for a GPU", "{title} 正在等待 GPU"),
    "queued.in_line": (
        "Every GPU that fits is in use. It starts and opens here by itself when it is its turn.",
        "合适的 GPU 都在使用中。轮到它时应用会自动启动，并在本页打开。",
    ),
    "queued.maximum": (
        "Its owner uses as many GPUs as it may at once. It starts here by itself when one of them is given back.",
        "其所有者正在使用的 GPU 已达上限。归还其中之一后，应用会自动启动，并在本页打开。",
    ),
    "queued.blocked": (
        "Its owner has used up its GPU time for now. It starts here by itself as soon as there is more.",
        "其所有者的 GPU 时长暂时用完。有新的额度后，应用会自动启动，并在本页打开。",
    ),
    "queued.closed": (
        "The GPUs that fit are out of service. It starts here by itself when they are back.",
        "合适的 GPU 暂停服务。恢复后，应用会自动启动，并在本页打开。",
    ),
    "queued.never": (
        "No GPU of this platform is what it needs. Its owner can choose other hardware.",
        "本平台没有它所需的 GPU。所有者可以改选其他硬件。",
    ),
    "queued.place": ("Number {place} of {line} in line", "排队第 {place} 位，共 {line} 个"),
    "queued.seconds": (", about {about} s to go", "，预计约 {about} 秒"),
    "queued.minutes": (", about {about} min to go", "，预计约 {about} 分钟"),
    "paused": ("{title} is paused", "{title} 已暂停"),
    "paused.text": (
        "Visits do not wake it; whoever may write to it starts it again.",
        "访问不会唤醒它；拥有写入权限的人可以重新启动。",
    ),
    "failed": ("{title} does not run", "{title} 无法运行"),
    "failed.text": (
        "The last attempt to run this Space failed. A new push or a restart by its owner tries again.",
        "这个 Space 上一次运行失败。所有者重新推送代码或重启后会再次尝试。",
    ),
    "empty": ("{title} has no app yet", "{title} 还没有应用"),
    "empty.text": (
        "The repository holds no app file. Push one, and the Space is built.",
        "仓库中没有应用文件。推送后会自动开始构建。",
    ),
    "busy": ("{title} is busy", "{title} 正忙"),
    "busy.text": (
        "Too much is being started right now. This page tries again by itself.",
        "当前启动任务过多，本页会自动重试。",
    ),
    "full": ("{title} cannot start now", "{title} 现在无法启动"),
    "full.text": (
        "Its owner's quota has no room for it at present. This page tries again by itself.",
        "所有者的配额目前已用完，本页会自动重试。",
    ),
    "broken": ("{title} broke off", "{title} 中断了连接"),
    "broken.text": (
        "The app took the request and ended the connection without an answer.",
        "应用接受了请求，但没有返回结果就断开了连接。",
    ),
    "unknown": ("There is no Space here", "这里没有 Space"),
    "unknown.text": (
        "No Space has this address. It may have been renamed or deleted.",
        "没有 Space 使用这个地址，它可能已被重命名或删除。",
    ),
    "ended": ("This link opens nothing", "此链接已失效"),
    "ended.text": (
        "It has ended, was taken back, or was used as often as it could be. Ask whoever gave it to you for a new one.",
        "它可能已过期、被撤回，或已达到使用次数上限。请向分享者索取新链接。",
    ),
    "cookies": ("Open it in a tab of its own", "请在单独的标签页中打开"),
    "cookies.text": (
        "Your browser keeps no cookie for this address inside another site's page, so the link cannot open it here.",
        "浏览器不会在其他网站的页面中为此地址保存 Cookie，因此无法在此处打开。",
    ),
    "tab": ("Open in a new tab", "在新标签页中打开"),
    "tab.text": ("Over TLS most browsers open it in place.", "使用 TLS 时，多数浏览器可以直接在此打开。"),
    "enter": ("Sign in", "登录"),
    "enter.text": ("If it is a private one of yours, sign in.", "如果是你可访问的私有 Space，请登录。"),
    "missing": ("No such page", "页面不存在"),
    "missing.text": ("This Space has no file at this address.", "这个 Space 在此地址下没有文件。"),
    "home": ("All Spaces", "全部 Space"),
    "reason": ("What happened", "发生了什么"),
    "hint": ("What to do", "如何解决"),
    "log": ("Last lines of the log", "最近的日志"),
    "elapsed": ("{elapsed} s so far", "已过 {elapsed} 秒"),
    "elapsed.of": ("{elapsed} s of about {expected} s", "{elapsed} 秒，通常约 {expected} 秒"),
    "reconnecting": ("Connection lost, trying again", "连接中断，正在重试"),
    "phase.idle": ("Waiting for its turn", "等待处理"),
    "phase.queued": ("Waiting for a builder", "等待构建"),
    "phase.fetching": ("Fetching the files", "获取文件"),
    "phase.planning": ("Reading the requirements", "分析依赖"),
    "phase.building": ("Installing and building", "安装与构建"),
    "phase.publishing": ("Storing the build", "保存构建结果"),
    "phase.waiting_for_gpu": ("Waiting for a GPU", "等待 GPU"),
    "phase.starting": ("Starting the app", "启动应用"),
    "phase.probing": ("Waiting for its first answer", "等待首次响应"),
    "phase.serving": ("Opening", "正在打开"),
    "phase.frozen": ("Thawing", "正在恢复"),
    "phase.draining": ("Changing over to a new version", "切换到新版本"),
    "phase.stopping": ("Stopping the old instance", "停止旧实例"),
    "phase.failed": ("Failed", "失败"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The sentence; text of others is put in as it is and escaped by the template."""
    return phrase(WORDS, key, language, **values)
