"""Words: a new Space."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "new": ("New Space", "新建 Space"),
    "new.ways": ("How to begin", "创建方式"),
    "new.way.template": ("From a template", "使用模板"),
    "new.way.upload": ("Upload files", "上传文件"),
    "new.way.git": ("Push with git", "使用 git 推送"),
    "new.way.import": ("Import", "导入"),
    "new.text.template": ("It runs in a moment, and is yours to change.", "片刻即可运行，之后可以随意修改。"),
    "new.text.upload": (
        "Choose the folder of your app, or an archive of it (.zip, .tar.gz). It is built at once.",
        "选择应用所在的文件夹，或其压缩包（.zip、.tar.gz），上传后立即构建。",
    ),
    "new.text.git": (
        "An empty Space, and the commands for the first push, ready to be pasted.",
        "创建空的 Space，并给出可直接粘贴的首次推送命令。",
    ),
    "new.text.import": (
        "A Space of the Hugging Face Hub, a ModelScope Studio, or any git repository, with its history.",
        "从 Hugging Face Space、ModelScope 创空间或任意 git 仓库导入，保留历史。",
    ),
    "new.owner": ("Owner", "所有者"),
    "new.name": ("Name of the Space", "Space 名称"),
    "new.name.help": ("Letters, digits, “-”, “_” and “.”.", "可用字母、数字、“-”、“_”和“.”。"),
    "new.name.like": ("Empty: as at its source.", "留空则与来源同名。"),
    "new.visibility.default": ("The owner's default", "所有者的默认设置"),
    "new.hardware.default": ("The owner's default", "所有者的默认设置"),
    "new.sdk": ("Kind of app", "应用类型"),
    "new.sdk.guess": ("By its files", "根据文件判断"),
    "new.template": ("Template", "模板"),
    "new.template.none": ("No template is offered here yet.", "暂无可用模板。"),
    "new.template.other": ("Another Space", "其他 Space"),
    "new.folder": ("Folder", "文件夹"),
    "new.archive": ("Or an archive (.zip, .tar.gz)", "或压缩包（.zip、.tar.gz）"),
    "new.url": ("Address", "来源地址"),
    "new.url.help": (
        "Such as https://huggingface.co/spaces/owner/name, or what git clone takes.",
        "例如 https://huggingface.co/spaces/owner/name，或 git clone 所用的地址。",
    ),
    "new.branch": ("Branch", "分支"),
    "new.branch.default": ("Empty: the source's default branch.", "留空则使用来源的默认分支。"),
    "new.token": (
        "Put a new token into the commands; it may push to this Space alone, for 30 days",
        "在命令中填入新令牌，仅可推送到此 Space，30 天内有效",
    ),
    "new.act.template": ("Create the Space", "创建 Space"),
    "new.act.upload": ("Upload and create", "上传并创建"),
    "new.act.git": ("Create the Space", "创建 Space"),
    "new.act.import": ("Import", "导入"),
    "new.git": ("{name} is there", "{name} 已创建"),
    "new.git.text": (
        "Run this in the folder of your app. The page of the Space follows the build and shows the app once it answers.",
        "在应用目录中运行以下命令。Space 页面会显示构建进度，就绪后即打开应用。",
    ),
    "new.git.token": (
        "The token stands in these commands and is not shown again. It may push to this Space alone, and ends after 30 days.",
        "令牌已填入命令中，之后不再显示。它仅可推送到此 Space，30 天后失效。",
    ),
    "new.git.go": ("Go to the Space", "打开 Space"),
    "new.import": ("Importing {name}", "正在导入 {name}"),
    "new.import.from": ("From", "来源："),
    "new.import.step.queued": ("In line", "排队中"),
    "new.import.step.running": ("Beginning", "开始"),
    "new.import.step.asking": ("Asking what there is", "查询来源"),
    "new.import.step.fetching": ("Fetching files", "获取文件"),
    "new.import.step.large files": ("Fetching large files", "获取大文件"),
    "new.import.step.publishing": ("Publishing", "发布"),
    "new.import.received": ("{size} so far", "已接收 {size}"),
    "new.import.failed": ("{name} could not be imported", "{name} 导入失败"),
    "new.import.again": ("Try another address", "换个地址再试"),
    "new.import.reload": ("Look again", "刷新"),
    "error.no_name": (
        "The Space needs a name. It becomes part of its address.",
        "请填写 Space 名称，它会成为地址的一部分。",
    ),
    "error.no_template": ("Choose a template, or name another Space.", "请选择模板，或填写其他 Space。"),
    "error.no_files": ("There is no file in it. Choose a folder, or an archive.", "没有文件。请选择文件夹或压缩包。"),
    "error.repository_exists": ("You have a Space of this name already.", "已存在同名的 Space。"),
}
