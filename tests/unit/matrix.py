"""Who gets through which route: the reviewed table behind P21. A route without a line here fails the test.

| rule | lets in |
| --- | --- |
| open | everybody; the route shows nobody's own things |
| person | whoever has a token |
| changer | whoever has a token that may write |
| admin | who runs the platform |
| create | who may create under the owner |
| member | who belongs to the organization `acme`, whatever they may write |
| manager | who looks after it |
| visit, read, inspect, write, own | who has that permission on the repository (`spaces.access.Permission`, `own` is ADMIN) |
| propose | who has READ there, and a token that may write |
| a test's path | is told there: pages that a browser's session opens, and addresses that carry what opens them |
"""

from __future__ import annotations

TABLE = """
open    GET /openapi.json
open    GET /healthz
open    GET /readyz
open    GET /metrics
open    GET /
open    POST /api/validate-yaml
open    GET /api/{kind}
open    GET /api/spaces/hardware
open    GET /api/spaces/templates
open    GET /api/spaces/semantic-search
open    GET /api/agent-harnesses
open    HEAD /api/telemetry/{topic}
person  GET /api/spaces/zero-gpu/quota
visit   GET /api/{kind}/{owner}/{name}
read    GET /api/{kind}/{owner}/{name}/revision/{rev}
visit   GET /api/{kind}/{owner}/{name}/likers
visit   DELETE /api/{kind}/{owner}/{name}/like
open    GET /api/users/{user}/likes
write   POST /api/spaces/{owner}/{name}/dev-mode
person  GET /api/whoami-v2
person  GET /api/tokens
changer POST /api/tokens
tests/unit/test_api_hub.py DELETE /api/tokens/{token_id}
admin   GET /api/admin/users
admin   POST /api/admin/users
create  POST /api/repos/create
own     DELETE /api/repos/delete
visit   GET /api/spaces/by-subdomain/{subdomain}
visit   GET /api/spaces/{owner}/{name}/host
tests/unit/web/test_enter.py GET /api/spaces/{owner}/{name}/jwt
visit   GET /api/spaces/{owner}/{name}/runtime
visit   GET /api/spaces/{owner}/{name}/events
visit   GET /spaces/{owner}/{name}
visit   GET /api/spaces/{owner}/{name}/embedding
write   PUT /api/spaces/{owner}/{name}/embedding
own     GET /api/spaces/{owner}/{name}/shares
own     POST /api/spaces/{owner}/{name}/shares
own     DELETE /api/spaces/{owner}/{name}/shares/{share_id}
inspect GET /api/spaces/{owner}/{name}/builds
inspect GET /api/spaces/{owner}/{name}/builds/{number}
inspect GET /api/spaces/{owner}/{name}/revisions
inspect GET /api/spaces/{owner}/{name}/secrets
inspect GET /api/spaces/{owner}/{name}/variables
inspect GET /api/spaces/{owner}/{name}/logs/{kind}
write   POST /api/spaces/{owner}/{name}/builds/{number}/cancel
write   POST /api/spaces/{owner}/{name}/restart
write   POST /api/spaces/{owner}/{name}/pause
write   POST /api/spaces/{owner}/{name}/sleep
write   POST /api/spaces/{owner}/{name}/wake
write   POST /api/spaces/{owner}/{name}/rollback
write   POST /api/spaces/{owner}/{name}/hardware
write   POST /api/spaces/{owner}/{name}/sleeptime
write   POST /api/spaces/{owner}/{name}/freezetime
write   POST /api/spaces/{owner}/{name}/secrets
write   DELETE /api/spaces/{owner}/{name}/secrets
write   POST /api/spaces/{owner}/{name}/variables
write   DELETE /api/spaces/{owner}/{name}/variables
read    GET /api/{kind}/{owner}/{name}/tree/{rev}
read    GET /api/{kind}/{owner}/{name}/tree/{rev}/{path}
read    POST /api/{kind}/{owner}/{name}/paths-info/{rev}
read    GET /api/{kind}/{owner}/{name}/commits/{rev}
read    GET /api/{kind}/{owner}/{name}/refs
read    GET /{kind}/{owner}/{name}/resolve/{rev}/{path}
read    HEAD /{kind}/{owner}/{name}/resolve/{rev}/{path}
read    GET /{owner}/{name}/resolve/{rev}/{path}
read    HEAD /{owner}/{name}/resolve/{rev}/{path}
inspect GET /api/{kind}/{owner}/{name}/lfs-files
write   POST /api/{kind}/{owner}/{name}/lfs-files/batch
write   POST /api/{kind}/{owner}/{name}/preupload/{rev}
write   POST /api/{kind}/{owner}/{name}/commit/{rev}
read    GET /api/{kind}/{owner}/{name}/discussions
propose POST /api/{kind}/{owner}/{name}/discussions
read    GET /api/{kind}/{owner}/{name}/discussions/{number}
propose POST /api/{kind}/{owner}/{name}/discussions/{number}/comment
tests/unit/files/test_pull_requests.py POST /api/{kind}/{owner}/{name}/discussions/{number}/status
write   POST /api/{kind}/{owner}/{name}/discussions/{number}/merge
write   POST /api/{kind}/{owner}/{name}/branch/{branch}
write   DELETE /api/{kind}/{owner}/{name}/branch/{branch}
write   POST /api/{kind}/{owner}/{name}/tag/{rev}
write   DELETE /api/{kind}/{owner}/{name}/tag/{tag}
open    GET /api/users/{user}/overview
open    GET /api/organizations/{organization}/overview
changer POST /api/organizations
manager PATCH /api/organizations/{organization}
manager DELETE /api/organizations/{organization}
member  GET /api/organizations/{organization}/members
manager PUT /api/organizations/{organization}/members/{user}
manager DELETE /api/organizations/{organization}/members/{user}
manager GET /api/organizations/{organization}/invitations
manager POST /api/organizations/{organization}/invitations
manager DELETE /api/organizations/{organization}/invitations/{invitation_id}
member  GET /api/organizations/{organization}/settings/repositories
person  GET /api/invitations
changer POST /api/invitations/{invitation_id}/accept
changer DELETE /api/invitations/{invitation_id}
manager GET /api/owners/{owner}/defaults
manager PUT /api/owners/{owner}/defaults
person  GET /api/sessions
tests/unit/web/test_pages.py DELETE /api/sessions/{session_id}
person  GET /api/settings/repositories
admin   POST /api/admin/users/{name}/link
admin   DELETE /api/admin/users/{name}
own     POST /api/repos/move
own     PUT /api/{kind}/{owner}/{name}/settings
write   POST /api/{kind}/{owner}/{name}/super-squash/{branch}
tests/unit/test_copies.py POST /api/{kind}/{owner}/{name}/duplicate
read    GET /api/{kind}/{owner}/{name}/auth-check
write   GET /api/{kind}/{owner}/{name}/auth-check/write
write   PUT /api/spaces/{owner}/{name}/volumes
write   DELETE /api/spaces/{owner}/{name}/volumes
write   POST /api/spaces/{owner}/{name}/storage
write   DELETE /api/spaces/{owner}/{name}/storage
person  GET /openapi/v1/users/me
tests/unit/modelscope/test_client.py POST /api/v1/login
open    GET /openapi/v1/studios
open    GET /openapi/v1/studios/hardware
open    GET /openapi/v1/studios/base-images
open    GET /openapi/v1/studios/sdk-versions
create  POST /openapi/v1/studios
visit   GET /openapi/v1/studios/{owner}/{name}
write   PATCH /openapi/v1/studios/{owner}/{name}/settings
write   POST /openapi/v1/studios/{owner}/{name}/deploy
write   POST /openapi/v1/studios/{owner}/{name}/stop
inspect GET /openapi/v1/studios/{owner}/{name}/logs/{kind}
inspect GET /openapi/v1/studios/{owner}/{name}/{kind}
write   POST /openapi/v1/studios/{owner}/{name}/{kind}
write   PUT /openapi/v1/studios/{owner}/{name}/{kind}
write   DELETE /openapi/v1/studios/{owner}/{name}/{kind}
own     DELETE /api/v1/studios/{owner}/{name}
read    GET /api/v1/studios/{owner}/{name}/repo/files
read    GET /api/v1/studios/{owner}/{name}/revisions
write   POST /api/v1/studios/{owner}/{name}/repo/tag
write   POST /api/v1/repos/studios/{owner}/{name}/commit/{rev}
read    GET /studios/{owner}/{name}/info/refs
read    POST /studios/{owner}/{name}/git-upload-pack
read    POST /studios/{owner}/{name}/info/lfs/objects/batch
read    POST /api/v1/repos/studios/{owner}/{name}/info/lfs/objects/batch
read    GET /studios/{owner}/{name}/info/lfs/locks
read    POST /studios/{owner}/{name}/info/lfs/locks
read    POST /studios/{owner}/{name}/info/lfs/locks/{rest}
write   POST /studios/{owner}/{name}/git-receive-pack
read    POST /spaces/{owner}/{name}/info/lfs/objects/batch
read    GET /spaces/{owner}/{name}/info/lfs/locks
read    POST /spaces/{owner}/{name}/info/lfs/locks
read    POST /spaces/{owner}/{name}/info/lfs/locks/{rest}
read    POST /datasets/{owner}/{name}/info/lfs/objects/batch
read    GET /datasets/{owner}/{name}/info/lfs/locks
read    POST /datasets/{owner}/{name}/info/lfs/locks
read    POST /datasets/{owner}/{name}/info/lfs/locks/{rest}
read    POST /{owner}/{name}/info/lfs/objects/batch
read    GET /{owner}/{name}/info/lfs/locks
read    POST /{owner}/{name}/info/lfs/locks
read    POST /{owner}/{name}/info/lfs/locks/{rest}
tests/unit/files/test_large_files.py PUT /lfs/upload/{number}/{oid}
tests/unit/files/test_large_files.py PUT /lfs/part/{number}/{oid}
tests/unit/files/test_large_files.py POST /lfs/complete/{number}/{oid}
tests/unit/files/test_large_files.py POST /lfs/verify/{number}/{oid}
tests/unit/files/test_large_files.py GET /lfs/download/{number}/{oid}
tests/unit/files/test_large_files.py HEAD /lfs/download/{number}/{oid}
tests/unit/test_imports.py POST /api/spaces/import
tests/unit/test_imports.py GET /api/spaces/import/{number}
open    GET /.well-known/oauth-authorization-server
open    GET /.well-known/openid-configuration
open    GET /oauth/jwks
open    GET /avatars/{name}
tests/unit/oauth/test_code_flow.py POST /oauth/token
tests/unit/oauth/test_device.py POST /oauth/device
tests/unit/oauth/test_code_flow.py POST /oauth/revoke
tests/unit/oauth/test_code_flow.py GET /oauth/userinfo
tests/unit/oauth/test_code_flow.py POST /oauth/userinfo
tests/unit/oauth/test_code_flow.py GET /oauth/authorize
tests/unit/oauth/test_code_flow.py POST /oauth/authorize
tests/unit/oauth/test_device.py GET /oauth/device
tests/unit/oauth/test_device.py POST /oauth/device/confirm
tests/unit/oauth/test_code_flow.py GET /settings/applications
tests/unit/oauth/test_code_flow.py POST /settings/applications
open    GET /login
tests/unit/web/test_enter.py GET /enter
tests/unit/web/test_company.py GET /login/company
tests/unit/web/test_company.py POST /login/company/connect
tests/unit/web/test_company.py GET /login/company/callback
tests/unit/web/test_pages.py GET /assets/{name}
tests/unit/web/test_sign_in.py POST /login
tests/unit/web/test_sign_in.py POST /logout
tests/unit/web/test_sign_in.py GET /signup
tests/unit/web/test_sign_in.py POST /signup
tests/unit/web/test_sign_in.py GET /login/link/{text}
tests/unit/web/test_sign_in.py POST /login/link/{text}
tests/unit/web/test_pages.py GET /settings
tests/unit/web/test_pages.py POST /settings
tests/unit/web/test_pages.py GET /settings/organizations
tests/unit/web/test_pages.py POST /settings/organizations
tests/unit/web/test_pages.py GET /settings/organizations/{organization}
tests/unit/web/test_pages.py POST /settings/organizations/{organization}
tests/unit/web/test_pages.py GET /join/{text}
tests/unit/web/test_pages.py POST /join/{text}
read    GET /spaces/{owner}/{name}/info/refs
read    POST /spaces/{owner}/{name}/git-upload-pack
write   POST /spaces/{owner}/{name}/git-receive-pack
read    GET /datasets/{owner}/{name}/info/refs
read    POST /datasets/{owner}/{name}/git-upload-pack
write   POST /datasets/{owner}/{name}/git-receive-pack
read    GET /{owner}/{name}/info/refs
read    POST /{owner}/{name}/git-upload-pack
write   POST /{owner}/{name}/git-receive-pack
"""

RULES = {key: rule for rule, key in (line.split(maxsplit=1) for line in TABLE.strip().splitlines())}
"""`METHOD /path` to its rule."""
