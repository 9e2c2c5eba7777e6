"""Words: what other sites show of a Space, and the page that tells how."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "embed.state.running": ("running", "运行中"),
    "embed.state.sleeping": ("sleeping", "休眠中"),
    "embed.state.building": ("building", "构建中"),
    "embed.state.starting": ("starting", "启动中"),
    "embed.state.paused": ("paused", "已暂停"),
    "embed.state.empty": ("empty", "暂无应用"),
    "embed.state.failed": ("failed", "运行失败"),
    "embed.state.missing": ("not found", "未找到"),
    "space.tab.embed": ("Embed", "嵌入"),
    "embed.title": ("Show it elsewhere", "在其他地方展示"),
    "embed.text": (
        "Paste one of these into a page, a README or a post. An app that sleeps wakes up there by itself.",
        "将以下任意内容粘贴到网页、README 或文章中。休眠中的应用会在那里自动唤醒。",
    ),
    "embed.disabled": (
        "Its card says `disable_embedding`: no other site may show it in a frame.",
        "其 Card 设置了 `disable_embedding`：其他网站均不能以框架形式展示它。",
    ),
    "embed.listed": ("Only these sites may show it in a frame:", "仅以下网站可以以框架形式展示它："),
    "embed.nobody": ("none", "无"),
    "embed.address": ("Address", "直接链接"),
    "embed.address.text": ("The app alone, in a tab of its own.", "仅应用本身，在独立标签页中打开。"),
    "embed.component": ("Web component", "Web 组件"),
    "embed.component.text": (
        "As high as the app, loaded when it comes into view. Also takes theme, height, path and eager.",
        "高度随应用自动调整，进入视野时才加载。还支持 theme、height、path 和 eager 属性。",
    ),
    "embed.frame": ("iframe", "iframe 框架"),
    "embed.frame.text": ("Works without any script.", "无需任何脚本。"),
    "embed.streamlit": ("Streamlit, without its menu", "Streamlit（隐藏菜单）"),
    "embed.streamlit.text": ("What Streamlit shows with embed=true.", "Streamlit 在 embed=true 时的显示效果。"),
    "embed.gradio": ("Gradio's web component", "Gradio 的 Web 组件"),
    "embed.gradio.text": (
        "Part of the page itself, without a frame. Its script comes from Gradio's own servers.",
        "直接成为网页的一部分，不使用框架。其脚本来自 Gradio 官方服务器。",
    ),
    "embed.badge": ("Badge", "徽章"),
    "embed.badge.text": (
        "Markdown for a README: tells how the Space stands, and leads here.",
        "用于 README 的 Markdown：显示 Space 的实时状态，点击会打开 Space 页面。",
    ),
    "embed.oembed": ("Sites that make a frame by themselves", "自动生成框架的网站"),
    "embed.oembed.text": (
        "Where a site speaks oEmbed, such as WordPress or Ghost once it knows this address, the page's address is enough.",
        "如果网站支持 oEmbed（例如已添加本平台的 WordPress 或 Ghost），只需粘贴页面地址。",
    ),
    "embed.private": ("A private Space", "私有 Space"),
    "embed.private.text": (
        "Other sites show nothing of it. A share link opens its app for people without an account.",
        "其他网站不会展示它的任何内容。可以用分享链接让没有账号的人打开应用。",
    ),
    "embed.sites": ("Who may show it", "谁可以展示它"),
    "embed.sites.text": (
        "Enforced by browsers, at once and whatever the app says. Its own page here may always show it.",
        "由浏览器强制执行，立即生效，与应用自身的设置无关。它在本平台的页面始终可以展示它。",
    ),
    "embed.sites.who": ("Sites", "网站"),
    "embed.sites.all": ("All sites", "所有网站"),
    "embed.sites.listed": ("Only these", "仅以下网站"),
    "embed.sites.list": ("One a line", "每行一个"),
    "embed.sites.help": (
        "Such as https://example.com, https://*.example.com or http://localhost:3000. An empty list means none.",
        "例如 https://example.com、https://*.example.com 或 http://localhost:3000。留空表示不允许任何网站。",
    ),
    "embed.shares": ("Share links", "分享链接"),
    "embed.shares.text": (
        "Whoever has a link opens the app, and nothing else, until it ends or you take it back. What they opened closes then.",
        "持有链接的人可以打开应用（仅此而已），直到链接到期或被撤回；届时已打开的页面也会关闭。",
    ),
    "embed.shares.fresh": ("Copy it now: it is not shown again.", "请立即复制：此链接不会再次显示。"),
    "embed.shares.label": ("What for", "用途"),
    "embed.shares.uses": ("Let in", "使用次数"),
    "embed.shares.used": ("Last", "最近使用"),
    "embed.shares.unnamed": ("Link {number}", "链接 {number}"),
    "embed.shares.days": ("Works for", "有效期"),
    "embed.shares.most": ("Browsers at most", "浏览器数量上限"),
    "embed.shares.all": ("no limit", "不限"),
    "embed.shares.make": ("Make a link", "创建链接"),
    "embed.shares.end": ("Take back", "撤回"),
    "embed.days": ("{count} {count|day|days}", "{count} 天"),
    "error.no_site": (
        "A line is no site. Write sites as https://example.com or https://*.example.com.",
        "有一行不是网站地址。请写成 https://example.com 或 https://*.example.com。",
    ),
    "error.many_sites": ("These are more than 50 sites.", "网站数量超过 50 个。"),
    "error.not_private": (
        "Everybody may open this Space: share its own address.",
        "所有人都可以打开此 Space：直接分享其地址即可。",
    ),
    "error.share_time": ("A link works for a minute to a year.", "链接有效期为一分钟到一年。"),
    "error.share_uses": ("How many browsers is a number from 1 to 1,000,000.", "浏览器数量应为 1 到 1,000,000。"),
    "error.share_label": ("A label is one line of at most 100 characters.", "用途说明为一行，最多 100 个字符。"),
    "error.many_shares": (
        "This Space has 100 links. Take some back first.",
        "此 Space 已有 100 个链接。请先撤回一些。",
    ),
    "error.no_share": ("There is no such link. It may have ended already.", "没有此链接，它可能已失效。"),
}
