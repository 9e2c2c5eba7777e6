"""Reasons of starts, wakes and rests, and what the container engine refused."""

SENTENCES = {
    # -- revisions that take over
    "The container was removed from outside.": "容器被外部移除。",
    "It is started again.": "会重新启动。",
    "The old instance is gone.": "旧实例已不存在。",
    "It {what} through the edge.": "经由入口访问时：{what}。",
    "It answers {status} through the edge.": "经由入口访问时返回 {status}。",
    "It does not answer through the edge.": "经由入口访问时没有响应。",
    "The run log shows what failed.": "应用日志中有出错的内容。",
    "Revision {number} did not start: {why} The one before goes on serving.": (
        "版本 {number} 未能启动，之前的版本继续服务。原因：{why}"
    ),
    "{what} That was {count} times in a row.": "连续 {count} 次出错：{what}",
    # -- sleep and freeze
    "Nobody waited for it any more; the next visit asks again.": "不再有人等待它；下次访问时会再次排队。",
    "Memory ran short and nobody used it; the next visit wakes it.": "内存不足且无人使用；下次访问时唤醒。",
    "It was frozen, and another Space of its owner needed its place in the quota.": (
        "它已冻结，而所有者的另一个 Space 需要它占用的配额。"
    ),
    "The next visit wakes it, as soon as there is room.": "配额有空余后，下次访问时唤醒。",
    "Nobody used it for a while; the next visit wakes it.": "已有一段时间无人使用；下次访问时唤醒。",
    "Nobody uses it: frozen, a visit thaws it at once.": "无人使用，已冻结；访问时会立即恢复。",
    "A visitor came back to an open page.": "有访问者回到了打开的页面。",
    # -- GPUs of a start
    "The GPU passes from the old instance to the new one.": "GPU 正从旧实例转交给新实例。",
    "There is a short gap.": "会有短暂中断。",
    "The GPU was taken back while the app started.": "应用启动期间 GPU 被收回。",
    "It is asked for again.": "会重新申请。",
    "The GPU {device} failed while the app started.": "应用启动期间 GPU {device} 发生故障。",
    "Another is asked for.": "会申请另一个。",
    # -- visitors who wait
    "Too many requests wait for this Space already.": "等待此 Space 的请求过多。",
    # -- an app that does not answer
    "The app needed more than its {limit} of memory.": "应用需要的内存超过了上限 {limit}。",
    "Choose larger hardware, or load less at a time.": "请选择更大的硬件，或减少一次加载的内容。",
    "The app {what}.": "应用：{what}。",
    "The app ended.": "应用已退出。",
    "The app ended by itself.": "应用自行退出。",
    "The app was killed.": "应用被强制终止。",
    "The app crashed (segmentation fault).": "应用崩溃（段错误）。",
    "The app was told to stop.": "应用收到停止信号后退出。",
    "The app ended with exit code {code}.": "应用已退出，退出码 {code}。",
    "The run log shows its last lines; push a fix or restart.": "应用日志中有它最后的输出；请推送修复或重启。",
    "The container was removed while it started.": "容器在启动过程中被移除。",
    "Restart the Space.": "请重启 Space。",
    "The app answers GET / with {status} for {seconds} s.": "{seconds} 秒以来，应用对 GET / 一直返回 {status}。",
    "Any answer below 500 counts as ready; the run log shows what failed.": (
        "返回低于 500 的状态码即视为就绪；应用日志中有出错的内容。"
    ),
    "Nothing listens on port {port} after {seconds} s.": "{seconds} 秒后端口 {port} 仍无程序监听。",
    "Nothing listens on port {port} after {seconds} s{seen}.": "{seconds} 秒后端口 {port} 仍无程序监听{seen}。",
    ", but something does on {ports}": "，但端口 {ports} 有程序在监听",
    "Listen on 0.0.0.0:{port}, or raise startup_duration_timeout in README.md if the app only needs longer.": (
        "请监听 0.0.0.0:{port}；如果应用只是需要更长时间，请在 README.md 中调高 startup_duration_timeout。"
    ),
    # -- starts
    "The Space is gone.": "Space 已不存在。",
    "Hardware {name} no longer exists.": "硬件 {name} 已不存在。",
    "Choose another in the Space's settings.": "请在 Space 的设置中另选硬件。",
    # -- wakes
    "It waits for a GPU.": "正在等待 GPU。",
    "The app does not run.": "应用没有运行。",
    "The Space takes too long to start.": "Space 启动时间过长。",
    "A visit thawed it.": "访问使它恢复运行。",
    "A visit woke it.": "访问唤醒了它。",
    "There is no such Space.": "没有这个 Space。",
    # -- the container engine
    "The engine no longer has this revision's image.": "容器引擎中已没有此版本的镜像。",
    "It is built again; a restart asks for that too.": "会自动重新构建；重启也会触发构建。",
    "The engine refused to {what}: {why}": "容器引擎拒绝{what}：{why}",
    "The engine refused to {what}: {why} That was {count} times in a row.": "连续 {count} 次出错：容器引擎拒绝{what}：{why}",
    "See the engine's log.": "请查看容器引擎的日志。",
    "The container engine did not {what}: {why}": "容器引擎未能{what}：{why}",
    # -- what was asked of it
    "look at the door": "查看平台自身的入口地址",
    "change the packet filter": "修改包过滤规则",
    "send events": "发送事件",
    "create a container": "创建容器",
    "start a container": "启动容器",
    "thaw a container": "恢复容器",
    "connect a container": "将容器接入网络",
    "read a log": "读取日志",
    "tell of our own container": "查看平台自身的容器",
    "look at a network": "查看网络",
    "make a network": "创建网络",
    "remove a network": "移除网络",
    "list networks": "列出网络",
    "look at a container": "查看容器",
    "list containers": "列出容器",
    "remove a container": "移除容器",
    "measure a container": "测量容器",
    "freeze a container": "冻结容器",
    "stop a container": "停止容器",
    "hand /data over": "移交 /data",
    "remove a volume": "移除数据卷",
    # -- launching a container
    "The container engine did not start {name}: it changed under our hands again and again": (
        "容器引擎未能启动 {name}：它在操作过程中不断变化"
    ),
    "The container engine does not see the files that the Space has mounted.": "容器引擎看不到 Space 挂载的文件。",
    "Ask the admin: volumes and preload need the engine and the data directory on one machine.": (
        "请联系管理员：挂载与预加载需要容器引擎和数据目录在同一台机器上。"
    ),
    "A container named {name} exists that is not ours.": "已有名为 {name} 的容器，但不属于本平台。",
    "Remove it: docker rm -f {name}": "请移除它：docker rm -f {name}",
    "The container could not start: {why}": "容器无法启动：{why}",
    "The container could not start: {why} That was {count} times in a row.": "连续 {count} 次出错：容器无法启动：{why}",
    "Check the command, the app's file and, for a Docker Space, CMD and ENTRYPOINT.": (
        "请检查启动命令和应用文件；Docker Space 还需检查 CMD 和 ENTRYPOINT。"
    ),
    "The container engine gives out no GPUs.": "容器引擎无法分配 GPU。",
    "Ask the admin: the engine needs NVIDIA's container toolkit, see `demodock doctor`.": (
        "请联系管理员：容器引擎需要 NVIDIA Container Toolkit，见 `demodock doctor`。"
    ),
    "The GPU could not be given to the container: {why}": "无法将 GPU 分配给容器：{why}",
    "The GPU could not be given to the container: {why} That was {count} times in a row.": (
        "连续 {count} 次出错：无法将 GPU 分配给容器：{why}"
    ),
    "Start it again: it may get another GPU. If that does not help, ask the admin.": (
        "请重新启动：可能会分到另一个 GPU。如果仍然不行，请联系管理员。"
    ),
    # -- networks
    "all of it is taken, by {networks}": "全部已被 {networks} 占用",
    "No network for the Space: {why}.": "无法为 Space 创建网络：{why}。",
    "DEMODOCK_SUBNETS ({subnets}) must name a pool that the host and its other networks do not use.": (
        "DEMODOCK_SUBNETS（{subnets}）必须是主机及其其他网络都未使用的地址池。"
    ),
    # -- removing a container
    "The container engine did not remove {name}: its removal does not end": "容器引擎未能移除 {name}：移除迟迟没有完成",
    # -- the engine that tests use
    "fake: {verb} fails": "fake：{verb} 失败",
    "fake: the engine is down": "fake：容器引擎已停止",
}
