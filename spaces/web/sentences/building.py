"""Reasons of builds: what a Dockerfile may not ask for, what cannot be installed, what ended a build."""

SENTENCES = {
    # -- disk and time of a build
    "The build wrote {size} MiB; at most {limit} MiB are allowed.": "构建写入了 {size} MiB，上限为 {limit} MiB。",
    "Install less, download large files when the app starts, or ask the admin to raise DEMODOCK_BUILD_DISK.": (
        "请减少安装内容，改在应用启动时下载大文件，或请管理员调高 DEMODOCK_BUILD_DISK。"
    ),
    "The build took longer than {seconds} seconds.": "构建超过了 {seconds} 秒。",
    "Move downloads to the start of the app, or ask the admin to raise DEMODOCK_BUILD_TIMEOUT.": (
        "请把下载移到应用启动时进行，或请管理员调高 DEMODOCK_BUILD_TIMEOUT。"
    ),
    # -- images that a Dockerfile may stand on
    "FROM {image}: the image runs instructions of its own (ONBUILD).": "FROM {image}：该镜像带有自己的指令（ONBUILD）。",
    "Use another.": "请换用其他镜像。",
    "FROM {image}: no registry here offers that image.": "FROM {image}：此处没有镜像仓库提供该镜像。",
    "Build on one of: {images}.": "请基于以下镜像之一构建：{images}。",
    # -- building a Dockerfile
    "The repository has no file `{file}`.": "仓库中没有文件 `{file}`。",
    "Add one at its root.": "请在仓库根目录添加。",
    "The image names nothing to run.": "镜像没有指定要运行的程序。",
    'End the Dockerfile with CMD ["program", "argument"].': '请在 Dockerfile 末尾写上 CMD ["program", "argument"]。',
    "The engine's builder gave no image.": "容器引擎没有构建出镜像。",
    "Dockerfile step `{step}`": "Dockerfile 步骤 `{step}`",
    # -- reading a Dockerfile
    "The Dockerfile is larger than 1 MiB.": "Dockerfile 超过 1 MiB。",
    "Split it, or move data to files.": "请拆分它，或把数据移到文件中。",
    "The Dockerfile is not UTF-8.": "Dockerfile 不是 UTF-8 编码。",
    "Save it as UTF-8.": "请以 UTF-8 编码保存。",
    "The Dockerfile holds a NUL character.": "Dockerfile 含有 NUL 字符。",
    "Save it as plain text.": "请保存为纯文本。",
    "The Dockerfile holds no instruction.": "Dockerfile 中没有任何指令。",
    "Begin with FROM.": "请以 FROM 开头。",
    "Dockerfile, line {line}: {problem}": "Dockerfile 第 {line} 行：{problem}",
    "`# syntax=` would load another reader of Dockerfiles.": "`# syntax=` 会加载另一个 Dockerfile 解析器。",
    "Remove the line; it is not needed.": "请删除这一行，不需要它。",
    "`# escape={character}` is no escape character.": "`# escape={character}` 不是有效的转义字符。",
    "Use \\ or `.": "请使用 \\ 或 `。",
    "The instruction is too long.": "指令过长。",
    "Move it to a script that the Dockerfile runs.": "请移到脚本中，由 Dockerfile 运行。",
    "`{word}` is no instruction.": "`{word}` 不是 Dockerfile 指令。",
    "See the Dockerfile reference; did a line end without `\\`?": (
        "请查阅 Dockerfile 参考文档；是否有一行末尾漏了 `\\`？"
    ),
    "Here-documents (`<<EOF`) are not built here.": "此处不支持 here-document（`<<EOF`）。",
    "Join the commands with `&&`, or commit a script and run it.": "请用 `&&` 连接命令，或提交脚本并运行它。",
    "The instruction ends with an escape character.": "指令以转义字符结尾。",
    "Remove it.": "请删除。",
    "A flag holds quotes, spaces or escapes.": "选项含有引号、空格或转义字符。",
    "Write flags plainly, such as --chown=user.": "请直接书写选项，例如 --chown=user。",
    # -- what a Dockerfile may ask for
    "ONBUILD is not built here.": "此处不支持 ONBUILD。",
    "Write the instruction itself.": "请直接写出该指令。",
    "{instruction} before FROM.": "{instruction} 出现在 FROM 之前。",
    "The Dockerfile has no FROM.": "Dockerfile 中没有 FROM。",
    "Begin with FROM python:3.11-slim, for example.": "请以 FROM 开头，例如 FROM python:3.11-slim。",
    "FROM {image}: no image's public name.": "FROM {image}：不是公共镜像的名称。",
    "Write such as FROM python:3.11-slim.": "请写成例如 FROM python:3.11-slim。",
    "FROM {image}: images of the platform are not for building on.": "FROM {image}：不能基于平台自身的镜像构建。",
    "Use a public image.": "请使用公共镜像。",
    "FROM cannot be read.": "无法解析 FROM。",
    "Write FROM image, or FROM image AS name.": "请写成 FROM image 或 FROM image AS name。",
    "`{name}` is no name for a stage.": "`{name}` 不能作为阶段名称。",
    "Use letters and digits.": "请使用字母和数字。",
    "Two stages are named `{name}`.": "有两个阶段都名为 `{name}`。",
    "Give each its own name.": "请为每个阶段取不同的名称。",
    "Leave it out.": "请去掉它。",
    "Leave out --mount: the command works without a cache, and secrets are given to the running app only.": (
        "请去掉 --mount：没有缓存命令也能运行，密钥只提供给运行中的应用。"
    ),
    "Leave it out, and RUN chmod after the copy.": "请去掉它，复制之后再执行 RUN chmod。",
    "`{flag}` is not built here.": "此处不支持 `{flag}`。",
    "COPY --from={name} names no earlier stage of this file.": "COPY --from={name} 指的不是此文件中更早的阶段。",
    "Name a stage (FROM image AS name) and copy from that.": "请为阶段命名（FROM image AS name），再从中复制。",
    "ADD does not fetch URLs or repositories.": "ADD 不会下载 URL 或仓库。",
    "Use RUN curl -fsSLO URL, or RUN git clone.": "请使用 RUN curl -fsSLO URL 或 RUN git clone。",
    "ADD with variables, quotes or escapes in a source is not built here.": (
        "此处不支持来源中含有变量、引号或转义字符的 ADD。"
    ),
    "Use COPY.": "请使用 COPY。",
    "FROM {text} cannot be resolved.": "无法解析 FROM {text}。",
    "Write the image's name, or ARG NAME=value before.": "请写出镜像名称，或在此之前写 ARG NAME=value。",
    # -- the steps of a build
    "{path} is too large to be read.": "{path} 过大，无法读取。",
    "Keep it below 16 MiB.": "请将它控制在 16 MiB 以内。",
    "Python {version} is not available here.": "此处没有 Python {version}。",
    "Set `python_version` in README.md to one of: {versions}.": (
        "请将 README.md 中的 `python_version` 设为以下之一：{versions}。"
    ),
    "Python packages ({file})": "安装 Python 包（{file}）",
    "Python packages": "安装 Python 包",
    "`{version}` is no version.": "`{version}` 不是版本号。",
    "Write `sdk_version` such as 5.49.1 in README.md.": "请在 README.md 中将 `sdk_version` 写成例如 5.49.1。",
    "Debian packages (packages.txt)": "安装 Debian 包（packages.txt）",
    "the card's app_build_command": "运行 README.md 中的 app_build_command",
    # -- preloading
    "preload_from_hub: {entry}: {why}": "preload_from_hub：{entry}：{why}",
    "preload_from_hub: there is no model {repository} here that the Space's owner may read.": (
        "preload_from_hub：此处没有 Space 的所有者可读取的模型 {repository}。"
    ),
    "Upload it to this platform, or ask the admin to name an upstream Hub in DEMODOCK_HUB_ENDPOINT.": (
        "请将它上传到本平台，或请管理员在 DEMODOCK_HUB_ENDPOINT 中设置上游 Hub。"
    ),
    "The model {repository}": "模型 {repository} ",
    "{hub} names no commit of {repository}.": "{hub} 没有给出 {repository} 的提交。",
    "{hub} gives no ETag for {path}.": "{hub} 没有给出 {path} 的 ETag。",
    "{path} came with other bytes than {hub} announced.": "{path} 的内容与 {hub} 声明的不一致。",
    "preload_from_hub: {repository} has no file {path}.": "preload_from_hub：{repository} 中没有文件 {path}。",
    "Correct the file's name in README.md, or leave the files out for all of them.": (
        "请修正 README.md 中的文件名，或不写文件名以预加载全部文件。"
    ),
    # -- why a build failed
    "{title} failed with exit code {code}.": "{title}：失败，退出码 {code}。",
    "The container engine did not do its part.": "容器引擎未能完成操作。",
    "It is tried again by itself; `demodock doctor` says what is wrong with the engine.": (
        "会自动重试；`demodock doctor` 会指出容器引擎的问题。"
    ),
    "It is tried again by itself. The log of the builder says more.": "会自动重试。详情见构建进程的日志。",
    "{title} ran out of memory (exit code 137); a build has {memory} MiB.": (
        "{title}：内存不足（退出码 137）；构建可用的内存为 {memory} MiB。"
    ),
    "Use prebuilt wheels or smaller packages, or ask the admin to raise DEMODOCK_BUILD_MEMORY. More memory for the running Space does not help a build.": (
        "请使用预编译的 wheel 或更小的包，或请管理员调高 DEMODOCK_BUILD_MEMORY。增加 Space 运行时的内存对构建没有帮助。"
    ),
    "{title} was stopped from outside (exit code 143).": "{title}：被外部终止（退出码 143）。",
    "Push or restart to build again.": "推送或重启后会重新构建。",
    "{title}: the network or a package server did not answer.": "{title}：网络或软件包服务器没有响应。",
    "Nothing is wrong with the Space; it is tried again by itself.": "Space 本身没有问题，会自动重试。",
    "The last lines say what went wrong; the build's log has the rest.": "最后几行说明了原因，完整内容见构建日志。",
    "{package} is asked for twice, as {version} and as {other}.": (
        "{package} 被要求了两个不同的版本：{version} 和 {other}。"
    ),
    "Remove {package} from requirements.txt, or give `sdk_version` in README.md the same version.": (
        "请从 requirements.txt 中移除 {package}，或将 README.md 中的 `sdk_version` 设为相同版本。"
    ),
    "No Python package is named {package}.": "没有名为 {package} 的 Python 包。",
    "Correct the name in requirements.txt; see its page on the package index.": (
        "请修正 requirements.txt 中的名称；可在软件包索引上查看它的页面。"
    ),
    "{package} has no version that fits {requirement}.": "{package} 没有满足 {requirement} 的版本。",
    "Ask for a version that exists, or leave the version out.": "请指定存在的版本，或不写版本。",
    "A package offers nothing for this Python version.": "有软件包不支持此 Python 版本。",
    "Ask for a newer version of the package, or set another `python_version` in README.md.": (
        "请改用该包的更新版本，或在 README.md 中设置其他 `python_version`。"
    ),
    "{package} has no prebuilt wheel for this Python, and building it failed.": (
        "{package} 没有适用于此 Python 的预编译 wheel，编译也失败了。"
    ),
    "Ask for a version with wheels, or add what its build needs to packages.txt.": (
        "请改用提供 wheel 的版本，或将编译所需的软件包加入 packages.txt。"
    ),
    "{file} holds a line that is no requirement: {why}.": "{file} 中有一行不是有效的依赖：{why}。",
    "Write lines such as `name==1.2`.": "请写成例如 `name==1.2`。",
    "{file} includes a file that cannot be read.": "{file} 引用了无法读取的文件。",
    "Commit that file, or remove the line.": "请提交该文件，或删除这一行。",
    "requirements.txt names a path that is not in the repository: {path}.": (
        "requirements.txt 中的路径不在仓库内：{path}。"
    ),
    "Commit the folder, or correct the path.": "请提交该文件夹，或修正路径。",
    "A git repository that requirements.txt names could not be fetched.": (
        "无法获取 requirements.txt 中的某个 git 仓库。"
    ),
    "Check its address, and that it is public.": "请检查其地址，并确认它是公开的。",
    "The requirements contradict each other: {why}": "依赖相互冲突：{why}",
    "Loosen one of the versions that this names.": "请放宽其中某个版本限制。",
    "Debian has no package named {package}.": "Debian 没有名为 {package} 的软件包。",
    "Correct the name in packages.txt; https://packages.debian.org knows them all.": (
        "请修正 packages.txt 中的名称；https://packages.debian.org 列有全部软件包。"
    ),
    "Debian has no version {version} of {package}.": "Debian 没有 {package} 的 {version} 版本。",
    "The Debian package {package} cannot be installed.": "无法安装 Debian 软件包 {package}。",
    "Correct packages.txt; without a version the newest is taken.": "请修正 packages.txt；不写版本则使用最新版本。",
    "The builder's disk is full.": "构建进程的磁盘已满。",
    "Ask the admin: `demodock doctor` shows the disk.": "请联系管理员：`demodock doctor` 会显示磁盘情况。",
    # -- files of a static Space
    "The output has more than {files} files or {size} MiB.": "输出超过了 {files} 个文件或 {size} MiB。",
    "Leave out what the page does not need, such as node_modules.": "请去掉页面不需要的内容，例如 node_modules。",
    "The build command left no folder `{folder}`.": "构建命令没有生成文件夹 `{folder}`。",
    "`app_file` in README.md names the page that the command makes, such as dist/index.html.": (
        "README.md 中的 `app_file` 应为该命令生成的页面，例如 dist/index.html。"
    ),
    # -- the ledger of builds
    "Replaced by a build of {commit}.": "已被提交 {commit} 的构建取代。",
    "The Space was deleted.": "Space 已删除。",
    "A newer build exists.": "已有更新的构建。",
    "The build was cancelled.": "构建已取消。",
    "The worker of attempt {attempt} fell silent.": "第 {attempt} 次尝试的构建进程失去响应。",
    "It is built again; nothing needs doing.": "会自动重新构建，无需操作。",
}
