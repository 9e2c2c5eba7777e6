"""Words: signing in to apps and devices."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "consent": ("Sign in to {name}", "登录 {name}"),
    "consent.text": (
        "{name} wants to know who you are, {person}. It never gets your password, only this:",
        "{name} 想知道你是谁，{person}。它不会获得你的密码，只会获得：",
    ),
    "consent.where": ("You go back to", "你将返回"),
    "consent.allow": ("Allow", "允许"),
    "consent.deny": ("Deny", "拒绝"),
    "scope.profile": ("Your user name, full name and picture", "你的用户名、姓名和头像"),
    "scope.email": ("Your e-mail address", "你的电子邮箱地址"),
    "scope.read-memberships": ("The organizations that you belong to", "你所属的组织"),
    "scope.read-repos": ("Read your repositories, private ones too", "读取你的仓库，包括私有仓库"),
    "scope.write-repos": ("Change your repositories and their settings", "更改你的仓库及其设置"),
    "scope.manage-repos": ("Create and delete repositories in your name", "以你的名义创建和删除仓库"),
    "leaving": ("Back to the app", "返回应用"),
    "leaving.go": ("Go on", "继续"),
    "device": ("Sign in a device", "登录设备"),
    "device.code": ("Code on the device", "设备上显示的代码"),
    "device.help": (
        "Only type a code that you see on a machine of your own.",
        "只输入你在自己的机器上看到的代码。",
    ),
    "device.go": ("Go on", "继续"),
    "device.asks": (
        "A command line with this code wants to act for you, {person}. If you did not begin this yourself, deny it.",
        "显示此代码的命令行想以你（{person}）的名义操作。如果不是你本人发起的，请拒绝。",
    ),
    "device.allowed": ("Done. You can go back to the device.", "已完成。你可以回到设备上。"),
    "device.denied": ("The device gets nothing.", "设备不会获得任何权限。"),
    "applications": ("Apps that you signed in to", "你登录过的应用"),
    "applications.text": (
        "Taking an app's permission back ends what it holds of you; it asks again next time.",
        "撤回应用的权限后，它持有的令牌立即失效；下次会重新询问。",
    ),
    "applications.forget": ("Take back", "撤回"),
    "applications.none": ("You have not signed in to any app yet.", "你还没有登录过任何应用。"),
    "error.no_device": (
        "No device waits with this code. Look at it again, or begin anew there.",
        "没有设备在等待此代码。请再次核对，或在设备上重新开始。",
    ),
    "error.no_client": (
        "The app that sent you here is not known. Go back to it, and try again.",
        "未知的应用。请返回该应用后重试。",
    ),
}
