"""Words: the console's pages about hardware."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "admin.flavors": ("Hardware that Spaces may have", "Space 可选的硬件"),
    "admin.flavors.all": ("All hardware", "全部硬件"),
    "admin.flavors.new": ("New hardware", "新增硬件规格"),
    "admin.flavors.act.create": ("Create", "创建"),
    "admin.flavors.name": ("Name", "名称"),
    "admin.flavors.name.text": (
        "What clients ask for: a-z, 0-9, dots and hyphens",
        "客户端使用的名称：a-z、0-9、点和连字符",
    ),
    "admin.flavors.spaces": ("Spaces", "Space 数"),
    "admin.flavors.any": ("any GPU", "任意 GPU"),
    "admin.flavors.offered": ("offered", "可选"),
    "admin.flavors.misfit": ("no GPU fits", "没有合适的 GPU"),
    "admin.flavors.for": ("For", "适用对象"),
    "admin.flavors.sleeps": ("Sleeps after", "闲置后休眠"),
    "admin.flavors.default": ("as the platform", "同平台设置"),
    "admin.flavors.text": (
        "What is changed counts from an instance's next start on. Sizes such as 16G, times such as 1h; an idle time left empty is the platform's, and “never” means that it does not end.",
        "修改从实例下次启动起生效。大小如 16G，时间如 1h；闲置时间留空则沿用平台设置，填“never”表示不会因闲置而休眠。",
    ),
    "admin.flavors.part.named": ("How it is shown", "显示"),
    "admin.flavors.part.size": ("Size", "规格"),
    "admin.flavors.part.gpus": ("GPUs", "GPU 要求"),
    "admin.flavors.part.idle": ("Idle times", "闲置时间"),
    "admin.flavors.pretty_name": ("Shown as", "显示名称"),
    "admin.flavors.position": ("Place in the list", "列表中的位置"),
    "admin.flavors.cpus": ("CPUs", "CPU 核数"),
    "admin.flavors.memory": ("Memory", "内存"),
    "admin.flavors.disk": ("Disk, as told to clients", "磁盘（告知客户端）"),
    "admin.flavors.pids": ("Processes", "进程数"),
    "admin.flavors.gpus": ("Number of GPUs", "GPU 数量"),
    "admin.flavors.gpu_model": ("Model; empty: any", "型号（留空则不限）"),
    "admin.flavors.gpu_memory": ("Memory of each, at least", "每个 GPU 的最低显存"),
    "admin.flavors.mig_profile": ("MIG profile; empty: none", "MIG 规格（留空则为整卡）"),
    "admin.flavors.gpu_slots": ("Shared by up to; 1: alone", "最多共享数（1 为独占）"),
    "admin.flavors.accelerator": ("Described as", "描述"),
    "admin.flavors.sleep_after": ("Sleep after", "闲置多久后休眠"),
    "admin.flavors.freeze_after": ("Freeze after", "闲置多久后冻结"),
    "admin.flavors.audience": ("Who may have it", "谁可以使用"),
    "admin.flavors.audience.everybody": ("everybody", "所有人"),
    "admin.flavors.audience.named": ("owners named below", "下列所有者"),
    "admin.flavors.audience.admins": ("nobody but by an admin", "仅由管理员分配"),
    "admin.flavors.owners": ("Owners, one a line", "所有者，每行一个"),
    "admin.flavors.remove": ("Take this hardware away", "移除该硬件规格"),
    "admin.flavors.remove.text": (
        "Only what no Space has and new ones do not get by default can be taken away. To keep new Spaces from it, let nobody have it but by an admin.",
        "只有没有任何 Space 使用、也不是新 Space 默认规格的，才能移除。若只想阻止新的 Space 使用，请改为仅由管理员分配。",
    ),
    "admin.flavors.sure": ("Take the hardware {name} away?", "确定移除硬件规格 {name} 吗？"),
    "admin.flavors.used": ("{count} {count|Space has|Spaces have} it.", "有 {count} 个 Space 使用。"),
}
