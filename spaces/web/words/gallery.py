"""Words: the gallery, and owners' pages."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "gallery.title": ("Spaces", "Space"),
    "gallery.sdk": ("Any kind", "所有类型"),
    "gallery.hardware": ("Any hardware", "所有硬件"),
    "gallery.tag": ("Any tag", "所有标签"),
    "gallery.running": ("Running now", "正在运行"),
    "gallery.sort": ("Order", "排序"),
    "gallery.sort.likes": ("Most liked", "最受欢迎"),
    "gallery.sort.updated": ("Recently updated", "最近更新"),
    "gallery.sort.created": ("Newest", "最新创建"),
    "gallery.sort.name": ("By name", "按名称"),
    "gallery.search": ("Search", "搜索"),
    "gallery.count": ("{count} {count|Space|Spaces}", "{count} 个 Space"),
    "gallery.all": ("Show all", "显示全部"),
    "gallery.pinned": ("Pinned", "置顶"),
    "gallery.none": ("No Space matches", "没有符合条件的 Space"),
    "gallery.none.text": ("Try other words, or fewer filters.", "试试其他关键词，或减少筛选条件。"),
    "gallery.empty": ("No Space yet", "还没有 Space"),
    "gallery.empty.text": (
        "Push the first one: a README.md with a card, an app, and what it needs.",
        "推送第一个：带有配置的 README.md、应用程序及其依赖。",
    ),
    "like": ("Like {name}: {count} {count|like|likes}", "喜欢 {name}：{count} 人喜欢"),
    "pages": ("Pages", "分页"),
    "pages.previous": ("Previous", "上一页"),
    "pages.next": ("Next", "下一页"),
    "pages.here": ("Page {number} of {last}", "第 {number} 页，共 {last} 页"),
    "owner.user": ("User", "用户"),
    "owner.organization": ("Organization", "组织"),
    "owner.since": ("Here since {day}", "加入于 {day}"),
    "owner.founded": ("Here since {day}", "创建于 {day}"),
    "owner.likes": ("Likes", "喜欢"),
    "owner.none": ("Nothing to see here yet", "这里还没有内容"),
    "owner.look_after": ("Look after the organization", "管理组织"),
    "error.no_owner": ("There is nobody of that name.", "没有这个用户或组织。"),
}
