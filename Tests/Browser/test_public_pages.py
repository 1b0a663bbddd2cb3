"""The public pages: list, search, filter, paging, states, accessibility."""

import re
import urllib.parse

import pytest
from playwright.sync_api import expect

from pages import (
    assert_accessible,
    assert_good_at_every_size,
    assert_no_markup_came_in,
    assert_no_sideways_scrolling,
    in_both_colours,
    small_targets,
    unmarked_stops,
)
from player_page import PlayerPage
from stub_server import POLICY, WEB


@pytest.fixture
def home(stub, open_page):
    return lambda query="", **options: open_page(f"{stub.public_url}/{query}", **options)


def cards(page):
    return page.get_by_role("article")


@in_both_colours
@pytest.mark.parametrize("path", ["/", "/?q=nothing-like-it", "/?q=fails", "/watch/video-1", "/watch/no-such-video", "/watch/fails"])
def test_every_page_is_good_at_every_size(stub, open_page, path, colours):
    stub.faults.add("(search=|videos/)fails", status=500)
    page = open_page(stub.public_url + path, color_scheme=colours)
    page.locator("main article, main .notice").first.wait_for()
    if not path.startswith("/watch"):
        page.get_by_role("link", name="Talks").wait_for()
    assert_good_at_every_size(page)


@in_both_colours
def test_menus_and_dialogs_of_the_watch_page_are_accessible(stub, open_page, colours):
    page = open_page(f"{stub.public_url}/watch/video-1", 375, 780, color_scheme=colours)
    PlayerPage(page).start()
    page.get_by_role("button", name=re.compile("^Quality")).click()
    page.get_by_role("menuitemradio", name="360p").first.wait_for()
    assert_accessible(page)
    assert small_targets(page) == []
    page.keyboard.press("Escape")
    for open_dialog, name in [(lambda: page.keyboard.press("?"), "Keyboard shortcuts"), (lambda: page.get_by_role("button", name="Share").click(), "Share")]:
        open_dialog()
        page.get_by_role("dialog", name=name).wait_for()
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/watch/video-1"])
def test_the_keyboard_comes_everywhere_and_its_place_is_always_seen(stub, open_page, path):
    page = open_page(stub.public_url + path)
    page.get_by_role("article").first.wait_for()
    assert unmarked_stops(page) == []


def test_the_chosen_category_is_in_sight_on_a_phone(stub, open_page):
    stub.state.categories += [{"id": n, "name": f"Category {n}", "slug": f"category-{n}", "description": "", "video_count": 1} for n in range(10, 20)]
    page = open_page(f"{stub.public_url}/?category=category-18", 375, 780)
    expect(page.get_by_role("link", name="Category 18")).to_be_in_viewport(ratio=1)


def test_videos_are_listed_newest_first_and_more_are_added_on_demand(home):
    page = home()
    expect(cards(page)).to_have_count(24)
    expect(page.get_by_text("24 of 28 videos")).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    expect(cards(page)).to_have_count(28)
    expect(page.get_by_text("28 videos", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?pages=2$"))
    page.reload()
    expect(cards(page)).to_have_count(28)


def test_search_keeps_its_state_in_the_address_and_the_history(home):
    page = home()
    expect(cards(page)).to_have_count(24)
    page.keyboard.press("/")
    page.keyboard.type("lisbon")
    expect(page).to_have_url(re.compile(r"\?q=lisbon$"))
    expect(cards(page)).to_have_count(3)
    expect(page.get_by_role("status").filter(has_text="3 videos for “lisbon”")).to_be_visible()
    page.get_by_role("link", name="Travel").click()
    expect(page).to_have_url(re.compile(r"q=lisbon&category=travel"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?q=lisbon$"))
    expect(cards(page)).to_have_count(3)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("lisbon")
    expect(cards(page)).to_have_count(3)


def test_category_and_order_are_links_and_choices(home):
    page = home("?category=talks")
    expect(cards(page).first).to_be_visible()
    assert page.get_by_role("link", name="Talks").get_attribute("aria-current") == "true"
    headings = page.get_by_role("article").get_by_role("heading")
    titles = sorted(headings.all_inner_texts())
    assert len(titles) > 2
    page.get_by_label("Order").select_option("Title")
    expect(page).to_have_url(re.compile("sort=title"))
    expect(headings).to_have_text(titles)
    assert "Best match" not in page.get_by_label("Order").inner_text()


def test_nothing_found_names_the_filters_and_clears_them(home):
    page = home("?q=zzz&category=talks")
    expect(page.get_by_role("heading", name="Nothing found for “zzz” in the category “talks”")).to_be_visible()
    page.get_by_role("button", name="Show all videos").click()
    expect(cards(page)).to_have_count(24)


def test_an_empty_site_says_so(home, stub):
    stub.state.public.clear()
    expect(home().get_by_role("heading", name="No videos yet")).to_be_visible()


def test_an_error_is_told_with_its_request_and_can_be_tried_again(home, stub):
    stub.faults.add(r"^/api/videos\?", status=500, times=1)
    page = home()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Made to fail with 500.")
    expect(alert).to_contain_text("Request stub-1")
    alert.get_by_role("button", name="Try again").click()
    expect(cards(page)).to_have_count(24)


def test_a_proxys_page_becomes_a_sentence(home, stub):
    stub.faults.add(r"^/api/videos\?", status=502, html="<html><h1>502 Bad Gateway</h1></html>", times=1)
    expect(home().get_by_role("alert")).to_contain_text("The proxy cannot reach the server")


def test_skeletons_show_only_while_it_takes_long(home, stub):
    stub.faults.add(r"^/api/videos\?", hang=True, times=1)
    page = home()
    expect(page.locator(".bone").first).to_be_visible()
    page.reload()
    expect(cards(page)).to_have_count(24)
    expect(page.locator(".bone")).to_have_count(0)


def test_what_users_wrote_never_becomes_markup(home, stub, open_page):
    evil = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    stub.state.public[0] |= {"title": evil, "description": f"About {evil}", "category": {"id": 1, "name": f"In {evil}", "slug": "travel"}}
    stub.state.categories[0]["name"] = f"Chip {evil}"
    page = home()
    expect(page.get_by_role("heading", name=evil)).to_be_visible()
    expect(page.get_by_role("article").first.get_by_text(f"In {evil}")).to_be_visible()
    expect(page.get_by_role("link", name=f"Chip {evil}")).to_be_visible()
    assert_no_markup_came_in(page)
    page.goto(f"{stub.public_url}/watch/video-1")
    expect(page.get_by_role("heading", name=evil)).to_be_visible()
    expect(page.get_by_text(f"About {evil}")).to_be_visible()
    expect(page.get_by_role("link", name=f"In {evil}")).to_be_visible()
    expect(page).to_have_title(f"{evil} – VLog")
    assert_no_markup_came_in(page)


def test_what_stands_in_an_address_or_an_error_never_becomes_markup(home, stub):
    evil = '<img src=x onerror="window.broken=1">'
    page = home("?" + urllib.parse.urlencode({"q": evil, "category": evil}))
    expect(page.get_by_role("heading", name=f"Nothing found for “{evil}” in the category “{evil}”")).to_be_visible()
    assert_no_markup_came_in(page)
    stub.faults.add(r"^/api/videos\?", status=500, detail=evil)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(evil)
    assert_no_markup_came_in(page)


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.html")), ids=lambda file: str(file.relative_to(WEB)))
def test_pages_have_no_scripts_or_styles_within(file):
    text = file.read_text()
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", text) == []


def test_the_policy_under_test_is_the_servers():
    source = (WEB.parent / "Sources/APIServer/Middleware/SecurityHeaders.swift").read_text()
    assert POLICY in re.sub(r"\\\n\s*", "", source)


def test_dates_are_relative_with_the_exact_one_on_hover(home):
    time = home().get_by_role("article").first.get_by_role("time")
    expect(time).to_have_text("7 hours ago")
    assert re.search(r"20\d\d", time.get_attribute("title"))


def test_the_choice_of_colours_is_kept_and_there_from_the_first_paint(home):
    page = home(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(251, 250, 248)"
    button = page.get_by_role("button", name=re.compile("^Colours"))
    button.click()
    button.click()
    expect(button).to_have_accessible_name("Colours: dark")
    assert page.evaluate(ground) == "rgb(19, 19, 22)"
    page.reload(wait_until="commit")
    assert page.evaluate("document.documentElement.dataset.theme") in ("dark", None)
    expect(button).to_have_accessible_name("Colours: dark")
    assert page.evaluate(ground) == "rgb(19, 19, 22)"


def test_a_video_that_is_not_there_gets_a_page_that_leads_on(stub, open_page):
    page = open_page(f"{stub.public_url}/watch/secret-draft")
    expect(page.get_by_role("heading", name="This video is not here")).to_be_visible()
    page.get_by_role("link", name="See all videos").click()
    expect(cards(page).first).to_be_visible()


def test_the_watch_page_tells_about_the_video_and_suggests_others(stub, open_page):
    page = open_page(f"{stub.public_url}/watch/video-2")
    expect(page.get_by_role("heading", level=1)).to_have_text(stub.state.public[1]["title"])
    expect(page).to_have_title(re.compile(re.escape(stub.state.public[1]["title"])))
    expect(page.get_by_text("Music by friends")).to_be_visible()
    others = page.get_by_role("complementary", name="More videos").get_by_role("article")
    expect(others).to_have_count(8)
    assert page.locator("aside a[href='/watch/video-2']").count() == 0


def test_a_link_can_be_copied_from_the_present_moment_on(stub, open_page):
    page = open_page(f"{stub.public_url}/watch/video-1?t=9", permissions=["clipboard-read", "clipboard-write"])
    page.locator("vlog-player video").wait_for()
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Start at 0:09").check()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{stub.public_url}/watch/video-1?t=9"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share")).to_be_focused()


def test_the_page_is_walked_through_by_keyboard_alone(home):
    page = home()
    expect(cards(page)).to_have_count(24)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the videos")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.card-title')"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/watch/video-1$"))
