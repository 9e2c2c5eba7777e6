"""Words: the stages of a Space, as people call them."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "stage.NO_APP_FILE": ("No app yet", "尚无应用"),
    "stage.CONFIG_ERROR": ("Configuration error", "配置错误"),
    "stage.BUILDING": ("Building", "构建中"),
    "stage.BUILD_ERROR": ("Build failed", "构建失败"),
    "stage.APP_STARTING": ("Starting", "启动中"),
    "stage.RUNNING": ("Running", "运行中"),
    "stage.RUNNING_BUILDING": ("Running, new version building", "运行中，正在构建新版本"),
    "stage.RUNNING_APP_STARTING": ("Running, new version starting", "运行中，正在启动新版本"),
    "stage.RUNTIME_ERROR": ("App failed", "运行出错"),
    "stage.STOPPED": ("Stopped", "已停止"),
    "stage.SLEEPING": ("Sleeping", "休眠中"),
    "stage.PAUSED": ("Paused", "已暂停"),
    "stage.DELETING": ("Being deleted", "删除中"),
    "stage.frozen": ("Frozen", "已冻结"),
    "stage.waiting_for_gpu": ("Waiting for a GPU", "等待 GPU"),
}
