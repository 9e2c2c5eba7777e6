"""Hardware, GPUs and those who wait for them, secrets and variables, volumes and storage."""

SENTENCES = {
    # what a Space may have
    "No such hardware.": "没有这种硬件。",
    "No GPU of this installation fits {hardware}.": "此处没有 GPU 符合 {hardware} 的要求。",
    "ZeroGPU is not offered here: a Space has its GPU to itself while it is awake.": (
        "此处不提供 ZeroGPU：Space 在唤醒期间独占其 GPU。"
    ),
    "{hardware} is not for Spaces of {owner}.": "{hardware} 不供 {owner} 的 Space 使用。",
    "Choose other hardware for the Space first.": "请先为此 Space 改选其他硬件。",
    "No such sleep time.": "休眠时间无效。",
    "Allowed: -1 (never), or 1 to {most} seconds.": "可填 -1（从不），或 1 到 {most} 秒。",
    "{hardware} (shared GPU, no isolation)": "{hardware}（共享 GPU，互不隔离）",
    # hardware as admins make it
    "This cannot name hardware.": "此名称不能用作硬件标识。",
    "Allowed: a-z, 0-9, `-`, `.`; at most 63; a letter or digit first.": (
        "可用 a-z、0-9、`-`、`.`，最多 63 个字符，以字母或数字开头。"
    ),
    "There is a flavor {hardware} already.": "已有名为 {hardware} 的硬件规格。",
    "Change it, or choose another name.": "请修改它，或换一个名称。",
    "A flavor needs {values}.": "硬件规格需要 {values}。",
    "cpus and memory": "cpus 和 memory",
    "`memory` is in MiB.": "`memory` 的单位为 MiB。",
    "New Spaces get {hardware}.": "新建的 Space 使用 {hardware}。",
    "Change it instead.": "请改为修改它。",
    "1 Space has the hardware {hardware}.": "有 1 个 Space 使用硬件 {hardware}。",
    "{count} Spaces have the hardware {hardware}.": "有 {count} 个 Space 使用硬件 {hardware}。",
    "{spaces} the hardware {hardware}.": "{spaces}：使用硬件 {hardware}。",
    "Move them to another first.": "请先将其换到其他硬件。",
    "There is no such hardware.": "没有这种硬件。",
    "`demodock admin flavor list` tells of all.": "`demodock admin flavor list` 会列出全部硬件。",
    "A flavor for everybody names no owners.": "所有人可用的硬件规格不指定所有者。",
    "A flavor for admins names no owners.": "仅由管理员分配的硬件规格不指定所有者。",
    "A flavor for {audience} names no owners.": "适用对象为 {audience} 的硬件规格不指定所有者。",
    "Set `audience` to `named`.": "请将 `audience` 设为 `named`。",
    "`{key}` cannot be {value}.": "`{key}` 不能是 {value}。",
    "Allowed: {least} to {most}.": "可填 {least} 到 {most}。",
    "`{key}` is too long.": "`{key}` 过长。",
    "At most 100 characters.": "最多 100 个字符。",
    "`pretty_name` is empty.": "`pretty_name` 为空。",
    "{profile} is no MIG profile.": "{profile} 不是 MIG 规格。",
    "Write it as `nvidia-smi mig -lgip` does: 1g.10gb.": "请按 `nvidia-smi mig -lgip` 的写法填写，例如 1g.10gb。",
    "A flavor without GPUs asks nothing of them.": "没有 GPU 的硬件规格不能对 GPU 提出要求。",
    "Set `gpus`, or leave the rest out.": "请设置 `gpus`，或去掉其余 GPU 要求。",
    "Name users or organizations.": "请填写用户或组织的名称。",
    # what an admin should know of hardware
    "It is not offered for now. There is only 1 of that kind here. Choose hardware with at most 1.": (
        "目前不可选。此处这种 GPU 只有 1 个，请将 GPU 数量设为 1。"
    ),
    "It is not offered for now. There are only {count} of that kind here. Choose hardware with at most {most}.": (
        "目前不可选。此处这种 GPU 只有 {count} 个，请将 GPU 数量设为不超过 {most}。"
    ),
    "It is not offered for now. No GPU here fits {need}. There are: {kinds}.": (
        "目前不可选。此处没有 GPU 符合要求：{need}。现有：{kinds}。"
    ),
    "It is not offered for now. No GPU here fits {need}. There are no GPUs here: choose a CPU.": (
        "目前不可选。此处没有 GPU，无法满足要求：{need}。请改用仅含 CPU 的规格。"
    ),
    "It is for nobody yet: name `owners`.": "目前无人可用：请在 `owners` 中填写所有者。",
    "Those who share a GPU are not kept from each other: name only owners who trust each other.": (
        "共享同一 GPU 的 Space 互不隔离：请只填写彼此信任的所有者。"
    ),
    # the form of hardware
    "`{field}`: {text} is no amount.": "`{field}`：{text} 不是有效的数量。",
    "Give a number.": "请填写数字。",
    "Give a whole number.": "请填写整数。",
    "There is no such audience.": "没有这种适用对象。",
    # forms about builds and GPUs
    "There is no such build.": "没有这次构建。",
    "The build has ended already.": "此构建已结束。",
    # devices
    "There is no such GPU.": "没有这个 GPU。",
    "`demodock admin gpu list` tells of all.": "`demodock admin gpu list` 会列出全部 GPU。",
    "{count} GPUs begin with {beginning}.": "有 {count} 个 GPU 以 {beginning} 开头。",
    "Write more of the UUID.": "请写出 UUID 的更多部分。",
    "Cordoned by {who}.": "已由 {who} 隔离。",
    "Draining by {who}.": "已由 {who} 设为腾空。",
    "Ready by {who}.": "已由 {who} 恢复使用。",
    "A GPU has 1 to {most} slots.": "一个 GPU 可分为 1 到 {most} 份。",
    "Only a GPU that is gone can be forgotten.": "只能移除已消失的 GPU 的记录。",
    "Cordon it to keep Spaces away.": "若不想让 Space 使用它，请将其隔离。",
    "Somebody holds this GPU.": "此 GPU 正被占用。",
    "Drain it first.": "请先将其腾空。",
    "It is released in a moment: try again.": "它即将释放，请重试。",
    "The driver does not tell of it any more.": "驱动不再报告此 GPU。",
    "Cordoned.": "已隔离。",
    "Cordoned. {why}": "已隔离。{why}",
    "Draining.": "正在腾空。",
    "Draining. {why}": "正在腾空。{why}",
    "Look at it, then: demodock admin gpu ready {uuid}": "请检查此 GPU，然后运行：demodock admin gpu ready {uuid}",
    # what the driver says
    "The NVIDIA driver does not answer: {error}.": "NVIDIA 驱动没有响应：{error}。",
    "Look at `nvidia-smi`.": "请查看 `nvidia-smi`。",
    "NVML is not here: no NVIDIA driver": "没有 NVML：未安装 NVIDIA 驱动",
    "the NVIDIA driver is not loaded": "NVIDIA 驱动未加载",
    "NVML and the loaded driver are of different versions": "NVML 与已加载驱动的版本不一致",
    "this user may not talk to the NVIDIA driver": "当前用户无权访问 NVIDIA 驱动",
    "the NVIDIA driver knows of no device": "NVIDIA 驱动没有识别到任何设备",
    "DEMODOCK_GPUS is none": "DEMODOCK_GPUS 设为 none",
    "The driver has lost it.": "驱动已无法访问此 GPU。",
    "It needs a reset.": "此 GPU 需要重置。",
    "Rows of its memory are broken beyond repair.": "部分显存行已损坏，无法修复。",
    "Its memory had errors; it needs a reset to put them right.": "显存出过错误，需要重置才能修复。",
    "It reported Xid {xid}.": "此 GPU 报告了 Xid {xid}。",
    "It failed, as the file of simulated faults says.": "此 GPU 已故障（由模拟故障文件指定）。",
    # the setting that names devices
    "DEMODOCK_GPUS is {value}.": "DEMODOCK_GPUS 的值为 {value}。",
    "DEMODOCK_GPUS: {part} more than {most} devices.": "DEMODOCK_GPUS：{part} 超过 {most} 个设备。",
    "DEMODOCK_GPUS: {part} is no COUNTxMODEL-MEMORYGB.": "DEMODOCK_GPUS：{part} 不符合 COUNTxMODEL-MEMORYGB 的写法。",
    "DEMODOCK_GPUS: {part} has a MIG instance that is no COUNTxPROFILE such as 7x1g.10gb.": (
        "DEMODOCK_GPUS：{part} 含有不符合 COUNTxPROFILE 写法的 MIG 实例，正确的例子：7x1g.10gb。"
    ),
    "DEMODOCK_GPUS: {part} asks for more MIG instances than {most} g hold.": (
        "DEMODOCK_GPUS：{part} 的 MIG 实例超出 {most} g 所能容纳的数量。"
    ),
    "DEMODOCK_GPUS: {part} asks for more MIG instances than {most} gb hold.": (
        "DEMODOCK_GPUS：{part} 的 MIG 实例超出 {most} gb 所能容纳的数量。"
    ),
    "DEMODOCK_GPUS: {part} {why}.": "DEMODOCK_GPUS：{part} {why}。",
    "Allowed: auto, none, or {simulated}.": "可填 auto、none 或{simulated}。",
    "simulated devices such as sim:4xA100-80GB,2xT4-16GB or, with MIG instances, sim:1xA100-80GB/7x1g.10gb": (
        "模拟设备，例如 sim:4xA100-80GB,2xT4-16GB，带 MIG 实例则为 sim:1xA100-80GB/7x1g.10gb"
    ),
    # why a Space has or has no GPU
    "No second GPU is free: the new revision takes over the GPU of the old one, which stops before it starts.": (
        "没有第二个空闲的 GPU：新版本将接管旧版本的 GPU，旧版本会在新版本启动前停止。"
    ),
    "Visits wait until it answers; if it fails, the old one comes back.": (
        "在新版本响应之前，访问会等待；如果启动失败，旧版本会恢复运行。"
    ),
    "The GPU was given to another a moment ago.": "此 GPU 刚刚分配给了其他 Space。",
    "It starts by itself.": "它会自动启动。",
    "{cause} It waits for a GPU.": "{cause}正在等待 GPU。",
    "It waits for {need}.": "正在等待 {need}。",
    "It waits for {need}, shared by {slots}.": "正在等待 {need}，{slots} 个共享。",
    "{cause} It waits for {count} x {kind}.": "{cause}正在等待 {count} x {kind}。",
    "{cause} It waits for {count} x {kind} with {memory} MiB.": "{cause}正在等待 {count} x {kind}（{memory} MiB 显存）。",
    "{cause} It waits for {need}, shared by {slots}.": "{cause}正在等待 {need}，{slots} 个共享。",
    "It waits for {need}: number {place} of {line} in line.": "正在等待 {need}：排队第 {place} 位，共 {line} 个。",
    "{cause} It waits for {need}: number {place} of {line} in line.": (
        "{cause}正在等待 {need}：排队第 {place} 位，共 {line} 个。"
    ),
    "It waits for {need}: number {place} of {line} in line, about {seconds} s to go.": (
        "正在等待 {need}：排队第 {place} 位，共 {line} 个，预计还需 {seconds} 秒。"
    ),
    "{cause} It waits for {need}: number {place} of {line} in line, about {seconds} s to go.": (
        "{cause}正在等待 {need}：排队第 {place} 位，共 {line} 个，预计还需 {seconds} 秒。"
    ),
    "It waits for {need}: number {place} of {line} in line, about {minutes} min to go.": (
        "正在等待 {need}：排队第 {place} 位，共 {line} 个，预计还需 {minutes} 分钟。"
    ),
    "{cause} It waits for {need}: number {place} of {line} in line, about {minutes} min to go.": (
        "{cause}正在等待 {need}：排队第 {place} 位，共 {line} 个，预计还需 {minutes} 分钟。"
    ),
    "It waits for {need}: its owner holds as many GPUs as it may at once.": (
        "正在等待 {need}：所有者同时占用的 GPU 已达上限。"
    ),
    "{cause} It waits for {need}: its owner holds as many GPUs as it may at once.": (
        "{cause}正在等待 {need}：所有者同时占用的 GPU 已达上限。"
    ),
    "Put another of its Spaces to sleep, or ask an admin for more.": (
        "请让该所有者的另一个 Space 休眠，或向管理员申请更多额度。"
    ),
    "It waits for {need}: its owner gets none now.": "正在等待 {need}：所有者目前不能获得 GPU。",
    "{cause} It waits for {need}: its owner gets none now.": "{cause}正在等待 {need}：所有者目前不能获得 GPU。",
    "It waits for {need}: {owner}'s GPU time per day is used up ({used} of {limit} s) until {until} UTC.": (
        "正在等待 {need}：{owner} 的每日 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "{cause} It waits for {need}: {owner}'s GPU time per day is used up ({used} of {limit} s) until {until} UTC.": (
        "{cause}正在等待 {need}：{owner} 的每日 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "It waits for {need}: {owner}'s GPU time per month is used up ({used} of {limit} s) until {until} UTC.": (
        "正在等待 {need}：{owner} 的每月 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "{cause} It waits for {need}: {owner}'s GPU time per month is used up ({used} of {limit} s) until {until} UTC.": (
        "{cause}正在等待 {need}：{owner} 的每月 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "Ask an admin for more.": "请向管理员申请更多额度。",
    "It waits for {need}: the GPUs that fit are out of service.": "正在等待 {need}：合适的 GPU 暂停服务。",
    "{cause} It waits for {need}: the GPUs that fit are out of service.": (
        "{cause}正在等待 {need}：合适的 GPU 暂停服务。"
    ),
    "It starts by itself when they are back.": "恢复后它会自动启动。",
    "No GPU here fits {need}.": "此处没有 GPU 符合要求：{need}。",
    "No GPU here fits {need}, shared by {slots}.": "此处没有 GPU 符合要求：{need}，{slots} 个共享。",
    "{cause} No GPU here fits {need}.": "{cause}此处没有 GPU 符合要求：{need}。",
    "{cause} No GPU here fits {need}, shared by {slots}.": "{cause}此处没有 GPU 符合要求：{need}，{slots} 个共享。",
    "There are: {kinds}.": "现有：{kinds}。",
    "There are: {count} x {kind} with {memory} MiB, shared by {slots}.": (
        "现有：{count} x {kind}（{memory} MiB 显存，{slots} 个共享）。"
    ),
    "There are: {count} x {kind} with {memory} MiB; {other} with {other_memory} MiB, shared by {other_slots}.": (
        "现有：{count} x {kind}（{memory} MiB 显存）；{other}（{other_memory} MiB 显存，{other_slots} 个共享）。"
    ),
    "There are no GPUs here: choose a CPU.": "此处没有 GPU：请选择 CPU 硬件。",
    "There is only 1 of that kind here.": "此处这种 GPU 只有 1 个。",
    "{cause} There is only 1 of that kind here.": "{cause}此处这种 GPU 只有 1 个。",
    "There are only {count} of that kind here.": "此处这种 GPU 只有 {count} 个。",
    "{cause} There are only {count} of that kind here.": "{cause}此处这种 GPU 只有 {count} 个。",
    "Choose hardware with at most {count}.": "请选择 GPU 数量不超过 {count} 的硬件。",
    "Its owner may hold at most 1 GPU at once.": "所有者最多可同时占用 1 个 GPU。",
    "{cause} Its owner may hold at most 1 GPU at once.": "{cause}所有者最多可同时占用 1 个 GPU。",
    "Its owner may hold at most {count} GPUs at once.": "所有者最多可同时占用 {count} 个 GPU。",
    "{cause} Its owner may hold at most {count} GPUs at once.": "{cause}所有者最多可同时占用 {count} 个 GPU。",
    "Choose hardware with at most 1 GPU, or ask an admin for more.": (
        "请选择最多 1 个 GPU 的硬件，或向管理员申请更多额度。"
    ),
    "Choose hardware with at most {count} GPUs, or ask an admin for more.": (
        "请选择 GPU 数量不超过 {count} 的硬件，或向管理员申请更多额度。"
    ),
    "{owner} waits for GPUs within their guarantee, and this Space borrowed its own.": (
        "{owner} 在其保证额度内等待 GPU，而此 Space 的 GPU 是借用的。"
    ),
    "Unless somebody uses it, it sleeps in {seconds} s; in use it keeps them for {busy} s.": (
        "若无人使用，它将在 {seconds} 秒后休眠；使用中则还可保留 GPU {busy} 秒。"
    ),
    "Unless somebody uses it, it sleeps in {seconds} s; in use it keeps them for {minutes} min.": (
        "若无人使用，它将在 {seconds} 秒后休眠；使用中则还可保留 GPU {minutes} 分钟。"
    ),
    "Unless somebody uses it, it sleeps in {minutes} min; in use it keeps them for {seconds} s.": (
        "若无人使用，它将在 {minutes} 分钟后休眠；使用中则还可保留 GPU {seconds} 秒。"
    ),
    "Unless somebody uses it, it sleeps in {minutes} min; in use it keeps them for {busy} min.": (
        "若无人使用，它将在 {minutes} 分钟后休眠；使用中则还可保留 GPU {busy} 分钟。"
    ),
    "{owner} waited for GPUs within their guarantee, and its time to finish was over: it gave back what it had "
    "borrowed.": "{owner} 在其保证额度内等待 GPU，而此 Space 的宽限时间已到：它归还了借用的 GPU。",
    "{owner} waited for GPUs within their guarantee, and nobody used this Space: it gave back what it had borrowed.": (
        "{owner} 在其保证额度内等待 GPU，而此 Space 无人使用：它归还了借用的 GPU。"
    ),
    "The next visit asks for them again.": "下次访问时会重新申请 GPU。",
    "The GPU {uuid} is taken out of service.": "GPU {uuid} 已停用。",
    "It asks for another.": "它会申请其他 GPU。",
    "The GPU {uuid} failed.": "GPU {uuid} 发生故障。",
    "The GPU {uuid} failed: {why}": "GPU {uuid} 发生故障：{why}",
    "The Space asks for another and starts by itself.": "此 Space 会申请其他 GPU 并自动启动。",
    # GPUs as they are asked for and counted
    "{count} x {kind} with {memory} MiB": "{count} x {kind}（{memory} MiB 显存）",
    "{count} x {kind} with {memory} MiB, shared by {slots}": "{count} x {kind}（{memory} MiB 显存，{slots} 个共享）",
    "{count} x {kind}, shared by {slots}": "{count} x {kind}（{slots} 个共享）",
    "{count} x {kind} with {memory} MiB; {other} with {other_memory} MiB": (
        "{count} x {kind}（{memory} MiB 显存）；{other}（{other_memory} MiB 显存）"
    ),
    "{count} x {kind} with {memory} MiB; {other} with {other_memory} MiB, shared by {other_slots}": (
        "{count} x {kind}（{memory} MiB 显存）；{other}（{other_memory} MiB 显存，{other_slots} 个共享）"
    ),
    "{count} x {kind} with {memory} MiB, shared by {slots}; {other} with {other_memory} MiB": (
        "{count} x {kind}（{memory} MiB 显存，{slots} 个共享）；{other}（{other_memory} MiB 显存）"
    ),
    "{count} x {kind} with {memory} MiB; {other} with {other_memory} MiB; {third} with {third_memory} MiB": (
        "{count} x {kind}（{memory} MiB 显存）；{other}（{other_memory} MiB 显存）；{third}（{third_memory} MiB 显存）"
    ),
    "{count} x {kind} with {memory} MiB; {other} with {other_memory} MiB; {third} with {third_memory} MiB; {fourth} "
    "with {fourth_memory} MiB": (
        "{count} x {kind}（{memory} MiB 显存）；{other}（{other_memory} MiB 显存）；"
        "{third}（{third_memory} MiB 显存）；{fourth}（{fourth_memory} MiB 显存）"
    ),
    # networks
    "DEMODOCK_SUBNETS is {pool}: {error}.": "DEMODOCK_SUBNETS 的值为 {pool}：{error}。",
    "Name an IPv4 network such as 10.213.0.0/16.": "请填写 IPv4 网段，例如 10.213.0.0/16。",
    "DEMODOCK_SUBNETS ({pool}) has no room for another Space.": "DEMODOCK_SUBNETS（{pool}）已容不下更多 Space。",
    "Name a larger network.": "请填写更大的网段。",
    # secrets and variables
    "{key} is a secret already.": "{key} 已是密钥。",
    "{key} is a variable already.": "{key} 已是变量。",
    "{key} is a {kind} already.": "{key} 已存在（{kind}）。",
    "Remove the secret first.": "请先移除该密钥。",
    "Remove the variable first.": "请先移除该变量。",
    "Remove the {kind} first.": "请先移除它（{kind}）。",
    "A Space has at most {most} secrets and variables.": "一个 Space 最多有 {most} 个密钥和变量。",
    "{key} is set by the platform.": "{key} 由平台设置。",
    "Choose another name. Reserved: {names}.": "请换一个名称。保留名称：{names}。",
    "This cannot name a secret or a variable.": "此名称不能用于密钥或变量。",
    "Allowed: letters, digits and `_`, not a digit first, at most 128.": (
        "可用字母、数字和 `_`，不能以数字开头，最多 128 个字符。"
    ),
    "The value of {key} cannot be set.": "{key} 的值无法设置。",
    "At most {most} bytes, and no NUL among them.": "最多 {most} 字节，且不能含 NUL。",
    "The secret {key} of Space {number} cannot be opened.": "无法解开 Space {number} 的密钥 {key}。",
    "Put the key it was sealed with back into the data directory's `secret-key`, or set the secret again.": (
        "请将当初加密它的主密钥放回数据目录的 `secret-key` 文件，或重新设置该密钥。"
    ),
    # how often somebody may try
    "Too many attempts.": "尝试次数过多。",
    "Try again in {minutes} min.": "请在 {minutes} 分钟后重试。",
    # where something may be mounted
    "{path} is no mount path.": "{path} 不是有效的挂载路径。",
    "Such as /models/small: absolute, letters, digits and `_ @ + . -`, at most {most}.": (
        "例如 /models/small：绝对路径，可用字母、数字和 `_ @ + . -`，最多 {most} 个字符。"
    ),
    "Nothing can be mounted at {path}: it would hide what the container or the app needs.": (
        "不能挂载到 {path}：会遮住容器或应用所需的内容。"
    ),
    "Choose a folder of its own, such as /models.": "请选择单独的目录，例如 /models。",
    "Two volumes at {path}: one would hide the other.": "有两个卷挂载到 {path}：其中一个会遮住另一个。",
    "Volumes at {outer} and {inner}, one in the other: one would hide the other.": (
        "挂载到 {outer} 和 {inner} 的卷互相嵌套：其中一个会遮住另一个。"
    ),
    "{volumes}: one would hide the other.": "{volumes}：其中一个会遮住另一个。",
    "Mount them beside each other.": "请挂载到互不包含的目录。",
    # what is mounted
    "The files that were preloaded are gone.": "预加载的文件已不存在。",
    "They are fetched again by a build.": "会通过构建重新获取。",
    "The model {source} cannot be mounted at {path}: {why}": "无法将模型 {source} 挂载到 {path}：{why}",
    "The dataset {source} cannot be mounted at {path}: {why}": "无法将数据集 {source} 挂载到 {path}：{why}",
    "The space {source} cannot be mounted at {path}: {why}": "无法将 Space {source} 挂载到 {path}：{why}",
    "There is no folder {folder}.": "没有文件夹 {folder}。",
    "Name a folder of the repository, or leave it out.": "请填写仓库中的文件夹，或留空。",
    # volumes and storage
    "A Space has at most {most} volumes.": "一个 Space 最多有 {most} 个卷。",
    "Put what belongs together into one repository.": "请将相关内容放进同一个仓库。",
    "A static Space has no volumes.": "静态 Space 不能挂载卷。",
    "It has no instance that could read them.": "它没有可以读取卷的实例。",
    "No such storage.": "没有这种存储规格。",
    "A static Space has no storage.": "静态 Space 不能使用存储。",
    "It has no instance that could write to it.": "它没有可以写入存储的实例。",
    "The model {source} at {path} is not there, or the Space's owner may not read it.": (
        "挂载到 {path} 的模型 {source} 不存在，或 Space 的所有者无权读取。"
    ),
    "The dataset {source} at {path} is not there, or the Space's owner may not read it.": (
        "挂载到 {path} 的数据集 {source} 不存在，或 Space 的所有者无权读取。"
    ),
    "The space {source} at {path} is not there, or the Space's owner may not read it.": (
        "挂载到 {path} 的 Space {source} 不存在，或挂载它的 Space 的所有者无权读取。"
    ),
    "The {kind} {source} at {path} is not there, or the Space's owner may not read it.": (
        "挂载到 {path} 的仓库 {source}（{kind}）不存在，或 Space 的所有者无权读取。"
    ),
    "Mount another, or take the volume away.": "请挂载其他仓库，或移除此卷。",
    "The owner of the Space may not read the model {source}.": "Space 的所有者无权读取模型 {source}。",
    "The owner of the Space may not read the dataset {source}.": "Space 的所有者无权读取数据集 {source}。",
    "The owner of the Space may not read the space {source}.": "Space 的所有者无权读取 Space {source}。",
    "The owner of the Space may not read the {kind} {source}.": "Space 的所有者无权读取仓库 {source}（{kind}）。",
    "Mount what is public or theirs: the Space runs in their name.": (
        "请挂载公开的或属于该所有者的仓库：Space 以所有者的名义运行。"
    ),
}
