"""Reasons and refusals of files: uploaded, archived, large, and edited on a Space's pages."""

SENTENCES = {
    # uploaded archives
    "This archive cannot be read.": "无法读取此压缩包。",
    "Pack it again as .zip or .tar.gz, without a password.": "请重新打包为 .zip 或 .tar.gz，不要设密码。",
    "This archive holds no files.": "此压缩包中没有文件。",
    "Pack the folder that holds your app.": "请打包应用所在的文件夹。",
    "The archive has more than {count} entries.": "压缩包中的条目超过 {count} 个。",
    "The archive's member {name} is there twice, or holds `\\`.": "压缩包中的 {name} 重复出现，或含有 `\\`。",
    "Pack it again.": "请重新打包。",
    "The archive holds more than {limit} MiB.": "压缩包的内容超过 {limit} MiB。",
    "The archive is encrypted.": "压缩包已加密。",
    "Pack it without a password.": "请不设密码重新打包。",
    "The archive has a header that is too large.": "压缩包的文件头过大。",
    "The archive's member {name} is a link, or no file.": "压缩包中的 {name} 是链接，或不是文件。",
    "Pack files and folders alone.": "请只打包文件和文件夹。",
    # large files
    "The .gitattributes cannot be applied.": "无法应用 .gitattributes。",
    "The file is not what was announced: {what}.": "文件与声明的不符：{what}。",
    "it has more than the {size} bytes that were announced": "超过声明的 {size} 字节",
    "it has {count} bytes where {size} were announced": "实际 {count} 字节，声明 {size} 字节",
    "its SHA-256 is another than the announced one": "SHA-256 与声明的不同",
    "Upload it again.": "请重新上传。",
    "The content of this file is lost.": "此文件的内容已丢失。",
    "The repository was deleted meanwhile.": "在此期间，仓库已被删除。",
    "Nothing of the upload was kept.": "上传的内容没有保留。",
    "The file has {size} bytes; a large file may have {limit} MiB.": "文件有 {size} 字节，大文件最多 {limit} MiB。",
    "Split it, or ask the admin to raise DEMODOCK_LARGE_LIMIT.": "请拆分文件，或请管理员调高 DEMODOCK_LARGE_LIMIT。",
    "The repository's large files would take more than {limit} MiB.": "仓库的大文件将超过 {limit} MiB。",
    "Remove some that no commit needs, or ask the admin to raise DEMODOCK_LARGE_TOTAL.": (
        "请移除没有提交需要的大文件，或请管理员调高 DEMODOCK_LARGE_TOTAL。"
    ),
    "{paths}: a pointer to a large file that was never sent here.": "{paths}：指向从未上传到此处的大文件的指针。",
    "Upload the file itself.": "请上传文件本身。",
    # history
    "There is no commit {sha}.": "没有提交 {sha}。",
    # editing
    "Files are edited on a branch.": "只能在分支上编辑文件。",
    "Choose one, such as `main`.": "请选择一个分支，例如 `main`。",
    "There is a file {path} already.": "文件 {path} 已存在。",
    "This is a link to another file.": "这是指向另一个文件的链接。",
    "Edit that one.": "请编辑那个文件。",
    # forms with files in them
    "The request ended before its form did.": "请求在表单发送完之前中断。",
    "This form is damaged, or too large.": "表单已损坏或过大。",
    "One commit may have {limit} MiB.": "一次提交最多 {limit} MiB。",
    "Send large files with git-lfs.": "请使用 git-lfs 发送大文件。",
    # a revision of the files
    "There is no commit yet.": "还没有提交。",
    "Add a file first.": "请先添加文件。",
    "There is no commit here yet.": "此处还没有提交。",
    # builds and revisions
    "There is no such revision.": "没有这个版本。",
    "Build {number} has ended already.": "构建 {number} 已结束。",
    # settings
    "Take one away first.": "请先移除一个。",
    # uploads
    "Choose at least one.": "请至少选择一个。",
}
