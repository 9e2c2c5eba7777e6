"""Quotas: what stands in the way of a start, a build or a push, and amounts that cannot be."""

SENTENCES = {
    # amounts as people write them
    "{text} is no amount.": "{text} 不是有效的数量。",
    "Say a number, `unlimited` or `default`.": "请填写数字、`unlimited`（不限）或 `default`（默认）。",
    "Say a number with one of {units}, `unlimited` or `default`.": (
        "请填写数字（可带单位 {units}）、`unlimited`（不限）或 `default`（默认）。"
    ),
    "Say a number{units}, `{unlimited}` or `{default}`.": "请填写数字{units}、`{unlimited}` 或 `{default}`。",
    # GPU time
    "{owner}'s GPU time per day is used up ({used} of {limit} s) until {until} UTC": (
        "{owner} 的每日 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复"
    ),
    "{owner}'s GPU time per day is used up ({used} of {limit} s) until {until} UTC.": (
        "{owner} 的每日 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "{owner}'s GPU time per month is used up ({used} of {limit} s) until {until} UTC": (
        "{owner} 的每月 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复"
    ),
    "{owner}'s GPU time per month is used up ({used} of {limit} s) until {until} UTC.": (
        "{owner} 的每月 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。"
    ),
    "{owner}'s GPU time per day is used up ({used} of {limit} s) until {until} UTC: it sleeps at {time} UTC.": (
        "{owner} 的每日 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。此 Space 将于 {time}（UTC）休眠。"
    ),
    "{owner}'s GPU time per month is used up ({used} of {limit} s) until {until} UTC: it sleeps at {time} UTC.": (
        "{owner} 的每月 GPU 用时已用完（{used} 秒，上限 {limit} 秒），{until}（UTC）恢复。此 Space 将于 {time}（UTC）休眠。"
    ),
    "{used_up}: it sleeps at {time} UTC.": "{used_up}。此 Space 将于 {time}（UTC）休眠。",
    "{used_up}. It sleeps, and wakes by a visit after that.": "{used_up}。此 Space 现已休眠，之后可由访问唤醒。",
    "Wait until then, choose hardware without a GPU, or ask an admin for more.": (
        "请等到额度恢复，改选不带 GPU 的硬件，或向管理员申请更多额度。"
    ),
    # a build that waits
    "The build waits for room in {owner}'s quota: builds per day, {used} of {limit}.": (
        "构建正在等待 {owner} 的配额：每日构建数已用 {used}，上限 {limit}。"
    ),
    "The build waits for room in {owner}'s quota: builds at a time, {used} of {limit}.": (
        "构建正在等待 {owner} 的配额：同时构建数已用 {used}，上限 {limit}。"
    ),
    "It begins after 00:00 UTC.": "UTC 零点后开始。",
    "It begins when another ends.": "另一个构建结束后开始。",
    "{when} Or ask an admin for more.": "{when}也可以向管理员申请更多额度。",
    # a start, or a push, for which there is no room
    "There is no room in {owner}'s quota: GPUs at once, {used} of {limit} GPUs in use, {more} more needed.": (
        "{owner} 的配额不足：同时使用的 GPU 已用 {used} 个，上限 {limit} 个，还需要 {more} 个。"
    ),
    "There is no room in {owner}'s quota: running Spaces, {used} of {limit} in use, {more} more needed.": (
        "{owner} 的配额不足：运行中的 Space 已有 {used} 个，上限 {limit} 个，还需要 {more} 个。"
    ),
    "There is no room in {owner}'s quota: CPUs of running Spaces, {used} of {limit} CPUs in use, {more} more needed.": (
        "{owner} 的配额不足：运行中 Space 的 CPU 已用 {used} 核，上限 {limit} 核，还需要 {more} 核。"
    ),
    "There is no room in {owner}'s quota: memory of running Spaces, {used} of {limit} MiB in use, {more} more needed.": (
        "{owner} 的配额不足：运行中 Space 的内存已用 {used} MiB，上限 {limit} MiB，还需要 {more} MiB。"
    ),
    "There is no room in {owner}'s quota: storage, {used} of {limit} MiB in use, {more} more needed.": (
        "{owner} 的配额不足：存储空间已用 {used} MiB，上限 {limit} MiB，还需要 {more} MiB。"
    ),
    "There is no room in {owner}'s quota: {what}, {used} in use, {more} more needed.": (
        "{owner} 的配额不足：{what}，已用 {used}，还需要 {more}。"
    ),
    "Choose smaller hardware, or ask an admin for more.": "请选择较小的硬件，或向管理员申请更多额度。",
    "Put another Space to sleep or pause it, choose smaller hardware, or ask an admin for more.": (
        "请让另一个 Space 休眠或暂停，选择较小的硬件，或向管理员申请更多额度。"
    ),
    "Delete what nobody needs: old repositories, large files of old commits; or ask an admin for more.": (
        "请删除不再需要的内容（旧仓库、旧提交中的大文件），或向管理员申请更多额度。"
    ),
    # what the numbers of a quota are about
    "guaranteed GPUs": "保证的 GPU",
    "weight beyond the guarantee": "保证额度之外的权重",
    "GPUs at once": "同时使用的 GPU",
    "GPU time per day": "每日 GPU 用时",
    "GPU time per month": "每月 GPU 用时",
    "CPUs of running Spaces": "运行中 Space 的 CPU 核数",
    "memory of running Spaces": "运行中 Space 的内存",
    "running Spaces": "运行中的 Space",
    "builds at a time": "同时构建数",
    "builds per day": "每日构建数",
    # values that a quota cannot have
    "`{term}` ({what}): {text} is no amount.": "`{term}`（{what}）：{text} 不是有效的数量。",
    "`{term}` ({what}) cannot be unlimited.": "`{term}`（{what}）不能是 unlimited。",
    "`{term}` ({what}) cannot be {value}.": "`{term}`（{what}）不能是 {value}。",
    "`{term}` ({what}) cannot be below zero ({value}).": "`{term}`（{what}）不能小于 0（{value}）。",
    "`{term}` ({what}) cannot be as large as {value}.": "`{term}`（{what}）不能大到 {value}。",
    "`{term}` ({what}) cannot be zero.": "`{term}`（{what}）不能为 0。",
    "`storage` (storage): {text} is no amount.": "`storage`（存储空间）：{text} 不是有效的数量。",
    "`storage` (storage) cannot be {value}.": "`storage`（存储空间）不能是 {value}。",
    "`storage` (storage) cannot be below zero ({value}).": "`storage`（存储空间）不能小于 0（{value}）。",
    "`storage` (storage) cannot be as large as {value}.": "`storage`（存储空间）不能大到 {value}。",
    "`{term}` ({what}) {wrong}.": "`{term}`（{what}）{wrong}。",
    "Give a number, or `unlimited`.": "请填写数字，或 `unlimited`（不限）。",
    "Give 0 or more.": "请填写 0 或更大的数字。",
    "Give 0 or more, or `unlimited`.": "请填写 0 或更大的数字，或 `unlimited`（不限）。",
    "Give at most {most}.": "最大为 {most}。",
    "Give at most {most}, or `unlimited`.": "最大为 {most}，也可填 `unlimited`（不限）。",
    "Give a small number, such as 0.1; or limit the GPUs to the guarantee.": (
        "请填写较小的数字，例如 0.1；或将 GPU 数量限制为保证的数量。"
    ),
    # guarantees that contradict the rest
    "Everybody would be guaranteed {guarantee} GPUs and allowed {most}.": (
        "所有人的默认额度将保证 {guarantee} 个 GPU，却只允许使用 {most} 个。"
    ),
    "{owner} would be guaranteed {guarantee} GPUs and allowed {most}.": (
        "{owner} 将保证有 {guarantee} 个 GPU，却只允许使用 {most} 个。"
    ),
    "Lower the guarantee, or raise `gpus` with it.": "请降低保证的数量，或同时提高 `gpus`。",
    "Guarantees would come to {promised} GPUs, and there are {count}.": (
        "保证的 GPU 总数将达到 {promised} 个，而实际只有 {count} 个。"
    ),
    "Lower another guarantee first, or say that you mean it: `overcommit`.": (
        "请先降低其他保证额度，或用 `overcommit` 确认。"
    ),
}
