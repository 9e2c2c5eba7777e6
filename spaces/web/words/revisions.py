"""Words: a Space's builds and revisions."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tab.revisions": ("Revisions", "版本"),
    "revisions.text": (
        "Every commit of the default branch is built; what answers takes over. Going back builds nothing and takes seconds.",
        "默认分支的每次提交都会构建，能正常响应的版本会接替运行。回滚无需构建，几秒即可完成。",
    ),
    "revisions.none": ("Nothing has been built yet", "尚未构建"),
    "revisions.none.text": (
        "The first push or upload is built, and is shown here.",
        "首次推送或上传后会自动构建并显示在这里。",
    ),
    "revisions.build": ("Build #{number}", "构建 #{number}"),
    "revisions.serves": ("Serving", "运行中"),
    "revisions.comes": ("Taking over", "即将接替"),
    "revisions.no_title": ("A commit that no branch holds any more", "已不在任何分支上的提交"),
    "revisions.took": ("built in {span}", "构建用时 {span}"),
    "revisions.started": ("started in {span}", "启动用时 {span}"),
    "revisions.reused": (
        "{reused} of {count} layers reused",
        "复用 {reused}/{count} 层",
    ),
    "revisions.all_reused": ("image reused", "复用已有镜像"),
    "revisions.all_built": ("image built anew", "重新构建镜像"),
    "revisions.factory": ("factory rebuild", "完全重建"),
    "revisions.dependencies": ("Dependencies", "依赖"),
    "revisions.log": ("Log", "日志"),
    "revisions.back": ("Roll back to this", "回滚到此版本"),
    "revisions.back.sure": ("Let revision {number} take over?", "确定回滚到版本 {number}？"),
    "revisions.cancel": ("Cancel", "取消"),
    "revisions.done.rollback": (
        "It takes over as soon as it answers; the present one serves until then.",
        "该版本就绪后将接替运行，在此之前当前版本继续服务。",
    ),
    "revisions.done.cancel": ("The build is being stopped.", "正在停止构建。"),
    "revisions.older": ("Older ones", "更早的版本"),
    "revisions.detail": ("Last lines", "末尾日志"),
    "error.build_ended": ("This build has ended already.", "此构建已结束。"),
}
