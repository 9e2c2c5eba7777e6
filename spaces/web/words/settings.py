"""Words: a Space's settings."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tab.settings": ("Settings", "设置"),
    "settings.sections": ("Settings of this Space", "Space 设置"),
    "settings.restarts": ("The Space restarts with it.", "保存后 Space 会重新启动。"),
    "settings.remove": ("Remove", "移除"),
    # -- hardware and idle times
    "settings.hardware": ("Hardware", "硬件"),
    "settings.hardware.act": ("Use this hardware", "使用此硬件"),
    "settings.hardware.static": (
        "A static Space needs no hardware: its files are always there.",
        "静态 Space 无需硬件，文件始终可访问。",
    ),
    "settings.hardware.present": ("In use", "当前"),
    "settings.hardware.suggested": ("Suggested by the card", "README 建议"),
    "settings.hardware.unknown": (
        "The card suggests {name}, which is not offered here.",
        "README 建议使用 {name}，但此处未提供。",
    ),
    "settings.hardware.cpus": ("{count} {count|CPU|CPUs}", "{count} 核 CPU"),
    "settings.hardware.memory": ("{size} GB memory", "{size} GB 内存"),
    "settings.hardware.gpu_memory": ("{size} GB on the GPU", "{size} GB 显存"),
    "settings.hardware.sleeps": ("Sleeps after {span}", "闲置 {span}后休眠"),
    "settings.hardware.awake": ("Never sleeps by itself", "不会自动休眠"),
    "settings.idle": ("When nobody visits", "无人访问时"),
    "settings.idle.text": (
        "A frozen Space keeps its memory and answers again within a tenth of a second. A sleeping one is stopped, and starts at the next visit.",
        "冻结的 Space 保留内存，约 0.1 秒即可恢复响应；休眠的 Space 已停止，下次访问时启动。",
    ),
    "settings.idle.freeze": ("Freeze after", "冻结前等待"),
    "settings.idle.sleep": ("Sleep after", "休眠前等待"),
    "settings.idle.default": ("Default ({span})", "默认（{span}）"),
    "settings.idle.default_never": ("Default (never)", "默认（从不）"),
    # -- secrets and variables
    "settings.secrets": ("Secrets", "密钥"),
    "settings.secrets.text": (
        "Environment variables that nobody can read again, not even you. They are not copied with the Space.",
        "以环境变量提供，保存后任何人（包括你）都无法再次查看，复制 Space 时也不会带走。",
    ),
    "settings.secrets.none": ("No secret yet.", "还没有密钥。"),
    "settings.secrets.missing": (
        "This copy needs secrets that only you can give:",
        "此副本还需要由你提供以下密钥：",
    ),
    "settings.secrets.act": ("Save the secret", "保存密钥"),
    "settings.variables": ("Variables", "变量"),
    "settings.variables.text": (
        "Environment variables that this Space's people can read. They are copied with the Space.",
        "成员可以查看的环境变量，复制 Space 时会一并复制。",
    ),
    "settings.variables.none": ("No variable yet.", "还没有变量。"),
    "settings.variables.act": ("Save the variable", "保存变量"),
    "settings.env.key": ("Name", "名称"),
    "settings.env.replace": ("The same name replaces it.", "同名则替换。"),
    "settings.env.value": ("Value", "值"),
    "settings.env.description": ("Description", "说明"),
    "settings.env.updated": ("Changed", "更新时间"),
    "settings.env.reserved": ("Names that the platform sets itself", "平台保留的名称"),
    # -- storage
    "settings.storage": ("Storage", "存储"),
    "settings.storage.text": (
        "A folder /data that outlives restarts, sleep and a change of name. Taken away, it keeps its content until the Space is deleted.",
        "/data 目录在重启、休眠和改名后依然保留。移除后内容仍会保留，直到 Space 被删除。",
    ),
    "settings.storage.none": ("None", "无"),
    "settings.storage.tier.small": ("Small, 20 GB", "小，20 GB"),
    "settings.storage.tier.medium": ("Medium, 150 GB", "中，150 GB"),
    "settings.storage.tier.large": ("Large, 1 TB", "大，1 TB"),
    "settings.volumes": ("Mounted repositories", "挂载的仓库"),
    "settings.volumes.text": (
        "Models, datasets and Spaces as folders that the app can read.",
        "将模型、数据集和 Space 挂载为应用可读取的目录。",
    ),
    "settings.volumes.source": ("Repository", "仓库"),
    "settings.volumes.kind": ("Kind", "类型"),
    "settings.volumes.kind.model": ("Model", "模型"),
    "settings.volumes.kind.dataset": ("Dataset", "数据集"),
    "settings.volumes.kind.space": ("Space", "Space 仓库"),
    "settings.volumes.revision": ("Revision", "版本"),
    "settings.volumes.folder": ("Folder in it", "其中的目录"),
    "settings.volumes.path": ("Mounted at", "挂载到"),
    "settings.volumes.act": ("Mount", "挂载"),
    # -- who sees it, where it is
    "settings.visibility": ("Visibility", "可见性"),
    "settings.visibility.public": ("Public", "公开"),
    "settings.visibility.protected": ("Protected", "受保护"),
    "settings.visibility.private": ("Private", "私有"),
    "settings.visibility.text.public": ("Everybody sees the app and its files.", "所有人都能看到应用和文件。"),
    "settings.visibility.text.protected": (
        "Everybody may use the app; its files are for its people.",
        "所有人都能使用应用，文件仅成员可见。",
    ),
    "settings.visibility.text.private": ("Only its people know that it is there.", "仅成员可见。"),
    "settings.address": ("Address", "地址"),
    "settings.address.text": ("The app answers at this address:", "应用的地址："),
    "settings.address.domains": (
        "Domains of your own are not offered here. A reverse proxy of yours may pass one on to this address.",
        "此处不支持自定义域名。可以用自己的反向代理将域名转发到此地址。",
    ),
    "settings.template": ("Template", "模板"),
    "settings.template.text": (
        "A template is offered to everybody who may see it as the beginning of a new Space.",
        "设为模板后，能看到它的人可以用它创建新的 Space。",
    ),
    "settings.template.yes": ("Offer it as a template", "设为模板"),
    "settings.template.no": ("Stop offering it", "取消模板"),
    "settings.template.is": ("It is a template.", "当前是模板。"),
    "settings.copy": ("Duplicate", "复制"),
    "settings.copy.text": (
        "A copy of the files and variables, under your name or an organization's.",
        "将文件和变量复制到你或组织名下。",
    ),
    "settings.move": ("Name and owner", "名称与所有者"),
    "settings.move.text": (
        "The app gets another address with it, and restarts. The old address of the repository leads to the new one until somebody takes it.",
        "应用地址会随之改变并重新启动。在被他人占用之前，仓库的旧地址会跳转到新地址。",
    ),
    "settings.move.title": (
        "The title that people see stands in the card.",
        "页面显示的标题在 README 中设置。",
    ),
    "settings.move.title.act": ("Edit the card", "编辑 README"),
    "settings.move.owner": ("Owner", "所有者"),
    "settings.move.name": ("Name of the Space", "Space 名称"),
    "settings.move.act": ("Rename or transfer", "改名或转移"),
    # -- run, pause, delete
    "settings.run": ("Run", "运行"),
    "settings.run.restart": ("Restart", "重启"),
    "settings.run.restart.text": ("A new instance takes over from the present one.", "启动新实例并接替当前实例。"),
    "settings.run.rebuild": ("Factory rebuild", "完全重建"),
    "settings.run.rebuild.text": (
        "Builds again without cached layers, then restarts.",
        "不使用缓存重新构建，然后重启。",
    ),
    "settings.run.sleep": ("Put to sleep", "休眠"),
    "settings.run.sleep.text": ("Stopped until the next visit.", "停止运行，直到下次访问。"),
    "settings.run.pause": ("Pause", "暂停"),
    "settings.run.pause.text": (
        "Stopped until somebody who may write here restarts it; visits do not wake it.",
        "停止运行，访问不会唤醒，需由有写入权限的人重启。",
    ),
    "settings.delete": ("Delete this Space", "删除 Space"),
    "settings.delete.text": (
        "Its files, builds, logs, secrets and storage go for good. Nobody can bring them back.",
        "文件、构建、日志、密钥和存储都会永久删除，无法恢复。",
    ),
    "settings.delete.typed": ("Type {name} to confirm", "输入 {name} 以确认"),
    "error.reserved_name": (
        "This name is set by the platform itself. Choose another; the reserved ones are listed below.",
        "此名称由平台设置，请换一个。保留名称见下方列表。",
    ),
    "error.no_such_gpu": ("No GPU of this installation fits this hardware.", "此处没有符合该硬件的 GPU。"),
}
