"""What the edge is told to route."""

from __future__ import annotations

import json

import pytest
import yaml

from proxy.routes import (
    CLEAN,
    PLATFORM,
    Edge,
    Route,
    Target,
    desired_routes,
    platform_route,
    render,
    space_route,
    version,
)
from spaces import names

EDGE = Edge(
    "spaces.lan",
    "http://spaces.lan:8000",
    "http://127.0.0.1:1",
    "http://127.0.0.1:2",
    "s3cret",
    "http://127.0.0.1:2/gate/",
)
OLD, NEW = Target("10.213.0.2", 7860), Target("10.213.0.3", 7860)


def routed(route: Route) -> dict[str, tuple[str, str]]:
    """Router name → rule and URL."""
    http = space_route(route, EDGE)["http"]
    urls = {name: service["loadBalancer"]["servers"][0]["url"] for name, service in http["services"].items()}
    return {name: (router["rule"], urls[router["service"]]) for name, router in http["routers"].items()}


@pytest.mark.parametrize(
    ("target", "candidate", "visitors", "probes"),
    [
        (OLD, None, OLD, OLD),
        (OLD, NEW, OLD, NEW),
        (NEW, None, NEW, NEW),
        (None, NEW, None, NEW),
    ],
)
def test_visitors_get_the_serving_instance_and_probes_the_candidate(target, candidate, visitors, probes):
    found = routed(Route(7, "ann-demo", target, candidate))
    assert found["s7-probe"] == (
        f"Host(`ann-demo.spaces.lan`) && Header(`{names.HEADER_PROBE}`, `s3cret`)",
        probes.url,
    )
    assert found.get("s7") == (("Host(`ann-demo.spaces.lan`)", visitors.url) if visitors else None)


def test_p23_a_private_spaces_visitors_are_asked_about_and_nobody_elses():
    http = space_route(Route(7, "ann-demo", OLD, NEW, guarded=True), EDGE)["http"]
    assert http["routers"]["s7"]["middlewares"][0] == "s7-gate"
    gate = http["middlewares"]["s7-gate"]["forwardAuth"]
    assert gate["address"] == "http://127.0.0.1:2/gate/ann-demo" and gate["trustForwardHeader"] is False
    assert http["services"]["s7"]["loadBalancer"]["servers"] == [{"url": EDGE.gateway}], "who can end its streams"
    assert "forwardAuth" not in json.dumps(space_route(Route(7, "ann-demo", OLD), EDGE))


def test_p26_no_rule_but_the_last_looks_at_a_path():
    documents = desired_routes([Route(7, "ann-demo", OLD, guarded=True)], EDGE).values()
    rules = {name: router["rule"] for document in documents for name, router in document["http"]["routers"].items()}
    assert [name for name, rule in rules.items() if "Path" in rule] == ["rest", "rest-page"]
    assert rules["rest"] == "PathPrefix(`/`)"


def test_a_route_without_any_instance_is_refused():
    with pytest.raises(ValueError, match="no instance"):
        space_route(Route(7, "ann-demo", None), EDGE)


def test_p32_the_probe_secret_is_removed_where_it_is_matched_and_stands_nowhere_else():
    http = space_route(Route(7, "ann-demo", OLD, NEW), EDGE)["http"]
    assert http["middlewares"]["s7-probe"]["headers"]["customRequestHeaders"] == {names.HEADER_PROBE: ""}
    assert http["routers"]["s7-probe"]["middlewares"] == ["s7-probe"]
    assert json.dumps(http).count("s3cret") == 1
    assert http["routers"]["s7"]["middlewares"] == [CLEAN], "the hot path has no more"


def test_the_cards_headers_are_added_and_nothing_else_becomes_one():
    custom = (("Cross-Origin-Opener-Policy", "same-origin"), ("bad name", "x"), ("x", "line\nbreak"))
    http = space_route(Route(7, "a-b", OLD, headers=custom), EDGE)["http"]
    assert http["middlewares"]["s7"]["headers"]["customResponseHeaders"] == {
        "cross-origin-opener-policy": "same-origin"
    }


@pytest.mark.parametrize("sites", ["", "https://a.example https://*.b.example:8443"])
def test_p30_a_listed_site_the_app_itself_and_the_control_host_frame_a_space_and_nobody_else(sites):
    http = space_route(Route(7, "a-b", OLD, sites=sites), EDGE)["http"]
    assert http["routers"]["s7"]["middlewares"] == [CLEAN, "s7"]
    policy = f"frame-ancestors 'self' http://spaces.lan:8000 {sites}".strip()
    assert http["middlewares"]["s7"]["headers"]["customResponseHeaders"] == {"content-security-policy": policy}


def test_p30_no_app_says_by_itself_who_may_not_frame_it():
    taken = platform_route(EDGE)["http"]["middlewares"][CLEAN]["headers"]["customResponseHeaders"]
    assert taken == {"x-frame-options": ""}


def test_the_control_host_wins_over_probes_over_bots_over_spaces_over_the_rest():
    platform = platform_route(EDGE)["http"]["routers"]
    space = space_route(Route(7, "a-b", OLD), EDGE)["http"]["routers"]
    order = [platform["control"], space["s7-probe"], platform["bots"], space["s7"], platform["rest"]]
    assert [router["priority"] for router in order] == sorted((r["priority"] for r in order), reverse=True)


@pytest.mark.parametrize("guarded", [False, True])
def test_only_what_opens_a_page_is_written_down_and_it_is_led_as_all_the_rest(guarded):
    space = space_route(Route(7, "a-b", OLD, guarded=guarded), EDGE)["http"]["routers"]
    platform = platform_route(EDGE)["http"]["routers"]
    noted = {name for name, router in (space | platform).items() if "observability" in router}
    assert noted == {"s7-page", "rest-page"}
    for name, router in ((name, (space | platform)[name]) for name in noted):
        plain = (space | platform)[name.removesuffix("-page")]
        assert router["rule"] == f"HeaderRegexp(`Accept`, `^text/html`) && {plain['rule']}"
        assert router["service"] == plain["service"] and router.get("middlewares") == plain.get("middlewares")
        assert router["priority"] == plain["priority"] + 1


def test_documents_grow_with_what_is_awake_only():
    assert set(desired_routes([], EDGE)) == {PLATFORM}
    assert set(desired_routes([Route(1, "a-b", OLD), Route(2, "a-c", OLD)], EDGE)) == {PLATFORM, "space-1", "space-2"}


def test_the_version_changes_with_anything_in_the_route():
    routes = [
        Route(7, "a-b", OLD),
        Route(7, "a-b", NEW),
        Route(7, "a-b", OLD, NEW),
        Route(7, "a-b", OLD, sites=""),
        Route(7, "a-c", OLD),
    ]
    assert len({version(route) for route in routes}) == len(routes)


@pytest.mark.parametrize("value", ['{{ env "HOME" }}', "a{{b", 'quote " {{ . }}', "back\\{{slash", "}}{{"])
def test_a_spaces_text_never_reaches_the_template_engine(value):
    document = space_route(Route(7, "a-b", OLD, headers=(("x-a", value),)), EDGE)
    text = render(document)
    assert "{{" not in text
    assert yaml.safe_load(text) == document == json.loads(text)


@pytest.mark.parametrize("subdomain", ["a`) || Host(`b", "a\nb", "ü"])
def test_a_host_that_cannot_stand_in_a_rule_is_refused(subdomain):
    with pytest.raises(ValueError, match="rule"):
        space_route(Route(7, subdomain, OLD), EDGE)
