"""Who may do what, and accounts: people, organizations, invitations, signing in, tokens."""

SENTENCES = {
    # -- who may do what
    "There is no Space at this address.": "此地址没有 Space。",
    "This needs a token.": "此操作需要令牌。",
    "Send it as `Authorization: Bearer TOKEN`, or as git's password.": (
        "请以 `Authorization: Bearer TOKEN` 的形式发送，或用作 git 的密码。"
    ),
    "This token may not do this to {what}.": "此令牌无权对 {what} 执行此操作。",
    "Use one that was given it.": "请使用有此权限的令牌。",
    "{who} may not do this to {what}.": "{who} 无权对 {what} 执行此操作。",
    "Ask its owner.": "请联系其所有者。",
    "Creating a Space needs a token.": "创建 Space 需要令牌。",
    "Make one: `demodock token new`.": "请创建：`demodock token new`。",
    "There is no owner {owner}.": "没有所有者 {owner}。",
    "Make one: `demodock user add {owner}`.": "请创建：`demodock user add {owner}`。",
    "{who} may not create Spaces under {owner}.": "{who} 无权在 {owner} 名下创建 Space。",
    "Use {who}/NAME.": "请使用 {who}/NAME。",
    "There is no owner {owner} that you belong to.": "没有你所属的所有者 {owner}。",
    "Check the spelling, and your token.": "请检查拼写和令牌。",
    "There is no such organization.": "没有这个组织。",
    "Check the spelling.": "请检查拼写。",
    "Ask one of its admins.": "请联系其管理员。",
    "There is no user {name}.": "没有用户 {name}。",
    "List them: `demodock user ls`.": "列出所有用户：`demodock user ls`。",
    "{who} may not do this for others.": "{who} 无权替他人执行此操作。",
    "Leave the name out.": "请不要指定名称。",
    "An app may not do this in your name.": "应用不能以你的名义执行此操作。",
    "Use a token of your own.": "请使用你自己的令牌。",
    "This needs an admin's token.": "此操作需要管理员的令牌。",
    "Only an admin may do this.": "仅管理员可以执行此操作。",
    "Repository not found.": "未找到仓库。",
    "Check the spelling of {repository}, and your token.": "请检查 {repository} 的拼写和你的令牌。",
    "This app may not do this in your name.": "此应用不能以你的名义执行此操作。",
    "It was not given `manage-repos`.": "它没有获得 `manage-repos` 权限。",
    "This token may only read.": "此令牌只能读取。",
    "A fine-grained token may not do this.": "细粒度令牌不能执行此操作。",
    "Use one with scope `write`: `demodock token new --scope write`.": (
        "请使用范围为 `write` 的令牌：`demodock token new --scope write`。"
    ),
    "{was} is called {became} now.": "{was} 现已更名为 {became}。",
    # -- people and their tokens
    "A full name has at most 100 characters, on one line.": "姓名为一行，最多 100 个字符。",
    "This is no e-mail address.": "这不是有效的电子邮箱地址。",
    "Write it as `name@example.org`.": "请写成 `name@example.org` 的形式。",
    "The token would have expired already.": "此令牌的到期时间已过。",
    "Give a time in the future, with its zone.": "请指定将来的时间，并带上时区。",
    "Invalid credentials in Authorization header": "Authorization 标头中的凭据无效",
    "Check the token.": "请检查令牌。",
    "The token is revoked or has expired: make a new one.": "令牌已撤销或已过期：请创建新的令牌。",
    "{name} cannot be a name.": "{name} 不能用作名称。",
    "Allowed: letters, digits, `.`, `_`, `-`, at most 96, no `--`, no `..`, no `-` or `.` at either end.": (
        "可用字母、数字、`.`、`_`、`-`，最多 96 个字符，不能含 `--` 或 `..`，不能以 `-` 或 `.` 开头或结尾。"
    ),
    "The name {name} is reserved.": "名称 {name} 已保留。",
    "Choose another.": "请换一个。",
    "The name {name} is taken.": "名称 {name} 已被占用。",
    "Names differ by more than case.": "名称不能仅有大小写之别。",
    # -- organizations
    "Only admins create organizations here.": "此处仅管理员可以创建组织。",
    "Ask one of them.": "请联系管理员。",
    "{name} is no member of {organization}.": "{name} 不是 {organization} 的成员。",
    "List them.": "请查看成员列表。",
    "Only people are members.": "只有用户可以成为成员。",
    "Name a user.": "请填写用户名。",
    "An organization keeps at least one admin.": "组织至少需要一名管理员。",
    "Make another member admin first, or delete the organization.": "请先将其他成员设为管理员，或删除该组织。",
    # -- invitations
    "Or give an e-mail address.": "也可以填写电子邮箱。",
    "{name} is a member already.": "{name} 已是成员。",
    "Change the role instead.": "请直接更改角色。",
    "There is no such invitation for you.": "没有找到发给你的邀请。",
    "It may be used, over, taken back, or somebody else's: ask for a new one.": (
        "它可能已被使用、过期、撤回，或属于他人：请索取新的邀请。"
    ),
    # -- the company's accounts
    "No account here belongs to your company's account.": "没有与你的公司账号关联的账号。",
    "Sign in another way and connect it on your account page, or ask an admin for an account.": (
        "请用其他方式登录后在账号页面关联，或向管理员申请账号。"
    ),
    "This company's account belongs to somebody else here.": "此公司账号已与他人的账号关联。",
    "No name is free that looks like yours.": "与你的名称相近的用户名都已被占用。",
    "Ask an admin for an account.": "请向管理员申请账号。",
    "You may not sign in here: {why}.": "你不能在此登录：{why}。",
    "your e-mail address is not of an allowed domain, or not verified": "你的电子邮箱不属于允许的域名，或未经验证",
    "you are in none of the allowed groups": "你不在任何允许的群组中",
    "Ask an admin.": "请联系管理员。",
    # -- the company's provider
    "There is no sign-in with a company's account here.": "此处不支持使用公司账号登录。",
    "Sign in with a password.": "请使用密码登录。",
    "The company's provider was not believed: {why}.": "公司登录服务的响应不可信：{why}。",
    "the answer is another provider's": "响应来自其他登录服务",
    "it refused the code: {error}": "它拒绝了授权码：{error}",
    "it calls itself by another name than DEMODOCK_OIDC_ISSUER says": (
        "它自称的 issuer 与 DEMODOCK_OIDC_ISSUER 不一致"
    ),
    "its {part} is no address that we may use": "它的 {part} 不是可用的地址",
    "its identity token is not valid: {error}": "它的身份令牌无效：{error}",
    "its identity token is for somebody else": "它的身份令牌不是发给本平台的",
    "its identity token names nobody": "它的身份令牌没有指明用户",
    "its two answers are about different people": "它的两次响应指向不同的用户",
    "Try again.": "请重试。",
    "The company's provider does not answer.": "公司登录服务没有响应。",
    "Try again, or sign in with a password.": "请重试，或使用密码登录。",
    # -- signing in, passwords
    "Name or password is wrong.": "用户名或密码不正确。",
    "After several wrong ones you have to wait. An admin can make a new link: `demodock user link NAME`.": (
        "多次输错后需要等待。管理员可以生成新的链接：`demodock user link NAME`。"
    ),
    "People do not register here by themselves.": "此处不开放自行注册。",
    "Ask an admin for a link.": "请向管理员索取链接。",
    "The present password is wrong.": "当前密码不正确。",
    "This link does not work any more.": "此链接已失效。",
    "Ask whoever sent it for a new one.": "请向发送者索取新的链接。",
    "A password has at least {count} characters.": "密码至少需要 {count} 个字符。",
    "A few words in a row are easy to keep.": "几个连续的词语更容易记住。",
    "A password has at most {count} characters.": "密码最多 {count} 个字符。",
    "This password is guessed at once.": "此密码很容易被猜到。",
    "Use a few words in a row.": "请使用几个连续的词语。",
    # -- grants of fine-grained tokens
    "There is no permission {power}.": "没有权限 {power}。",
    "Allowed: read, write, admin.": "可选：read、write、admin。",
    "A fine-grained token needs to be given something.": "细粒度令牌需要指定权限。",
    "Name 1 to {most} owners or repositories, each with read, write or admin.": (
        "请列出 1 到 {most} 个所有者或仓库，每个注明 read、write 或 admin。"
    ),
    "{text} is neither an owner nor a repository.": "{text} 既不是所有者，也不是仓库。",
    "Write `acme`, `spaces/acme/demo`, `datasets/acme/rows` or `acme/model`.": (
        "请写成 `acme`、`spaces/acme/demo`、`datasets/acme/rows` 或 `acme/model`。"
    ),
    # -- deleting owners
    "Nobody deletes themselves.": "不能删除自己的账号。",
    "Ask another admin.": "请联系其他管理员。",
    "{user} is the last admin of {organization}.": "{user} 是 {organization} 的最后一名管理员。",
    "{owner} still owns {count} Spaces.": "{owner} 仍拥有 {count} 个 Space。",
    "{owner} still owns {count} models or datasets.": "{owner} 仍拥有 {count} 个模型或数据集。",
    "{owner} still owns {count} GPUs in use.": "{owner} 仍在占用 {count} 个 GPU。",
    "{owner} still owns {count} {what}.": "{owner} 仍拥有 {count} 个 {what}。",
    "Delete them or move them to somebody else first; what was just deleted takes a moment to go.": (
        "请先删除或转移给他人；刚删除的内容需要片刻才会消失。"
    ),
}
