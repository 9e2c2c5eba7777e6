"""Reasons and refusals of repositories: their commits, branches, paths and pull requests."""

SENTENCES = {
    # a request's body
    "The encoding {encoding} is not understood.": "无法识别编码 {encoding}。",
    "Send the body plain, or as gzip.": "请直接发送内容，或使用 gzip 压缩。",
    "The gzip body ends too early.": "gzip 内容不完整。",
    "The body is not gzip, although it says so.": "内容声明为 gzip，但并不是。",
    # changes
    "The branch was updated since you opened this page. Please refresh and try again.": (
        "打开本页后，分支已更新。请刷新后重试。"
    ),
    "One commit may remove {count} folders.": "一次提交最多删除 {count} 个文件夹。",
    "Commit in several steps.": "请分几次提交。",
    "There is nothing to commit.": "没有可提交的内容。",
    "Add at least one file.": "请至少添加一个文件。",
    "A file with this name doesn't exist": "没有这个名称的文件",
    "Nothing is at {path}.": "{path} 处没有内容。",
    # commits
    "The branch was updated since you read it.": "在你读取之后，分支已更新。",
    "Fetch its newest commit and try again.": "请获取最新提交后重试。",
    "A Space's repository may hold {count} files.": "Space 的仓库最多可有 {count} 个文件。",
    "There is no file {path} to delete.": "没有要删除的文件 {path}。",
    "{path} is a file, so it cannot hold files.": "{path} 是文件，其下不能再有文件。",
    "The commit could not be written: ": "无法写入提交。",
    "The commit could not be written: {output}": "无法写入提交：{output}",
    # copies
    "The repository could not be copied.": "无法复制仓库。",
    # room on the disk
    "The platform's disk is full: nothing can be pushed.": "平台的磁盘已满，无法推送。",
    "Tell its admin.": "请告诉管理员。",
    # a commit's files, for builds
    "The path {path} in the commit {fault}.": "提交中的路径 {path} {fault}。",
    "The path {path} in the commit is not UTF-8.": "提交中的路径 {path} 不是 UTF-8。",
    "The path {path} in the commit is not a relative file path.": "提交中的路径 {path} 不是相对文件路径。",
    "The path {path} in the commit is longer than 4096 bytes.": "提交中的路径 {path} 超过 4096 字节。",
    "The path {path} in the commit holds a control character.": "提交中的路径 {path} 含有控制字符。",
    "The path {path} in the commit leads out of its folder, on some system.": "提交中的路径 {path} 在某些系统上会指向所在文件夹之外。",
    "The path {path} in the commit holds an empty part, or `.`.": "提交中的路径 {path} 含有空的一段或 `.`。",
    "The path {path} in the commit holds a name longer than 255 bytes.": "提交中的路径 {path} 含有超过 255 字节的名称。",
    "The path {path} in the commit holds a part that git reserves, `.git`.": "提交中的路径 {path} 含有 git 保留的 `.git`。",
    "The path {path} in the commit occurs twice in its folder.": "提交中的路径 {path} 在其文件夹中出现了两次。",
    "The path {path} in the commit lies below the file {file}.": "提交中的路径 {path} 位于文件 {file} 之下。",
    "The path {path} in the commit is a symlink without a target.": "提交中的路径 {path} 是没有目标的符号链接。",
    "The path {path} in the commit is a symlink that leads out of the repository or in a circle, to {target}.": "提交中的路径 {path} 是指向仓库之外或形成循环的符号链接，目标为 {target}。",
    "The path {path} in the commit is a symlink to a path that git reserves.": "提交中的路径 {path} 是指向 git 保留路径的符号链接。",
    "Rename or remove it, commit, and push again.": "请重命名或删除它，提交后重新推送。",
    "Write the commit again with git itself.": "请直接用 git 重新创建这个提交。",
    "Remove it, commit, and push again.": "请删除它，提交后重新推送。",
    "Link to files of the repository only, or put a copy of the file in its place.": (
        "只能链接到仓库内的文件；也可以用文件的副本代替链接。"
    ),
    "{files}: git-lfs keeps a pointer in the commit, but the file itself was never uploaded.": (
        "{files}：提交中有 git-lfs 指针，但文件本身从未上传。"
    ),
    "{files} and {count} more": "{files} 等，另有 {count} 个",
    "Upload it with `git lfs push --all REMOTE`, or commit the file without git-lfs (`git lfs migrate export --include=PATH`), and push again.": (
        "请用 `git lfs push --all REMOTE` 上传；或者不使用 git-lfs 提交该文件（`git lfs migrate export --include=PATH`），然后重新推送。"
    ),
    "The commit's files take {size} MiB; at most {limit} MiB are allowed.": (
        "提交中的文件共 {size} MiB，最多允许 {limit} MiB。"
    ),
    "Download large models and data when the app starts, or ask the admin to raise DEMODOCK_TREE_LIMIT.": (
        "请在应用启动时下载大型模型和数据，或请管理员调高 DEMODOCK_TREE_LIMIT。"
    ),
    # git itself
    "git {command} failed: {detail}": "git {command} 失败：{detail}",
    "no word of why": "没有给出原因",
    # pushes
    "The Space is being deleted.": "这个 Space 正在删除。",
    "Nothing more is built for it.": "不会再为它构建。",
    "The {kind} is being deleted.": "{kind} 正在删除。",
    "The model is being deleted.": "这个模型正在删除。",
    "The dataset is being deleted.": "这个数据集正在删除。",
    # what is left out
    "The .gitignore has more than {limit} bytes.": ".gitignore 超过 {limit} 字节。",
    "Name folders instead of files.": "请写文件夹，不要逐个列出文件。",
    "The .gitignore cannot be applied.": "无法应用 .gitignore。",
    "Use simpler patterns.": "请使用更简单的匹配模式。",
    # looking into a commit
    "There is no folder {folder} at {revision}.": "{revision} 中没有文件夹 {folder}。",
    "There is no file {path} at {revision}.": "{revision} 中没有文件 {path}。",
    # one writer at a time
    "Another push to this Space is still running.": "对这个 Space 的另一次推送仍在进行。",
    "Push again when it is done.": "请等它完成后重新推送。",
    # merging
    "It cannot be merged: the branch changed the same files meanwhile: {files}.": (
        "无法合并：在此期间，分支修改了相同的文件：{files}。"
    ),
    "Commit the branch's files to it, with the change in them, or close it and open another.": (
        "请将分支中的这些文件连同你的修改提交到此合并请求，或关闭它并另开一个。"
    ),
    "A repository may hold {limit} files; merged it would hold {count}.": (
        "仓库最多可有 {limit} 个文件，合并后会有 {count} 个。"
    ),
    # git's objects
    "The file has {size} bytes; at most {limit} are read here.": "文件有 {size} 字节，此处最多读取 {limit} 字节。",
    "The object {oid} is missing from its repository.": "仓库中缺少对象 {oid}。",
    "git ended in the middle of an object.": "git 在读取对象的过程中退出。",
    "git ended while it was asked for an object.": "git 在查询对象时退出。",
    "The tree holds more than {limit} files.": "目录树中的文件超过 {limit} 个。",
    "Put many small files into one archive or data set.": "请将大量小文件放入一个压缩包或数据集。",
    "git could not list the tree.": "git 无法列出目录树。",
    # branches and tags
    "Cannot delete refs/heads/{branch}: it is the default branch.": "无法删除 refs/heads/{branch}：它是默认分支。",
    "The tag's message is too long.": "标签的说明过长。",
    "At most {count} characters.": "最多 {count} 个字符。",
    "Reference {ref} already exists.": "引用 {ref} 已存在。",
    "Choose another name, or delete it first.": "请换一个名称，或先删除它。",
    "Reference {ref} cannot be beside {taken}.": "引用 {ref} 不能与 {taken} 并存。",
    "Invalid rev id: there is no {kind} {name}.": "版本无效：没有 {kind} {name}。",
    "Invalid rev id: there is no branch {name}.": "版本无效：没有分支 {name}。",
    "Invalid rev id: there is no tag {name}.": "版本无效：没有标签 {name}。",
    "There is no branch {branch}.": "没有分支 {branch}。",
    "Files are committed to branches; make it first, or use `main`.": (
        "文件只能提交到分支；请先创建该分支，或使用 `main`。"
    ),
    # which names and paths may be
    "There is no revision {revision}.": "没有版本 {revision}。",
    "A revision's name has {rule}.": "版本名称可用：{rule}。",
    "letters, digits and `_ . / + @ -`, at most 200, no part that begins with `-` or `.` or ends with `.lock`": (
        "字母、数字和 `_ . / + @ -`，最多 200 个字符，任何一段不能以 `-` 或 `.` 开头，也不能以 `.lock` 结尾"
    ),
    "Allowed: letters, digits and `_ . / + @ -`, at most 200, no part that begins with `-` or `.` or ends with `.lock`.": (
        "允许：字母、数字和 `_ . / + @ -`，最多 200 个字符，任何一段不能以 `-` 或 `.` 开头，也不能以 `.lock` 结尾。"
    ),
    "{name} cannot name a branch.": "{name} 不能作为分支名称。",
    "The path {path} {fault}.": "路径 {path} {fault}。",
    "The path {path} is not UTF-8.": "路径 {path} 不是 UTF-8。",
    "The path {path} is not a relative file path.": "路径 {path} 不是相对文件路径。",
    "The path {path} is longer than 4096 bytes.": "路径 {path} 超过 4096 字节。",
    "The path {path} holds a control character.": "路径 {path} 含有控制字符。",
    "The path {path} leads out of its folder, on some system.": "路径 {path} 在某些系统上会指向所在文件夹之外。",
    "The path {path} holds an empty part, or `.`.": "路径 {path} 含有空的一段或 `.`。",
    "The path {path} holds a name longer than 255 bytes.": "路径 {path} 含有超过 255 字节的名称。",
    "The path {path} holds a part that git reserves, `.git`.": "路径 {path} 含有 git 保留的 `.git`。",
    "Use a relative path such as `data/table.csv`, without `..` and without `.git`.": (
        "请使用相对路径，例如 `data/table.csv`，不含 `..` 和 `.git`。"
    ),
    # a history made one commit
    "The message is too long.": "说明过长。",
    # where repositories lie
    "This Space has no repository.": "这个 Space 没有仓库。",
    "It may have just been deleted.": "它可能刚刚被删除。",
    "See the branches with `git ls-remote`.": "可用 `git ls-remote` 查看分支。",
    # a commit's files as a build reads them
    "There is no file {path}.": "没有文件 {path}。",
    "Paths are relative to the repository's root.": "路径相对于仓库根目录。",
    "{path} has {size} bytes; at most {limit} are read here.": "{path} 有 {size} 字节，此处最多读取 {limit} 字节。",
    # pull requests
    "There is no commit yet to propose a change to.": "还没有可供修改的提交。",
    "Its owner pushes first.": "需要所有者先推送。",
    "You have {count} pull requests here that were not merged.": "你在此处有 {count} 个未合并的合并请求。",
    "There is no pull request {number} here.": "此处没有合并请求 {number}。",
    "It is merged: that stays.": "已经合并，无法更改。",
    "It is {status} already.": "它的状态已经是 {status}。",
    "It is draft already.": "已经是草稿。",
    "It is open already.": "已经打开。",
    "It is closed already.": "已经关闭。",
    "It is a draft.": "这是草稿。",
    "Set its status to `open` first.": "请先将状态设为 `open`。",
    "Only who opened it and who may write this repository may do this.": (
        "只有发起者和拥有此仓库写入权限的人可以这样做。"
    ),
    "Leave a comment.": "你可以发表评论。",
    "It is merged.": "它已合并。",
    "It is closed.": "它已关闭。",
    "Open another.": "请另开一个。",
    "The comment is too long.": "评论过长。",
    "Enough was said here.": "此处的评论已达上限。",
    "Open another pull request.": "请另开一个合并请求。",
    # a commit made on a page
    "Open it first: commit with `create_pr`.": "请先创建：提交时使用 `create_pr`。",
    "Pull requests are for the default branch.": "合并请求只能针对默认分支。",
    "Use `main`; to add to one that is open, commit to its ref without `create_pr`.": (
        "请使用 `main`；如需向已打开的合并请求追加提交，请提交到它的引用，不带 `create_pr`。"
    ),
    # repositories by name
    "You already created this {kind} repo": "你已创建此 {kind} 仓库",
    "You already created this space repo": "你已创建同名的 Space",
    "You already created this model repo": "你已创建同名的模型",
    "You already created this dataset repo": "你已创建同名的数据集",
    "Push to it, or choose another name.": "请推送到它，或换一个名称。",
    "{name} cannot be a {kind}'s name.": "{name} 不能作为 {kind} 的名称。",
    "{name} cannot be a space's name.": "{name} 不能作为 Space 的名称。",
    "{name} cannot be a model's name.": "{name} 不能作为模型的名称。",
    "{name} cannot be a dataset's name.": "{name} 不能作为数据集的名称。",
    "Allowed: letters, digits, `.`, `_`, `-`, at most 96, no `--`, no `..`, no `.git` at the end, no `-` or `.` at either end.": (
        "允许：字母、数字、`.`、`_`、`-`，最多 96 个字符，不含 `--` 和 `..`，不以 `.git` 结尾，首尾不能是 `-` 或 `.`。"
    ),
    "Only Spaces can be protected: there the app is open and the files are not.": (
        "只有 Space 可以设为受保护：应用公开，文件不公开。"
    ),
    "Allowed for models and datasets: public, private.": "模型和数据集允许：public（公开）、private（私有）。",
    # templates
    "There is no template {name}.": "没有模板 {name}。",
    "There are none.": "目前没有模板。",
}
