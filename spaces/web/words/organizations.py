"""Words: organizations, their people and what new repositories get."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "organizations": ("Organizations", "组织"),
    "organizations.mine": ("You belong to", "你所属的组织"),
    "organizations.none": ("You belong to no organization yet.", "你还不属于任何组织。"),
    "organizations.new": ("New organization", "新建组织"),
    "organizations.text": (
        "Several people look after its Spaces, each by a role. You are its first admin.",
        "多人按各自的角色共同管理其 Space。你将成为首位管理员。",
    ),
    "organizations.name": ("Name", "名称"),
    "organizations.name.text": ("Part of its Spaces' addresses; it stays.", "会成为 Space 地址的一部分，不可更改。"),
    "organizations.full_name": ("Full name", "全称"),
    "organizations.profile": ("Profile", "组织资料"),
    "organizations.act": ("Create", "创建"),
    "organizations.delete": ("Delete the organization", "删除组织"),
    "organizations.delete.text": (
        "It must own nothing any more. Type {name} to confirm.",
        "组织不得再拥有任何内容。请输入 {name} 以确认。",
    ),
    "role": ("Role", "角色"),
    "role.admin": ("Admin", "管理员"),
    "role.write": ("Write", "写入"),
    "role.contributor": ("Contributor", "贡献者"),
    "role.read": ("Read", "读取"),
    "members": ("Members", "成员"),
    "members.text": (
        "Admins also look after the organization. Write: everything with each repository. Contributor: creates repositories and "
        "does everything with those. Read: sees private ones too.",
        "管理员还负责管理组织。写入：可操作所有仓库。贡献者：可创建仓库并操作自己创建的仓库。读取：也可查看私有仓库。",
    ),
    "members.leave": ("Leave", "退出组织"),
    "members.remove": ("Remove", "移除"),
    "invitations": ("Invitations", "邀请"),
    "invitations.text": (
        "A user accepts on their own page of organizations. To an e-mail address you send the link yourself; it works once.",
        "用户可在自己的组织页面接受邀请。邀请电子邮箱时，请自行发送链接；链接仅可使用一次。",
    ),
    "invitations.whom": ("For", "受邀者"),
    "invitations.recipient": ("User name or e-mail address", "用户名或电子邮箱"),
    "invitations.act": ("Invite", "邀请"),
    "invitations.take_back": ("Take back", "撤回"),
    "invitations.fresh": (
        "For {recipient}; the link is shown only this once:",
        "发送给 {recipient}；链接仅显示这一次：",
    ),
    "invitations.received": ("You are invited", "收到的邀请"),
    "invitations.by": ("{inviter} invites you. Your role: {role}", "{inviter} 邀请你，角色：{role}"),
    "invitations.accept": ("Accept", "接受"),
    "invitations.decline": ("Decline", "拒绝"),
    "join": ("Join {organization}", "加入 {organization}"),
    "join.other": (
        "This invitation is for {recipient}, and you are signed in as {name}. Sign out first, or ask for an invitation by your user name.",
        "此邀请的对象是 {recipient}，而你当前以 {name} 登录。请先退出登录，或请对方用你的用户名邀请。",
    ),
    "join.email": (
        "This invitation is for {recipient}. Make an account to accept it.",
        "此邀请的对象是 {recipient}。请创建账号以接受。",
    ),
    "join.user": (
        "This invitation is for {recipient}. Sign in to accept it.",
        "此邀请的对象是 {recipient}。请登录后接受。",
    ),
    "join.act": ("Create an account and join", "创建账号并加入"),
    "defaults": ("New repositories", "新仓库"),
    "defaults.text": ("What they get where their creator says nothing.", "创建者未指定时使用的设置。"),
    "defaults.platform": ("As the platform has it", "平台默认"),
    "defaults.sleep": ("Sleep after, in minutes (-1: never)", "闲置多少分钟后休眠；-1 表示从不"),
    "visibility": ("Visibility", "可见性"),
    "visibility.public": ("Public", "公开"),
    "visibility.protected": ("Protected: the app is open, the files are not", "受保护：应用公开，文件不公开"),
    "visibility.private": ("Private", "私有"),
    "hardware": ("Hardware", "硬件"),
    "error.bad_name": (
        "This cannot be a name: letters, digits, “.”, “_” and “-”, no “-” or “.” at either end, none twice in a row.",
        "名称无效：只能使用字母、数字、“.”、“_”和“-”，不能以“-”或“.”开头或结尾，也不能连续出现。",
    ),
    "error.name_reserved": ("This name is reserved. Choose another.", "此名称已保留，请换一个。"),
    "error.name_taken": ("This name is taken. Names differ by more than case.", "此名称已被占用（不区分大小写）。"),
    "error.last_admin": (
        "An organization keeps at least one admin. Make another member admin first.",
        "组织至少需要一名管理员。请先将其他成员设为管理员。",
    ),
    "error.no_user": ("There is no such user. Or give an e-mail address.", "没有这个用户。也可以填写电子邮箱。"),
    "error.member_already": ("They are a member already. Change the role instead.", "对方已是成员。请直接更改角色。"),
    "error.no_invitation": (
        "There is no such invitation for you. It may be used, over, taken back, or somebody else's.",
        "没有找到发给你的邀请。它可能已被使用、过期、撤回，或属于他人。",
    ),
    "error.owns_repositories": (
        "It still owns something. Delete or move that first; what was just deleted takes a moment to go.",
        "仍拥有内容。请先删除或转移；刚删除的内容需要片刻才会消失。",
    ),
    "error.not_its_name": ("That is not its name. Type it to confirm.", "名称不一致。请输入名称以确认。"),
    "error.no_organization": ("There is no such organization.", "没有这个组织。"),
    "error.no_organizations": ("Only admins create organizations here.", "此处仅管理员可以创建组织。"),
}
