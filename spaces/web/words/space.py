"""Words: the frame of a Space's page, and its app."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tabs": ("Parts of this repository", "仓库内容"),
    "space.tab.app": ("App", "应用"),
    "space.tab.files": ("Files", "文件"),
    "space.about": ("About", "简介"),
    "space.by": ("By {name}", "操作者：{name}"),
    "space.of": ("of about {span}", "/ 约 {span}"),
    "space.waited": ("waiting for", "已等待"),
    "space.expected": ("takes about {span}", "通常约需 {span}"),
    "space.progress": ("Progress", "进度"),
    "space.newer": ("The app has changed since you opened this page.", "打开本页后，应用已更新。"),
    "space.newer.show": ("Load it again", "重新加载"),
    "space.open": ("Open the app", "打开应用"),
    "space.open.apart": ("This app opens in a window of its own", "此应用需要在新窗口中打开"),
    "space.open.apart.text": (
        "It is private, and browsers do not let a private app into a frame at this address without TLS.",
        "这是私有应用。此地址未启用 TLS 时，浏览器不允许在页面框架中打开私有应用。",
    ),
    "space.step.restart": ("Restart", "重启"),
    "space.step.build": ("Build again", "重新构建"),
    "space.step.wake": ("Wake it up", "唤醒"),
    "space.step.logs": ("See the log", "查看日志"),
    "space.step.upload": ("Add files", "添加文件"),
    "space.step.card": ("Edit the card", "编辑配置"),
    # -- stages, in a headline and in a sentence
    "space.headline.NO_APP_FILE": ("There is no app here yet", "这里还没有应用"),
    "space.headline.CONFIG_ERROR": ("The configuration is wrong", "配置有误"),
    "space.headline.BUILDING": ("The app is being built", "应用正在构建"),
    "space.headline.BUILD_ERROR": ("The app could not be built", "应用构建失败"),
    "space.headline.APP_STARTING": ("The app is starting", "应用正在启动"),
    "space.headline.RUNTIME_ERROR": ("The app does not run", "应用无法运行"),
    "space.headline.PAUSED": ("This Space is paused", "这个 Space 已暂停"),
    "space.headline.DELETING": ("This Space is being deleted", "这个 Space 正在删除"),
    "space.about.NO_APP_FILE": (
        "Its repository holds no app file. As soon as one is there, it is built and opens here.",
        "仓库中还没有应用文件。添加后会自动构建并在这里打开。",
    ),
    "space.about.CONFIG_ERROR": (
        "Its card says something that cannot be. Once that is mended, it is built anew.",
        "README 中的配置有误，修正后会自动重新构建。",
    ),
    "space.about.BUILDING": (
        "It opens here by itself as soon as it answers.",
        "应用就绪后会自动在这里打开。",
    ),
    "space.about.BUILD_ERROR": (
        "The last lines of the build usually say why. A new commit builds it again.",
        "构建日志的末尾通常会说明原因。提交新的更改后会重新构建。",
    ),
    "space.about.APP_STARTING": (
        "It opens here by itself as soon as it answers.",
        "应用就绪后会自动在这里打开。",
    ),
    "space.about.RUNTIME_ERROR": (
        "The app ended, or never answered. A restart or a new commit tries again.",
        "应用已退出，或一直没有响应。重启或提交新的更改后会再次尝试。",
    ),
    "space.about.PAUSED": (
        "Somebody paused it. Visits do not wake it; whoever may write here starts it again.",
        "有人暂停了它。访问不会唤醒；拥有写入权限的人可以重新启动。",
    ),
    "space.about.DELETING": ("It is gone in a moment.", "稍后即会消失。"),
    # -- in the queue for a GPU
    "space.queue.place": ("Number {place} of {line} in line", "排队第 {place} 位，共 {line} 个"),
    "space.queue.about": ("usually about {span}", "通常约需 {span}"),
    "space.queue.in_line": (
        "Every GPU that fits is taken. It starts by itself when it is its turn.",
        "合适的 GPU 均已被占用，轮到它时会自动启动。",
    ),
    "space.queue.maximum": (
        "Its owner uses as many GPUs as it may at once. It starts by itself when one is given back.",
        "所有者正在使用的 GPU 已达上限，归还其中之一后会自动启动。",
    ),
    "space.queue.blocked": (
        "Its owner has used up its GPU time for now. It starts by itself as soon as there is more.",
        "所有者的 GPU 时长暂时用完，有新的额度后会自动启动。",
    ),
    "space.queue.closed": (
        "The GPUs that fit are out of service. It starts by itself when they are back.",
        "合适的 GPU 暂停服务，恢复后会自动启动。",
    ),
    "space.queue.never": (
        "No GPU of this platform is what it needs. Choose other hardware in its settings.",
        "本平台没有它所需的 GPU，请在设置中改选其他硬件。",
    ),
    # -- what exactly goes on
    "space.phase.idle": ("Waiting for its turn", "等待处理"),
    "space.phase.queued": ("Waiting for a builder", "等待构建"),
    "space.phase.fetching": ("Fetching the files", "获取文件"),
    "space.phase.planning": ("Reading the requirements", "分析依赖"),
    "space.phase.building": ("Installing and building", "安装与构建"),
    "space.phase.publishing": ("Storing the build", "保存构建结果"),
    "space.phase.waiting_for_gpu": ("Waiting for a GPU", "等待 GPU"),
    "space.phase.starting": ("Starting the app", "启动应用"),
    "space.phase.probing": ("Waiting for its first answer", "等待首次响应"),
    "space.phase.serving": ("Serving", "提供服务"),
    "space.phase.frozen": ("Frozen", "已冻结"),
    "space.phase.draining": ("Changing over to the new version", "切换到新版本"),
    "space.phase.stopping": ("Stopping the old instance", "停止旧实例"),
    "space.phase.failed": ("Failed", "失败"),
}
