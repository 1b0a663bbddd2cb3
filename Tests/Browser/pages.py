"""What several tests ask of a page."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from stub_state import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: width and height in which every page is looked at: a phone and a desk
SIZES = [(375, 780), (1280, 800)]
#: opened in each, as Chromium leaves old colours behind when it is switched under a page
in_both_colours = pytest.mark.parametrize("colours", ["light", "dark"])


def assert_accessible(page) -> None:
    result = Axe().run(page, options=RULES)
    found = [(item["id"], [node["target"] for node in item["nodes"]][:5], item["nodes"][0]["failureSummary"]) for item in result.response["violations"]]
    assert found == []


def assert_good_at_every_size(page) -> None:
    """Accessible, nothing to scroll sideways, and on the phone nothing too small for a finger."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
        assert width > 375 or small_targets(page) == []


def assert_no_sideways_scrolling(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def assert_no_markup_came_in(page) -> None:
    """For tests whose texts would set `window.broken`, or load an image named `x`, if they became markup."""
    assert page.evaluate("window.broken") is None
    assert page.locator("img[src='x'], body script").count() == 0


def small_targets(page, least: int = 44) -> list[str]:
    """Buttons, links and fields of a phone's page that a finger would miss. Links within a sentence may be small
    (WCAG 2.2, 2.5.8), and a card's title has its whole card."""
    return page.evaluate(
        """(least) => [...document.querySelectorAll('button, a[href], input, select, summary')]
            .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden, .skip-link, p'))
            .filter((element) => !element.matches('.card-title, .visually-hidden, input[type=checkbox], input[type=range], .skip-link'))
            .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
            .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
            .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)""",
        least,
    )


def unmarked_stops(page, most: int = 60) -> list[str]:
    """Goes through the page with the Tab key, once around; the stops at which nothing shows where one is."""
    unmarked, seen = [], []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop, is_marked = page.evaluate(
            """() => {
                const element = document.activeElement;
                const marks = [element, element.closest('.card'), element.nextElementSibling].filter(Boolean);
                const isMarked = (mark) => getComputedStyle(mark).outlineStyle !== 'none' && parseFloat(getComputedStyle(mark).outlineWidth) >= 2;
                element.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length);
                return [element === document.body ? null : `${element.dataset.stop} ${element.outerHTML.slice(0, 120)}`, marks.some(isMarked)];
            }"""
        )
        if stop is None or stop in seen:
            break
        seen.append(stop)
        if not is_marked:
            unmarked.append(stop)
    assert len(seen) > 3, seen
    return unmarked


def sign_in(page, password: str = PASSWORD) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("dialog", name="Sign in").wait_for(state="hidden")
    page.get_by_role("navigation", name="Sections").wait_for()
