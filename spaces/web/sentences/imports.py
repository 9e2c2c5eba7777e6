"""Reasons of imports: addresses that are not fetched, and sources that do not give what they should."""

SENTENCES = {
    # addresses
    "{url} is no address.": "{url} 不是有效的地址。",
    "{url} is not an https address.": "{url} 不是 https 地址。",
    "{url} holds a user or a password.": "{url} 含有用户名或密码。",
    "{url} holds characters that no address needs.": "{url} 含有地址不需要的字符。",
    "{url} has a host that is no name.": "{url} 中的主机名无效。",
    "{url} has a host that is an address in disguise.": "{url} 中的主机名是伪装的 IP 地址。",
    "Use an address such as https://example.org/owner/name.": "请使用类似 https://example.org/owner/name 的地址。",
    "{host} is not on the public internet.": "{host} 不在公共互联网上。",
    "Push a clone of it, or ask the admin to name the host in DEMODOCK_IMPORT_HOSTS.": (
        "请推送它的克隆，或请管理员将该主机加入 DEMODOCK_IMPORT_HOSTS。"
    ),
    "There is no host {host}.": "没有主机 {host}。",
    # git
    "{host} has no git repository at this address.": "{host} 的这个地址没有 git 仓库。",
    "The history is larger than {limit} MiB.": "历史记录超过 {limit} MiB。",
    "Ask the admin to raise DEMODOCK_PUSH_LIMIT, or push its newest commit alone.": (
        "请管理员调高 DEMODOCK_PUSH_LIMIT，或只推送最新的提交。"
    ),
    "The repository has no branch {branch}.": "仓库中没有分支 {branch}。",
    "The repository is empty.": "仓库是空的。",
    "Name another with `branch`, or push something to it first.": "请用 `branch` 指定其他分支，或先向该仓库推送内容。",
    "The repository is not there, or not for everybody.": "仓库不存在，或未对所有人开放。",
    "What is private has to be cloned and pushed by somebody who may.": "私有内容需由有权限的人克隆后推送。",
    "The history holds something that git finds wrong, so it is not taken.": (
        "历史记录中有 git 认为有误的内容，因此不予接收。"
    ),
    "Commit its files to a new repository and push that.": "请将其文件提交到新的仓库后推送。",
    "{host} took too long.": "{host} 耗时过长。",
    "Try again later.": "请稍后重试。",
    "It could not be fetched: {detail}": "无法获取：{detail}",
    # http
    "{host} sent more than {limit} bytes.": "{host} 发送的内容超过 {limit} 字节。",
    "{host} broke off.": "与 {host} 的连接中断。",
    "{host} answered with no JSON.": "{host} 返回的不是 JSON。",
    "{host} redirects in a circle.": "{host} 的重定向形成循环。",
    "{host} does not answer.": "{host} 没有响应。",
    "{host} has no certificate that we trust ({reason}).": "{host} 的证书不受信任（{reason}）。",
    "TLS failed": "TLS 失败",
    "{host} cannot be reached.": "无法连接 {host}。",
    "{what} is not at {host}, or not for everybody.": "{what}不在 {host} 上，或未对所有人开放。",
    "Check the address; what is private has to be cloned and pushed by somebody who may.": (
        "请检查地址；私有内容需由有权限的人克隆后推送。"
    ),
    "{host} answered {status} for {what}.": "请求 {what} 时，{host} 返回 {status}。",
    "This repository": "此仓库",
    # large files
    "A large file": "大文件",
    "The list of large files": "大文件列表",
    "The repository has {count} large files, {size} MiB together.": "仓库有 {count} 个大文件，共 {size} MiB。",
    "At most {count} files and {size} MiB are taken. Keep models in a repository of their own.": (
        "最多接收 {count} 个文件、共 {size} MiB。请将模型放在单独的仓库中。"
    ),
    "The source lacks large files that its commit names: {files}.": "来源缺少其提交所引用的大文件：{files}。",
    "They were never uploaded there; its owner can do that with `git lfs push --all`.": (
        "它们从未上传到那里；其所有者可用 `git lfs push --all` 上传。"
    ),
    # the ledger
    "This Space is being imported already.": "这个 Space 已在导入中。",
    "Wait for it, or choose another name.": "请等待它完成，或换一个名称。",
    "{count} imports of yours are under way.": "你有 {count} 个导入正在进行。",
    "Wait until one has ended.": "请等待其中一个结束。",
    "There is no such import.": "没有这个导入。",
    "Only whoever began it sees it.": "只有发起者可以查看。",
    "The import broke off again and again.": "导入多次中断。",
    # sources
    "{url} is no repository's address.": "{url} 不是仓库的地址。",
    "Use the address that `git clone` takes.": "请使用 `git clone` 所用的地址。",
    "A Space's address is https://huggingface.co/spaces/OWNER/NAME.": (
        "Space 的地址为 https://huggingface.co/spaces/OWNER/NAME。"
    ),
    "A Studio's address is https://modelscope.cn/studios/OWNER/NAME.": (
        "创空间的地址为 https://modelscope.cn/studios/OWNER/NAME。"
    ),
    # the work itself
    "The platform made a mistake.": "平台出错了。",
    "Whoever asked for this import is gone.": "发起此导入的用户已不存在。",
}
