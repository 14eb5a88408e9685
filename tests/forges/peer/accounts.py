"""Operations on users, Apps, installations and limits."""

from tests.forges.peer import auth, views
from tests.forges.peer.clock import instant
from tests.forges.peer.state import App, Installation
from tests.forges.peer.wire import Call, Json, RefusedError, Reply, route


@route("GET", "/user")
def me(call: Call) -> Reply:
    """Whose token it is."""
    if call.user.kind == "Bot":
        raise RefusedError(403, "Resource not accessible by integration")
    return Reply(200, views.account(call, call.user))


@route("GET", "/users/{username}")
def someone(call: Call) -> Reply:
    """An account."""
    who = call.hub.users.get(call.values["username"].lower())
    if who is None or who.gone:
        raise RefusedError(404, "Not Found")
    return Reply(200, views.account(call, who))


@route("GET", "/rate_limit")
def limits(call: Call) -> Reply:
    """What is left; the server knows it and fills it in."""
    return Reply(200, call.hub.limits(call.token))


@route("GET", "/app")
def app(call: Call) -> Reply:
    """The App whose JSON Web Token it is."""
    known = auth.app(call.hub, call.headers)
    view: Json = {
        "id": known.id,
        "slug": known.slug,
        "node_id": views.node("A", known.id),
        "owner": views.user(call, known.owner),
        "name": known.slug,
        "description": None,
        "external_url": f"{call.web}/apps/{known.slug}",
        "html_url": f"{call.web}/apps/{known.slug}",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
        "permissions": {},
        "events": [],
        "installations_count": len(known.installations),
    }
    return Reply(200, view)


@route("GET", "/app/installations")
def installations(call: Call) -> Reply:
    """Where the App is installed."""
    known = auth.app(call.hub, call.headers)
    shown, headers = call.paged([_installation(call, one) for one in known.installations.values()])
    return Reply(200, shown, headers)


@route("GET", "/app/installations/{installation_id}")
def installation(call: Call) -> Reply:
    """One place where it is installed."""
    return Reply(200, _installation(call, _known(call, auth.app(call.hub, call.headers))))


@route("POST", "/app/installations/{installation_id}/access_tokens")
def access_token(call: Call) -> Reply:
    """A token for an hour."""
    one = _known(call, auth.app(call.hub, call.headers))
    if one.suspended is not None:
        raise RefusedError(403, "This installation has been suspended")
    wanted: dict[str, str] = call.body.get("permissions") or one.permissions
    if any(one.permissions.get(area) not in {level, "write"} for area, level in wanted.items()):
        raise RefusedError(422, "The permissions requested are not granted to this installation.")
    made = call.hub.installed(one, wanted)
    assert made.expires is not None
    view: Json = {
        "token": made.text,
        "expires_at": instant(made.expires),
        "permissions": made.permissions,
        "repository_selection": "all" if one.repositories is None else "selected",
    }
    return Reply(201, view)


@route("GET", "/installation/repositories")
def reached(call: Call) -> Reply:
    """The repositories that an installation's token is for."""
    if call.token is None or call.token.kind != "app":
        raise RefusedError(403, "You must authenticate with an installation access token")
    names = sorted(call.token.repositories or ())
    found = [known for name in names if (known := call.hub.named(name)) is not None]
    shown, headers = call.paged([views.repository(call, one) for one in found])
    return Reply(200, views.listed(len(found), "repositories", shown), headers)


@route("GET", "/orgs/{org}/repos")
def of_organisation(call: Call) -> Reply:
    """The repositories of an organisation that the caller may see."""
    org = call.values["org"].lower()
    login = call.token.user.login if call.token else ""
    found = [
        one
        for one in call.hub.repositories.values()
        if one.owner.login.lower() == org and (not one.private or one.at_least(login, "read"))
    ]
    if not found and org not in call.hub.users:
        raise RefusedError(404, "Not Found")
    shown, headers = call.paged([views.repository(call, one) for one in found])
    return Reply(200, shown, headers)


def _known(call: Call, app: App) -> Installation:
    found = app.installations.get(int(call.values["installation_id"]))
    if found is None:
        raise RefusedError(404, "Not Found")
    return found


def _installation(call: Call, one: Installation) -> Json:
    url = f"{call.api}/app/installations/{one.id}"
    return {
        "id": one.id,
        "account": views.user(call, one.account)
        | {"name": one.account.login, "slug": one.account.login, "website_url": None}
        | dict.fromkeys(("created_at", "updated_at"), "2020-01-01T00:00:00Z"),
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{call.api}/installation/repositories",
        "html_url": f"{call.web}/settings/installations/{one.id}",
        "app_id": one.app.id,
        "app_slug": one.app.slug,
        "target_id": one.account.id,
        "target_type": one.account.kind,
        "permissions": dict(one.permissions),
        "events": [],
        "single_file_name": None,
        "repository_selection": "all" if one.repositories is None else "selected",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
        "suspended_by": None,
        "suspended_at": one.suspended and instant(one.suspended),
    }
