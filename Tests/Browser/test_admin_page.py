"""The admin page: signing in, uploads, live progress, editing, categories, workers, account."""

import re

import pytest
from playwright.sync_api import expect

from pages import assert_accessible, assert_good_at_every_size, assert_no_markup_came_in, in_both_colours, sign_in, unmarked_stops
from player_page import PlayerPage, wait_until
from stub_state import PASSWORD, ago, progress


@pytest.fixture
def admin(stub, open_page):
    def admin(query="", **options):
        page = open_page(f"{stub.admin_url}/{query}", **options)
        sign_in(page)
        return page

    return admin


ALPS = "Crossing the Alps by bicycle, part one"


def row(page, title):
    return page.locator(".video").filter(has=page.get_by_role("heading", name=title, exact=True))


def upload(page, *names, size: int = 4096):
    page.get_by_label("Choose videos").set_input_files([{"name": name, "mimeType": "video/mp4", "buffer": b"\0" * size} for name in names])


def uploads(page):
    return page.get_by_role("list", name="Uploads").get_by_role("listitem")


def end_streams(stub):
    for listener in list(stub.state.listeners):
        listener.put(None)


@in_both_colours
def test_every_view_is_good_at_every_size(stub, open_page, colours):
    page = open_page(stub.admin_url, color_scheme=colours)
    page.get_by_label("Password").wait_for()
    assert_good_at_every_size(page)
    sign_in(page)
    upload(page, "holiday.txt")
    row(page, "How we built the cabin").wait_for()
    row(page, "A morning in the fish market").get_by_text("End of the log", exact=True).click()
    assert_good_at_every_size(page)
    row(page, "How we built the cabin").get_by_role("button", name="Edit").click()
    assert_good_at_every_size(page)
    page.keyboard.press("Escape")
    for view, content in [("Categories", "On the road"), ("Workers", "attic"), ("Account", "Change the password")]:
        page.get_by_role("link", name=view).click()
        expect(page.get_by_role("heading", level=1, name=view)).to_be_visible()
        page.get_by_text(content).wait_for()
        assert_good_at_every_size(page)


@in_both_colours
def test_what_opens_and_what_is_empty_is_accessible(admin, stub, colours):
    page = admin("?status=deleted", width=375, height=780, color_scheme=colours)
    row(page, "An old test upload").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("heading", name="No deleted videos").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Categories").click()
    page.get_by_role("button", name="New category").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete : Travel").click()
    page.get_by_role("dialog", name="Delete “Travel”?").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    stub.faults.add("/api/workers", status=502, html="<html>502</html>")
    page.get_by_role("link", name="Workers").click()
    expect(page.get_by_role("alert")).to_contain_text("The proxy cannot reach the server")
    assert_accessible(page)
    page.get_by_role("link", name="Videos", exact=True).click()
    row(page, ALPS).get_by_role("button", name="Play").click()
    PlayerPage(page)
    assert_accessible(page)
    stub.state.sessions.clear()
    page.keyboard.press("Escape")
    row(page, ALPS).get_by_role("button", name="Delete").click()
    page.get_by_text("Your session has ended.").wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("view", ["videos", "categories", "account"])
def test_the_keyboard_comes_everywhere_and_its_place_is_always_seen(admin, view):
    page = admin(f"?view={view}")
    page.get_by_role("heading", level=2).or_(page.get_by_role("listitem")).first.wait_for()
    assert unmarked_stops(page) == []


def test_a_video_is_edited_and_deleted_by_keyboard_alone(admin, stub):
    page = admin()
    cabin = row(page, "How we built the cabin")
    cabin.get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("The cabin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row(page, "The cabin").get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(row(page, "The cabin")).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(row(page, "The cabin")).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_lets_in(stub, open_page):
    page = open_page(stub.admin_url)
    page.get_by_label("Password").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The password is wrong.")).to_be_visible()
    stub.faults.add("/api/auth/login", status=429, retry_after=120, times=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Try again in 2 min.")).to_be_visible()
    sign_in(page)
    expect(page.locator(".video")).to_have_count(5)
    page.reload()
    expect(page.locator(".video")).to_have_count(5)


def test_several_files_are_uploaded_with_titles_guessed_from_their_names(admin, stub):
    page = admin()
    page.get_by_label("Category of new uploads").select_option("Talks")
    page.get_by_label("Publish when ready").uncheck()
    upload(page, "my_holiday-2.final.mp4", "IMG_0042.mov", "third one.mkv")
    expect(uploads(page).get_by_role("textbox").first).to_have_value("My holiday 2 final")
    for title in ("My holiday 2 final", "IMG 0042", "Third one"):
        expect(row(page, title)).to_be_visible()
    # Two go at once, so the order in which they arrive is open.
    assert sorted(fields["title"] for fields in stub.state.uploads) == ["IMG 0042", "My holiday 2 final", "Third one"]
    assert {(fields["category_id"], fields["published"]) for fields in stub.state.uploads} == {("3", "false")}
    expect(uploads(page)).to_have_count(0, timeout=12_000)


def test_progress_of_an_upload_tells_bytes_speed_and_time_left(admin, stub):
    page = admin()
    stub.faults.rate = 1 << 20
    upload(page, "large.mp4", size=12 << 20)
    bar = page.get_by_role("progressbar", name="Upload of large.mp4")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"Uploading \d+ % · [\d.]+ MiB of 12\.0 MiB · [\d.]+ [KM]iB/s · \d+ s left"))
    assert page.evaluate("(() => { const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented; })()")
    page.get_by_role("button", name="Cancel large.mp4").click()
    expect(page.get_by_text("Cancelled · 12.0 MiB")).to_be_visible()
    assert not page.evaluate("(() => { const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented; })()")
    stub.faults.rate = None
    page.get_by_role("button", name="Try again large.mp4").click()
    expect(row(page, "Large")).to_be_visible()


def test_more_files_than_go_at_once_wait_for_their_turn(admin, stub):
    page = admin()
    stub.faults.rate = 256 << 10
    upload(page, "alpha.mp4", "beta.mp4", "gamma.mp4", size=1 << 20)
    expect(page.get_by_role("progressbar", name="Upload of gamma.mp4")).to_have_attribute("aria-valuetext", "Waits for its turn · 1.0 MiB")
    assert stub.requests.count(("POST", "/api/videos")) <= 2
    stub.faults.rate = None
    for title in ("Alpha", "Beta", "Gamma"):
        expect(row(page, title)).to_be_visible()


def test_a_title_changed_while_the_bytes_flow_is_saved_afterwards(admin, stub):
    page = admin()
    stub.faults.rate = 3 << 20
    upload(page, "clip.mp4", size=6 << 20)
    page.get_by_label("Title of clip.mp4").fill("A better title")
    stub.faults.rate = None
    expect(row(page, "A better title")).to_be_visible()
    assert stub.state.uploads[0]["title"] == "Clip"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 413, "html": "<html>413</html>"}, "client_max_body_size"),
        ({"status": 502, "html": "<html>502</html>"}, "The proxy cannot reach the server"),
        ({"status": 507}, "Made to fail with 507."),
        ({"status": 422}, "Made to fail with 422."),
        ({"status": 200, "html": "<html>please log in</html>"}, "was not understood (200)"),
    ],
)
def test_a_refused_upload_says_why_and_can_be_tried_again(admin, stub, fault, sentence):
    page = admin()
    stub.faults.add("^/api/videos$", **fault, times=1)
    upload(page, "clip.mp4")
    expect(uploads(page).get_by_role("alert")).to_contain_text(sentence)
    page.get_by_role("button", name="Try again clip.mp4").click()
    expect(row(page, "Clip")).to_be_visible()


def test_what_is_no_video_is_refused_before_it_is_sent(admin, stub):
    page = admin()
    stub.requests.clear()
    upload(page, "letter.pdf")
    expect(uploads(page).get_by_role("alert")).to_contain_text("not a video by its name")
    expect(page.get_by_role("button", name="Try again letter.pdf")).to_have_count(0)
    page.get_by_role("button", name="Dismiss letter.pdf").click()
    expect(uploads(page)).to_have_count(0)
    assert ("POST", "/api/videos") not in stub.requests


def test_files_may_be_dropped_anywhere(admin):
    page = admin()
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(2048)], 'dropped.mp4', { type: 'video/mp4' }));
        for (const type of ['dragenter', 'dragover']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        window.veil = document.querySelector('.drop-veil').checkVisibility();
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    assert page.evaluate("window.veil") is True
    expect(page.locator(".drop-veil")).to_be_hidden()
    expect(row(page, "Dropped")).to_be_visible()


def test_a_session_that_ends_in_the_middle_asks_for_the_password_and_loses_nothing(admin, stub):
    page = admin()
    expect(page.locator(".video")).to_have_count(5)
    stub.state.sessions.clear()
    upload(page, "late.mp4")
    expect(page.get_by_text("Your session has ended. Nothing on the page is lost.")).to_be_visible()
    sign_in(page)
    expect(row(page, "Late")).to_be_visible()


def test_a_session_that_ends_leaves_what_is_being_typed_alone(admin, stub):
    page = admin()
    row(page, "How we built the cabin").get_by_role("button", name="Edit").click()
    page.get_by_label("Title", exact=True).fill("Half a sen")
    wait_until(lambda: stub.state.listeners, "the stream of events")
    stub.state.sessions.clear()
    end_streams(stub)
    page.get_by_text("Your session has ended.").wait_for()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    sign_in(page)
    expect(page.get_by_label("Title", exact=True)).to_have_value("Half a sen")
    page.get_by_label("Title", exact=True).fill("Half a sentence")
    stub.state.sessions.clear()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your session has ended.").wait_for()
    sign_in(page)
    expect(row(page, "Half a sentence")).to_be_visible()
    assert stub.state.find(2)["title"] == "Half a sentence"


def test_a_login_in_another_window_changes_the_token_and_nobody_notices(admin, stub):
    page = admin()
    expect(page.locator(".video")).to_have_count(5)
    answer = page.context.request.post(f"{stub.admin_url}/api/auth/login", data={"password": PASSWORD})
    assert answer.ok
    row(page, "How we built the cabin").get_by_role("button", name="Delete").click()
    expect(row(page, "How we built the cabin")).to_have_count(0)
    assert "deleted_at" in stub.state.find(2)


def test_a_change_without_the_token_is_refused(admin, stub):
    page = admin()
    answer = page.context.request.delete(f"{stub.admin_url}/api/videos/2")
    assert answer.status == 403
    assert "deleted_at" not in stub.state.find(2)


@pytest.mark.parametrize(("status", "sentence"), [(502, "The proxy cannot reach the server"), (413, "client_max_body_size")])
def test_a_proxys_page_in_answer_to_a_change_becomes_a_sentence_and_the_form_stays(admin, stub, status, sentence):
    page = admin()
    row(page, "How we built the cabin").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit video")
    dialog.get_by_label("Title").fill("The cabin")
    stub.faults.add("^/api/videos/2$", status=status, html="<html><h1>nginx</h1></html>", times=1)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text(sentence)
    expect(dialog.get_by_label("Title")).to_have_value("The cabin")
    dialog.get_by_role("button", name="Save").click()
    expect(row(page, "The cabin")).to_be_visible()


def test_rows_are_live(admin, stub):
    page = admin()
    alps = row(page, ALPS)
    expect(alps.get_by_role("progressbar")).to_have_attribute("aria-valuetext", "Encoding 64 % on local")
    expect(alps.get_by_role("list", name="Qualities").get_by_role("listitem")).to_have_text(["1080p 31 %", "720p 58 %", "480p 90 %", "360p ✓"])
    lisbon = row(page, "Night train to Lisbon")
    expect(lisbon).to_contain_text("Waiting: No runner has been heard of for 4 minutes.")
    running = {"job_state": "running", "stage": "encoding", "attempt": 2, "worker": "attic"}
    stub.state.publish(progress(5, "processing", percent=12.5, qualities=[{"quality": "720p", "percent": 12.5, "segments": 1}], **running))
    expect(lisbon).to_contain_text("Encoding 12 % on attic, attempt 2")
    expect(lisbon).not_to_contain_text("No runner")
    stub.state.publish(progress(5, "ready", percent=100))
    expect(lisbon.get_by_text("Published")).to_be_visible()
    expect(lisbon.get_by_role("button", name="Play")).to_be_visible()
    expect(lisbon.get_by_role("progressbar")).to_have_count(0)


def test_an_answer_that_comes_late_does_not_undo_what_was_heard_since(admin, stub):
    page = admin()
    held = []

    def hold_the_first(route):
        response = route.fetch()
        if held:
            route.fulfill(response=response)
        else:
            held.append((route, response))

    page.route("**/api/videos/5", hold_the_first)
    lisbon = row(page, "Night train to Lisbon")
    lisbon.wait_for()
    stub.state.publish(progress(5, "processing", percent=12.5, job_state="running", stage="encoding", attempt=1))
    wait_until(lambda: page.evaluate("true") and held, "the first question")
    stub.state.publish(progress(5, "ready", percent=100))
    expect(lisbon.get_by_role("button", name="Play")).to_be_visible()
    route, response = held[0]
    with page.expect_response("**/api/videos/5") as late:
        route.fulfill(response=response)
    late.value.finished()
    page.evaluate("new Promise((done) => setTimeout(done))")
    expect(lisbon.get_by_text("Published")).to_be_visible()
    expect(lisbon.get_by_role("button", name="Play")).to_be_visible()
    expect(lisbon.get_by_role("progressbar")).to_have_count(0)


def test_a_failure_shows_its_sentence_its_log_and_a_retry(admin, stub):
    page = admin()
    market = row(page, "A morning in the fish market")
    expect(market).to_contain_text("only 12 of 30 seconds can be read")
    expect(market.get_by_text("partial file")).to_be_hidden()
    market.get_by_text("End of the log", exact=True).click()
    expect(market.get_by_text("partial file")).to_be_visible()
    market.get_by_role("button", name="Retry").click()
    expect(market).to_contain_text("Waiting: 2 jobs before it.")
    expect(market.get_by_role("button", name="Retry")).to_have_count(0)


def test_a_job_is_stopped_and_started_again(admin, stub):
    page = admin()
    lisbon = row(page, "Night train to Lisbon")
    stub.state.publish(progress(5, "processing", percent=40, job_state="running", stage="encoding", attempt=1))
    lisbon.get_by_role("button", name="Stop").click()
    expect(lisbon.get_by_text("Stopped", exact=True)).to_be_visible()
    expect(lisbon).to_contain_text("Retry starts it again.")
    expect(lisbon.get_by_role("button", name="Stop")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(lisbon).to_contain_text("Waiting: 2 jobs before it.")


def test_a_worker_in_quarantine_says_until_when(admin, stub):
    stub.state.workers[0] |= {"status": "quarantined", "quarantined_until": ago(hours=-5, minutes=-15), "codecs": ["h264", "hevc"]}
    page = admin("?view=workers")
    expect(page.get_by_text("Quarantined", exact=True)).to_be_visible()
    expect(page.get_by_text("gets jobs again in 5 hours")).to_be_visible()
    expect(page.get_by_text("H264, HEVC")).to_be_visible()


def test_a_worker_that_found_itself_unfit_says_why(admin, stub):
    stub.state.workers[0] |= {"status": "quarantined", "fault": "The card <b>fell</b> off the bus."}
    page = admin("?view=workers")
    expect(page.get_by_text("It found that it cannot work: The card <b>fell</b> off the bus. It tries again")).to_be_visible()


def test_a_lost_stream_is_shown_and_comes_back(admin, stub):
    page = admin()
    expect(page.locator(".video")).to_have_count(5)
    wait_until(lambda: stub.state.listeners, "the stream of events")
    stub.faults.add("/api/events", status=503)
    end_streams(stub)
    expect(page.get_by_text(re.compile("Live updates are interrupted, reconnecting… Last heard at"))).to_be_visible()
    stub.faults.clear()
    expect(page.get_by_text("Live updates are interrupted")).to_have_count(0, timeout=15_000)
    stub.state.publish(progress(5, "processing", percent=40, job_state="running", stage="encoding", attempt=1))
    expect(row(page, "Night train to Lisbon")).to_contain_text("Encoding 40 %")


def test_what_exists_of_a_video_plays_while_it_is_encoded(admin, stub):
    stub.state.growing, stub.state.growing_ended = 4, False
    page = admin()
    row(page, ALPS).get_by_role("button", name="Play").click()
    player = PlayerPage(page)
    player.wait("video.currentTime > 1")
    stub.state.growing, stub.state.growing_ended = 12, True
    player.wait("video.duration > 20")
    page.keyboard.press("Escape")
    expect(page.locator("vlog-player")).to_have_count(0)
    expect(row(page, ALPS).get_by_role("button", name="Play")).to_be_focused()


def test_a_video_is_edited(admin, stub):
    page = admin()
    row(page, "How we built the cabin").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit video")
    dialog.get_by_label("Title").fill("  ")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("title: must not be empty.")
    dialog.get_by_label("Title").fill("The cabin")
    dialog.get_by_label("Description").fill("All of it.")
    dialog.get_by_label("Category").select_option("Workshop")
    dialog.get_by_label("Published").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(row(page, "The cabin")).to_contain_text("Workshop")
    expect(row(page, "The cabin").get_by_text("Published")).to_be_visible()
    video = stub.state.find(2)
    assert (video["title"], video["description"], video["category"]["id"]) == ("The cabin", "All of it.", 2)


def test_deleting_can_be_undone_at_once_and_restored_later(admin):
    page = admin()
    row(page, "How we built the cabin").get_by_role("button", name="Delete").click()
    expect(row(page, "How we built the cabin")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "How we built the cabin")).to_be_visible()
    row(page, "How we built the cabin").get_by_role("button", name="Delete").click()
    page.get_by_role("link", name="Deleted").click()
    expect(page).to_have_url(re.compile("status=deleted"))
    row(page, "How we built the cabin").get_by_role("button", name="Restore").click()
    expect(row(page, "How we built the cabin")).to_have_count(0)
    page.get_by_role("link", name="All", exact=True).click()
    expect(row(page, "How we built the cabin")).to_be_visible()


def test_search_filter_and_page_are_in_the_address(admin, stub):
    template = stub.state.find(1)
    stub.state.admin += [template | {"id": 200 + n, "title": f"Episode {n}", "progress": progress(200 + n, "ready")} for n in range(30)]
    page = admin()
    expect(page.locator(".video")).to_have_count(25)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("26 to 35 of 35 videos")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?page=2$"))
    page.get_by_role("searchbox").fill("episode 1")
    expect(page).to_have_url(re.compile(r"\?q=episode\+1$"))
    expect(page.locator(".video")).to_have_count(11)
    page.get_by_role("link", name="Failed").click()
    expect(page.get_by_role("heading", name="Nothing found for “episode 1” with the filter “failed”")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nothing found for")).to_be_visible()
    page.get_by_role("button", name="Show all videos").click()
    expect(page.locator(".video")).to_have_count(25)


def test_categories_are_made_changed_and_deleted(admin):
    page = admin("?view=categories")
    page.get_by_role("button", name="New category").click()
    page.get_by_label("Name").fill("Travel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="There is a category named “Travel” already.")).to_be_visible()
    page.get_by_label("Name").fill("Music")
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 videos")).to_be_visible()
    page.get_by_role("button", name="Edit : Music").click()
    page.get_by_label("Description").fill("Concerts")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Concerts")).to_be_visible()
    page.get_by_role("button", name="Delete : Travel").click()
    dialog = page.get_by_role("dialog", name="Delete “Travel”?")
    expect(dialog).to_contain_text("Its 11 videos will stay, without a category.")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("On the road")).to_have_count(0)


def test_workers_are_listed_with_what_they_can_do(admin):
    page = admin("?view=workers")
    attic = page.get_by_role("listitem").filter(has_text="attic")
    expect(attic).to_contain_text("Offline")
    expect(attic).to_contain_text("NVIDIA, CPU · version 0.1.0")
    expect(attic).to_contain_text("seen 5 hours ago")


def test_the_password_is_changed_and_the_session_left(admin, stub):
    page = admin("?view=account")
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password", exact=True).fill("another long one")
    page.get_by_label("New password again").fill("another long on")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert").filter(has_text="not the same")).to_be_visible()
    page.get_by_label("New password again").fill("another long one")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert").filter(has_text="current: is not the password.")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The password is changed")).to_be_visible()
    assert stub.state.password == "another long one"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="VLog admin")).to_be_visible()


EVIL = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'


def test_what_a_video_says_never_becomes_markup(admin, stub):
    video = stub.state.find(4)
    video |= {"title": EVIL, "description": f"About {EVIL}", "category": {"id": 1, "name": f"In {EVIL}", "slug": "travel"}}
    video["source"]["filename"] = f"{EVIL}.mov"
    video["progress"] |= {"error": f"Because {EVIL}", "log_tail": f"stderr: {EVIL}"}
    stub.state.find(5)["progress"]["waiting"] = f"for {EVIL}"
    stub.state.find(3)["progress"] |= {"worker": f"host {EVIL}", "qualities": [{"quality": EVIL, "percent": 3, "segments": 0}]}
    stub.state.categories[0]["name"] = f"In {EVIL}"
    page = admin()
    failed = page.locator(".video[data-id='4']")
    expect(failed.get_by_role("heading", name=EVIL)).to_be_visible()
    for text in (f"In {EVIL}", f"{EVIL}.mov", f"Because {EVIL}"):
        expect(failed.get_by_text(text)).to_be_visible()
    failed.get_by_text("End of the log", exact=True).click()
    expect(failed.get_by_text(f"stderr: {EVIL}")).to_be_visible()
    expect(page.get_by_text(f"Waiting: for {EVIL}")).to_be_visible()
    expect(page.get_by_text(f"Encoding 64 % on host {EVIL}")).to_be_visible()
    expect(page.get_by_text(f"{EVIL} 3 %")).to_be_visible()
    assert_no_markup_came_in(page)
    failed.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(EVIL)
    expect(page.get_by_label("Description")).to_have_value(f"About {EVIL}")
    expect(page.get_by_label("Category", exact=True).locator("option:checked")).to_have_text(f"In {EVIL}")
    stub.faults.add("^/api/videos/4$", status=400, detail=f"title: {EVIL}", times=1)
    page.get_by_label("Published").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text=f"title: {EVIL}")).to_be_visible()
    page.keyboard.press("Escape")
    failed.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"“{EVIL}” is deleted")).to_be_visible()
    assert_no_markup_came_in(page)


def test_what_a_progress_event_says_never_becomes_markup(admin, stub):
    page = admin()
    expect(page.locator(".video")).to_have_count(5)
    stub.state.publish(progress(5, "failed", attempt=1, error=f"Because {EVIL}", log_tail=f"stderr: {EVIL}"))
    lisbon = row(page, "Night train to Lisbon")
    expect(lisbon.get_by_text(f"Because {EVIL}")).to_be_visible()
    lisbon.get_by_text("End of the log", exact=True).click()
    expect(lisbon.get_by_text(f"stderr: {EVIL}")).to_be_visible()
    assert_no_markup_came_in(page)


def test_the_name_of_a_file_never_becomes_markup(admin, stub):
    page = admin()
    name = "<img src=x onerror=window.broken=1>.mp4"
    stub.faults.add("^/api/videos$", status=422, detail=f"{EVIL} is no video.", times=1)
    upload(page, name)
    expect(uploads(page).get_by_role("alert")).to_have_text(f"{EVIL} is no video.")
    expect(uploads(page).get_by_text(name).first).to_be_visible()
    expect(uploads(page).get_by_role("textbox")).to_have_value("<img src=x onerror=window broken=1>")
    assert_no_markup_came_in(page)


def test_names_of_categories_and_workers_never_become_markup(admin, stub):
    stub.state.workers[0] |= {"name": EVIL, "version": f"0.1 {EVIL}"}
    stub.state.categories[0] |= {"name": EVIL, "description": f"About {EVIL}"}
    page = admin("?view=categories")
    expect(page.get_by_text(f"About {EVIL}")).to_be_visible()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_role("heading", name=f"Delete “{EVIL}”?")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"“{EVIL}” is deleted")).to_be_visible()
    page.get_by_role("link", name="Workers").click()
    expect(page.get_by_text(f"version 0.1 {EVIL}")).to_be_visible()
    assert_no_markup_came_in(page)
