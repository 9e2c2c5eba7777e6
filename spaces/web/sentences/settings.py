"""What the platform's settings mean."""

SENTENCES = {
    # where
    "Data directory; installations with different ones live side by side.": "数据目录；使用不同数据目录的多个安装可以并存。",
    "The one public port.": "唯一的对外端口。",
    "Address to listen on. 127.0.0.1 also listens on ::1.": "监听地址。127.0.0.1 同时也监听 ::1。",
    "Public host name; Spaces are its subdomains.": "对外的主机名；各 Space 是它的子域名。",
    "Base URL in links, where a proxy in front changes scheme or port. Default: http://DOMAIN:PORT.": (
        "链接使用的基础 URL，在前置代理改变了协议或端口时设置。默认：http://DOMAIN:PORT。"
    ),
    "SQLAlchemy URL. Default: SQLite in the data directory.": "SQLAlchemy URL。默认：数据目录中的 SQLite。",
    "Redis or Valkey. Default: our own Valkey on a unix socket in the data directory.": (
        "Redis 或 Valkey 的地址。默认：自带的 Valkey，使用数据目录中的 unix 套接字。"
    ),
    # inner ports
    "Loopback port of the api process.": "api 进程的本机回环端口。",
    "Loopback port of the gateway.": "网关的本机回环端口。",
    "Loopback port of Traefik's own API.": "Traefik 自身 API 的本机回环端口。",
    "Comma-separated addresses or networks (CIDR) of proxies in front of the public port, whose X-Forwarded-For is "
    "believed. Default: nobody's.": (
        "对外端口前置代理的地址或网段（CIDR），以逗号分隔；采信它们的 X-Forwarded-For。默认：一律不采信。"
    ),
    # people
    "1: anybody who reaches the sign-in page may make an account.": "1：能打开登录页的人都可以注册账号。",
    "Who may create organizations: `everybody` with an account, or `admins` of the platform.": (
        "谁可以创建组织：`everybody`（所有有账号的人）或 `admins`（仅平台管理员）。"
    ),
    "How long an invitation to an organization works.": "组织邀请的有效时间。",
    "A browser that says nothing for so long is signed out.": "浏览器多久没有活动后退出登录。",
    "A browser is signed out so long after it signed in.": "浏览器登录多久后一律退出登录。",
    "How long a one-time link to set a password works.": "设置密码的一次性链接的有效时间。",
    # sign-in with a company's accounts
    "The company's OpenID provider, exactly as it calls itself. Default: no sign-in with it.": (
        "公司的 OpenID 提供方，须与其自称完全一致。默认：不使用公司账号登录。"
    ),
    "What the provider knows this platform as.": "本平台在提供方处的客户端标识。",
    "The secret that the provider gave with it, if any.": "提供方随标识给出的密钥（如果有）。",
    "What the sign-in page calls it.": "在登录页上显示的名称。",
    "1: whoever comes for the first time gets an account.": "1：首次登录的人自动获得账号。",
    "Comma-separated domains of verified e-mail addresses that may sign in. Default: all.": (
        "允许登录的已验证电子邮箱的域名，以逗号分隔。默认：全部。"
    ),
    "Comma-separated groups that may sign in. Default: all.": "允许登录的组，以逗号分隔。默认：全部。",
    "Where the provider names a person's groups.": "提供方用哪个字段给出用户所属的组。",
    "Comma-separated `GROUP=ORGANIZATION:ROLE`: who is in the group becomes a member at sign-in.": (
        "以逗号分隔的 `GROUP=ORGANIZATION:ROLE`：组内的人登录时成为该组织的成员。"
    ),
    # what runs
    "0: publish no sample Spaces at first start.": "0：首次启动时不发布示例 Space。",
    "`auto` (NVML), `none`, or simulated such as `sim:4xA100-80GB`.": (
        "`auto`（NVML）、`none`，或模拟的 GPU，例如 `sim:4xA100-80GB`。"
    ),
    "1: simulated GPUs are asked of the engine like real ones, to test its NVIDIA hook.": (
        "1：像真实 GPU 一样向容器引擎申请模拟的 GPU，用于测试其 NVIDIA 钩子。"
    ),
    "Builder workers.": "构建进程的数量。",
    "Docker Engine's address. Default: DOCKER_HOST, else the local socket.": (
        "Docker Engine 的地址。默认：DOCKER_HOST，未设置则为本机套接字。"
    ),
    "OCI runtime of instances, for example `runsc` for gVisor. Default: the engine's.": (
        "实例使用的 OCI 运行时，例如 gVisor 的 `runsc`。默认：容器引擎的运行时。"
    ),
    "Pool from which each Space's network takes a /28.": "地址池，每个 Space 的网络从中取一个 /28。",
    # idle
    "Idle seconds before freeze where flavor and Space set none; -1 never.": (
        "闲置多少秒后冻结，用于硬件规格和 Space 都未设置时；-1 表示从不。"
    ),
    "Idle seconds before sleep where flavor and Space set none; -1 never.": (
        "闲置多少秒后休眠，用于硬件规格和 Space 都未设置时；-1 表示从不。"
    ),
    "Page frozen instances out where swap or zram exists.": "有交换空间或 zram 时，将冻结实例的内存换出。",
    "MiB of zram swap that `demodock up` sets up as root; 0: leave the host as it is.": (
        "`demodock up` 以 root 运行时设置的 zram 交换空间（MiB）；0：不改动主机。"
    ),
    "MiB of memory plus swap kept free: below it frozen Spaces go to sleep, least recently used first.": (
        "内存与交换空间合计保留的空闲量（MiB）：低于它时冻结的 Space 转为休眠，最久未使用的优先。"
    ),
    "Share of one core over which an app without visitors counts as busy.": (
        "无人访问的应用占用单个核心超过此比例时，视为忙碌。"
    ),
    "Longest time that an app without visitors is kept awake because it is busy or asks for it.": (
        "无人访问的应用因忙碌或自行请求而保持唤醒的最长时间。"
    ),
    # GPUs that others wait for
    "A Space with GPUs that nobody used for so long may have to give them back.": (
        "占用 GPU 的 Space 多久无人使用后，可能需要归还 GPU。"
    ),
    "From the warning of an idle Space that borrowed its GPUs to its sleep, while another waits.": (
        "有其他 Space 等待时，借用 GPU 的闲置 Space 从收到提醒到休眠的时间。"
    ),
    "How long a Space in use keeps GPUs that it borrowed once another waits within its guarantee.": (
        "有其他 Space 在其保证额度内等待时，使用中的 Space 还能保留借用的 GPU 多久。"
    ),
    # wake and deploy
    "Longest start where the card sets no startup_duration_timeout.": (
        "启动的最长时间，用于 README 未设置 startup_duration_timeout 时。"
    ),
    "Longest time the gateway holds a client that is no browser; then 503.": (
        "网关让非浏览器客户端等待的最长时间，之后返回 503。"
    ),
    "Starts at the same time; further ones queue, first come first served per owner.": (
        "同时启动的数量；其余排队，同一所有者的先到先得。"
    ),
    "Requests held per Space while it starts; further ones get 503 at once.": (
        "Space 启动期间最多挂起的请求数；超出的立即返回 503。"
    ),
    "Longest time an old instance may finish its requests.": "旧实例处理完剩余请求的最长时间。",
    "Crashes in a row before RUNTIME_ERROR; the pause between doubles.": (
        "连续崩溃多少次后进入 RUNTIME_ERROR；每次重试的间隔加倍。"
    ),
    "Earlier revisions kept for rollback.": "保留多少个较早的版本供回滚。",
    # builds
    "CPUs of one build.": "单次构建的 CPU 核数。",
    "MiB of memory of one build.": "单次构建的内存（MiB）。",
    "MiB one build may add to its image.": "单次构建最多可给镜像增加的大小（MiB）。",
    "Longest build.": "构建的最长时间。",
    "Bytes of one build's log; the middle is left out.": "单次构建日志的字节数；超出时省略中间部分。",
    "MiB of layers kept; beyond it the least recently used go, never a needed one.": (
        "镜像层的容量预算（MiB）；超出后清理最久未使用的，仍需要的不会清理。"
    ),
    "Longest import of a repository from elsewhere.": "从其他来源导入仓库的最长时间。",
    "Comma-separated hosts whose addresses may be private when somebody imports from them, such as `git.lan`; an "
    "origin such as `http://git.lan:3000` may be plain http too. Default: the public internet by https alone.": (
        "导入时允许使用私有地址的主机，以逗号分隔，例如 `git.lan`；写成 `http://git.lan:3000` 这样的源还可使用明文 http。"
        "默认：仅限公共互联网，且只能用 https。"
    ),
    "MiB of one push.": "单次推送的大小上限（MiB）。",
    "MiB of one large file (git-lfs).": "单个大文件（git-lfs）的大小上限（MiB）。",
    "MiB of all large files of one repository; 0: as many as the disk has room for.": (
        "单个仓库所有大文件的合计上限（MiB）；0：仅受磁盘空间限制。"
    ),
    "Files in one repository's tree.": "单个仓库文件树中的文件数上限。",
    "MiB of the files of one commit, git-lfs files included.": "单次提交所含文件的合计上限（MiB），包括 git-lfs 文件。",
    "Python versions of base images, such as `3.11,3.13`. Default: what the engine or Debian offers.": (
        "基础镜像的 Python 版本，例如 `3.11,3.13`。默认：容器引擎或 Debian 提供的版本。"
    ),
    "Base image with `{python}` in its place, such as `registry.lan/python:{python}-slim`. Default: built from Debian "
    "packages.": (
        "基础镜像，以 `{python}` 代表 Python 版本，例如 `registry.lan/python:{python}-slim`。默认：用 Debian 软件包构建。"
    ),
    "Debian suite of base images built here.": "在本机构建的基础镜像所用的 Debian 发行版代号。",
    # networks with mirrors, or none
    "Python package index of builds. Default: the host's own pip setting.": (
        "构建使用的 Python 软件包索引。默认：主机自身的 pip 设置。"
    ),
    "Debian mirror of builds. Default: the host's own apt sources.": (
        "构建使用的 Debian 镜像源。默认：主机自身的 apt 源。"
    ),
    "Upstream Hub: builds preload from it what is not here, and `HF_ENDPOINT` in Spaces names it instead of this "
    "platform. Default: none.": (
        "上游 Hub：构建时从它预加载此处没有的内容，Space 中的 `HF_ENDPOINT` 也指向它而不是本平台。默认：无。"
    ),
    "Extra CA bundle for builds and Spaces. Default: the host's own CA settings; `none`: none.": (
        "构建和 Space 额外信任的 CA 证书包。默认：主机自身的 CA 设置；`none`：不使用。"
    ),
    "Where instances may connect to: `public` (no private ranges) or `none`. This platform's own public port is "
    "reached either way.": (
        "实例可以连接到哪里：`public`（公网，不含私有网段）或 `none`（不联网）。两种情况下都能访问本平台的对外端口。"
    ),
    "Comma-separated private networks (CIDR) that builds and instances may reach, such as a package mirror.": (
        "构建和实例可以访问的私有网段（CIDR），以逗号分隔，例如软件包镜像源所在的网段。"
    ),
    # records
    "Bytes of one instance's log before it rotates.": "单个实例的日志达到多少字节后轮转。",
    "Rotated logs kept.": "保留的轮转日志数量。",
    "Days for which visits and use of each Space are kept, by the hour; 0: nothing is counted.": (
        "各 Space 的访问与使用统计（按小时）保留的天数；0：不统计。"
    ),
}
