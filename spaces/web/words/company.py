"""Words: signing in with a company's account."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "company": ("Sign in with {name}", "使用 {name} 登录"),
    "company.connect": ("Company's account", "公司账号"),
    "company.connect.text": ("Sign in here with {name} from now on.", "今后可使用 {name} 在此登录。"),
    "company.connected": ("{name} is connected with your account here.", "{name} 已与你在此的账号关联。"),
    "company.act": ("Connect", "关联"),
    "error.company_left_out": (
        "You may not sign in here with this company's account. Ask an admin.",
        "你不能使用此公司账号登录。请联系管理员。",
    ),
    "error.company_unknown": (
        "No account here belongs to your company's account. Sign in another way and connect it on your account page.",
        "没有与你的公司账号关联的账号。请用其他方式登录后，在账号页面关联。",
    ),
    "error.company_taken": ("This company's account belongs to somebody else here.", "此公司账号已与他人的账号关联。"),
    "error.company_lost": (
        "This sign-in was begun elsewhere, or too long ago. Begin again.",
        "此登录是在别处或很久以前发起的。请重新开始。",
    ),
}
