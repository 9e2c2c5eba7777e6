"""Words: how programs call a Space's app."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "space.tab.api": ("API", "API 接口"),
    "api.address": ("Address of the app", "应用地址"),
    "api.code": ("Language of the examples", "示例语言"),
    "api.install": ("Once, before:", "首先安装："),
    "api.token": (
        "The app is private: programs show a token of somebody who may visit it, in the environment variable {name}. Make one in your account.",
        "此应用为私有：程序需通过环境变量 {name} 提供有访问权限者的令牌。可在账号设置中创建。",
    ),
    "api.token.act": ("Make a token", "创建令牌"),
    "api.endpoints": ("Endpoints", "接口"),
    "api.takes": ("Takes", "参数"),
    "api.gives": ("Returns", "返回"),
    "api.nothing_taken": ("Nothing.", "无。"),
    "api.required": ("required", "必填"),
    "api.optional": ("optional", "可选"),
    "api.more": ("{count} more are not shown.", "另有 {count} 个未显示。"),
    "api.told": ("Told by the app", "由应用提供"),
    "api.told.before": (
        "Told by an earlier revision; the present one may offer something else.",
        "由较早的版本提供，当前版本可能有所不同。",
    ),
    "api.again": ("Ask the app again", "重新读取"),
    "api.wake": ("Wake it up", "唤醒"),
    "api.none": ("No endpoints to show", "没有可显示的接口"),
    "api.state.serving": (
        "The app answers, but does not describe its endpoints. Gradio and FastAPI apps describe theirs by themselves.",
        "应用可以访问，但没有提供接口说明。Gradio 和 FastAPI 应用会自动提供。",
    ),
    "api.state.asleep": (
        "The app sleeps. A program's call wakes it, too; wake it to see what it offers.",
        "应用正在休眠，程序调用也会将其唤醒。唤醒后即可查看接口。",
    ),
    "api.state.coming": (
        "The app is being built or started. Its endpoints are shown here once it answers.",
        "应用正在构建或启动，就绪后会在这里显示接口。",
    ),
    "api.state.paused": (
        "The app is paused: calls are refused until somebody restarts it.",
        "应用已暂停，重启前无法调用。",
    ),
    "api.state.failed": (
        "The app does not run, so it tells of no endpoints.",
        "应用未运行，无法读取接口。",
    ),
    "api.state.static": (
        "A static Space holds files and no program; each file has its address below the app's.",
        "静态 Space 只有文件，没有程序。每个文件都可以在应用地址下访问。",
    ),
    "api.mcp": ("For AI assistants (MCP)", "供 AI 助手使用 (MCP)"),
    "api.mcp.text": (
        "The app speaks the Model Context Protocol. It offers {count} {count|tool|tools} at this address:",
        "应用支持模型上下文协议 (MCP)，在此地址提供 {count} 个工具：",
    ),
    "api.mcp.config": ("For the settings of a client:", "客户端配置："),
}
