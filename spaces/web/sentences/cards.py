"""What a Space's card, `ms_deploy.json` or a file beside them says that cannot be, and what may stand there."""

SENTENCES = {
    # -- what was meant
    "Did you mean `{meant}`? Allowed: {allowed}.": "是否想写 `{meant}`？可选：{allowed}。",
    # -- the card as a whole
    "`model-index` is no list": "`model-index` 不是列表",
    "Allowed: a list of results.": "应为结果的列表。",
    "Add a file `Dockerfile` at the root of the repository.": "请在仓库根目录添加文件 `Dockerfile`。",
    "Add `{file}`, or name your file in README.md: `app_file: {path}`.": (
        "请添加 `{file}`，或在 README.md 中指定你的文件：`app_file: {path}`。"
    ),
    "README.md names no `sdk`": "README.md 没有写 `sdk`",
    "README.md names no `sdk`.": "README.md 没有写 `sdk`。",
    "Add the line `sdk: {sdk}` (or another of gradio, streamlit, docker, static) between its `---` lines.": (
        "请在两行 `---` 之间添加一行 `sdk: {sdk}`（或 gradio、streamlit、docker、static 中的另一个）。"
    ),
    "README.md has no card": "README.md 没有配置",
    "README.md has no card.": "README.md 没有配置。",
    "There is no README.md": "没有 README.md",
    "There is no README.md.": "没有 README.md。",
    "Begin README.md with three lines: `---`, `sdk: {sdk}` (or gradio, streamlit, docker, static), `---`.": (
        "请在 README.md 开头写三行：`---`、`sdk: {sdk}`（或 gradio、streamlit、docker、static）、`---`。"
    ),
    "gradio, streamlit, docker or static": "gradio、streamlit、docker 或 static",
    # -- the keys' values
    "red, yellow, green, blue, indigo, purple, pink or gray": "red、yellow、green、blue、indigo、purple、pink 或 gray",
    "unsafe-none, require-corp or credentialless": "unsafe-none、require-corp 或 credentialless",
    "unsafe-none, same-origin-allow-popups, same-origin or noopener-allow-popups": (
        "unsafe-none、same-origin-allow-popups、same-origin 或 noopener-allow-popups"
    ),
    "same-site, same-origin or cross-origin": "same-site、same-origin 或 cross-origin",
    "Allowed: the name of a hardware flavor, such as `cpu-basic`.": "应为硬件规格的名称，例如 `cpu-basic`。",
    "openid, profile, email, read-billing, read-memberships, read-repos, gated-repos, contribute-repos, write-repos, manage-repos, read-collections, write-collections, inference-api, read-endpoints, write-endpoints, jobs, webhooks or write-discussions": (
        "openid、profile、email、read-billing、read-memberships、read-repos、gated-repos、contribute-repos、write-repos、manage-repos、read-collections、write-collections、inference-api、read-endpoints、write-endpoints、jobs、webhooks 或 write-discussions"
    ),
    "cross-origin-embedder-policy, cross-origin-opener-policy, cross-origin-resource-policy": (
        "cross-origin-embedder-policy、cross-origin-opener-policy、cross-origin-resource-policy"
    ),
    "small, medium or large": "small、medium 或 large",
    "default or mini": "default 或 mini",
    # -- a Studio's ms_deploy.json
    "`{key}` is missing": "缺少 `{key}`",
    'Allowed: a list of {"name": ..., "value": ...}, at most {limit}.': (
        '应为 {"name": ..., "value": ...} 的列表，最多 {limit} 个。'
    ),
    'Allowed: a list of {"name": ..., "value": ...}.': '应为 {"name": ..., "value": ...} 的列表。',
    "`{key}` is no list, or too long a one": "`{key}` 不是列表，或列表过长",
    "`{key}` holds an entry of another form": "`{key}` 中有格式不符的条目",
    "`{key}` may not be set: the name belongs to the platform or is no variable's name": (
        "`{key}` 不能设置：该名称由平台保留，或不是有效的变量名"
    ),
    "Give the variable another name.": "请为变量换一个名称。",
    "`{key}` is set twice": "`{key}` 设置了两次",
    "Allowed: each name once.": "每个名称只能出现一次。",
    "Allowed: `entry_file:` on a line of its own below it.": "应在其下单独一行写 `entry_file:`。",
    "no JSON object": "不是 JSON 对象",
    "Allowed: a JSON object.": "应为 JSON 对象。",
    "no valid JSON: {problem}": "不是有效的 JSON：{problem}",
    "Expecting value": "此处缺少值",
    "Expecting ',' delimiter": "缺少 `,`",
    "Expecting ':' delimiter": "缺少 `:`",
    "Expecting property name enclosed in double quotes": "缺少用双引号括起的键名",
    "Illegal trailing comma before end of object": "对象末尾多了逗号",
    "Illegal trailing comma before end of array": "数组末尾多了逗号",
    "Unterminated string starting at": "字符串没有结束引号",
    "Invalid control character at": "字符串中有控制字符",
    "Invalid \\escape": "无效的转义",
    "Invalid \\uXXXX escape": "无效的 \\uXXXX 转义",
    "Extra data": "对象之后还有内容",
    "no valid JSON": "不是有效的 JSON",
    "Allowed: a JSON object in UTF-8, not nested deeply.": "应为 UTF-8 编码且嵌套不深的 JSON 对象。",
    "{file}: `{key}` is written twice.": "{file}：`{key}` 写了两次。",
    "Allowed: each key once.": "每个键只能出现一次。",
    # -- single values
    "Allowed: one line of text, at most {limit} characters.": "应为一行文本，最多 {limit} 个字符。",
    "Allowed: one line of command, at most {limit} characters.": "应为一行命令，最多 {limit} 个字符。",
    "Allowed: one line of an address, at most {limit} characters.": "应为一行地址，最多 {limit} 个字符。",
    "`{key}` is a list or a map": "`{key}` 是列表或映射",
    "`{key}` is {count} characters long": "`{key}` 有 {count} 个字符",
    "`{key}` spans several lines": "`{key}` 占了多行",
    "`{key}` is empty": "`{key}` 为空",
    "`{key}` cannot be {value}": "`{key}` 不能是 {value}",
    "`{key}` cannot be a list": "`{key}` 不能是列表",
    "`{key}` cannot be a map": "`{key}` 不能是映射",
    "`{key}` cannot be empty": "`{key}` 不能为空",
    "true or false": "true 或 false",
    "Allowed: a whole number from {low} to {high}.": "应为 {low} 到 {high} 的整数。",
    "`{key}` is a map": "`{key}` 是映射",
    "Allowed: a list.": "应为列表。",
    "`{key}` has {count} entries": "`{key}` 有 {count} 个条目",
    "Allowed: at most {limit}.": "最多 {limit} 个。",
    "`{key}` is no map": "`{key}` 不是映射",
    "Allowed: lines of the form `name: value` with the names {names}.": "应为 `name: value` 形式的行，名称可为 {names}。",
    "`{key}` cannot set {name}": "`{key}` 不能设置 {name}",
    "Allowed: a time such as `30m`, `1h`, `1h30m` or seconds, at most 24h.": "应为时间，例如 `30m`、`1h`、`1h30m` 或秒数，最多 24h。",
    "Allowed: a file's path relative to the repository's root, without `..`.": "应为相对于仓库根目录的文件路径，不含 `..`。",
    "Allowed: one emoji.": "应为一个 emoji。",
    "`{key}` cannot hold {value}": "`{key}` 中不能有 {value}",
    "`{key}` cannot hold a list": "`{key}` 中不能有列表",
    "`{key}` cannot hold a map": "`{key}` 中不能有映射",
    "Allowed: `owner/name`, `owner/name file,file` or that and a full commit.": (
        "应为 `owner/name`、`owner/name file,file`，或再加上完整的提交号。"
    ),
    "Allowed: a version such as `3.11` or `3.11.4`.": "应为版本号，例如 `3.11` 或 `3.11.4`。",
    "Allowed: a released version such as `5.49.1`.": "应为已发布的版本号，例如 `5.49.1`。",
    "Allowed: a repository's name such as `owner/name`.": "应为仓库名称，例如 `owner/name`。",
    "Allowed: a path that begins with one `/` and holds no blank.": "应为以一个 `/` 开头且不含空白的路径。",
    # -- the card's YAML
    "the block opened by `---` is never closed": "以 `---` 开始的配置没有结束",
    "Allowed: a line `---` after the last key, within the first {size} KiB.": "最后一个键之后应有一行 `---`，且在前 {size} KiB 之内。",
    "the card is too large": "配置过大",
    "Allowed: {size} KiB between the two `---` lines.": "两行 `---` 之间最多 {size} KiB。",
    "the text holds a character that does not print": "文本含有不可打印的字符",
    "Allowed: printable UTF-8 text.": "应为可打印的 UTF-8 文本。",
    "no valid YAML: {problem}": "不是有效的 YAML：{problem}",
    "it cannot be read": "无法解析",
    "mapping values are not allowed here": "此处不能出现 `键: 值`",
    "mapping keys are not allowed here": "此处不能出现键",
    "sequence entries are not allowed here": "此处不能出现列表项",
    "could not find expected ':'": "缺少 `:`",
    "found character {character} that cannot start any token": "值不能以字符 {character} 开头",
    "expected <block end>, but found {found}": "缩进或结构有误，遇到了 {found}",
    "expected the node content, but found {found}": "缺少值，遇到了 {found}",
    "expected ',' or ']', but got {found}": "缺少 `,` 或 `]`，遇到了 {found}",
    "expected ',' or '}', but got {found}": "缺少 `,` 或 `}`，遇到了 {found}",
    "found unexpected end of stream": "引号没有结束",
    "found unknown escape character {character}": "未知的转义字符 {character}",
    "Text that holds `: ` or ` #`, or begins with one of `@ * & ! % { [ |`, needs quotes.": (
        "含有 `: ` 或 ` #`，或以 `@ * & ! % { [ |` 之一开头的文本需要加引号。"
    ),
    "a character that YAML does not allow": "YAML 不允许的字符",
    "an escape that names no character": "不对应任何字符的转义",
    "a second document begins": "出现了第二个文档",
    "Allowed: one block of keys.": "只能有一组键。",
    "the card holds no keys": "配置中没有键",
    "Allowed: lines of the form `key: value`.": "应为 `key: value` 形式的行。",
    "values are nested too deeply": "嵌套过深",
    "Allowed: at most {limit} levels.": "最多 {limit} 层。",
    "`*{anchor}` refers to nothing above it": "`*{anchor}` 引用的锚点在它之前没有定义",
    "Allowed: an anchor defined before.": "锚点应在此之前定义。",
    "the tag `{tag}` is not allowed": "不允许使用标签 `{tag}`",
    "Allowed: plain texts, numbers, lists and maps.": "应为普通文本、数字、列表或映射。",
    "a key is a list or a map": "键是列表或映射",
    "Allowed: keys that are plain text.": "键应为普通文本。",
    "`<<` merges are not read": "不支持 `<<` 合并",
    "Allowed: the keys written out.": "应逐个写出键。",
    "`{key}` is written twice; the first stands on line {line}": "`{key}` 写了两次，第一次在第 {line} 行",
    "the card holds too many values": "配置中的值过多",
    "Allowed: {limit} values, aliases counted each time.": "最多 {limit} 个值，每次引用别名都计入。",
}
