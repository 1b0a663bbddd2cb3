"""Faults of a cluster, and what is seen of them: every TranscodeJob ends, none is made twice, no slot is given twice.

The API server, etcd and the controller manager are real ones of our own, from the folder that KUBEBUILDER_ASSETS names. There
is no node: pods are bound, run and end because we say so, which makes an encode of an hour one of a second. What is measured
is printed (`pytest -rP`).
"""

import collections
import contextlib
import datetime
import itertools
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from control_plane import OPERATORS, ControlPlane, Gate, Namespace, Node, Operator, cpu_seconds, key, missing
from installation import until

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

SEED = 20261129
#: Of the operator's lease: how long another waits, and after how long without a renewal the holder stops.
LEASE, RENEWAL_DEADLINE = 30, 20
#: No two namespaces of a run have the same name.
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix="vlog-test-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def plane(folder):
    plane = ControlPlane(folder)
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()


@pytest.fixture(scope="module")
def node(plane):
    node = Node(plane.api, SEED)
    yield node
    node.close()


@pytest.fixture
def namespaces(plane, request):
    """Makes namespaces whose names begin as the test's."""
    made = []

    def make(slots: int = 5) -> Namespace:
        words = request.node.originalname.removeprefix("test_").split("_")[:4]
        made.append(Namespace(plane.api, "-".join([*words, str(next(NUMBERS))]), slots))
        return made[-1]
    yield make
    for namespace in made:
        namespace.close()


@pytest.fixture
def namespace(namespaces):
    return namespaces()


@pytest.fixture
def operators(plane, folder):
    """Makes two operators with a lease, which may then be started; `port` is where they reach the API server."""
    made = []

    def make(lease: str, *arguments: str, port: int | None = None) -> list[Operator]:
        home = folder / f"operators-of-{lease}"
        home.mkdir()
        made.extend(Operator(home, user, plane.kubeconfig(user, port), "--lease-namespace", lease, *arguments)
                    for user in OPERATORS)
        return made
    yield make
    for operator in made:
        with contextlib.suppress(ProcessLookupError):
            operator.signal(signal.SIGCONT)
        operator.close()


def start(operators: list[Operator], keep: bool = False) -> list[Operator]:
    for operator in operators:
        operator.start()
        if keep:
            operator.keep()
    return operators


def serving(operators, namespace: Namespace, **more) -> list[Operator]:
    return operators(namespace.name, "--namespace", namespace.name, **more)


def leader_of(operators: list[Operator]) -> Operator:
    return until(lambda: next((operator for operator in operators if operator.leads()), None), LEASE + 20, "a leader")


def until_all_ended(namespace: Namespace, count: int, limit: float = 120):
    try:
        until(lambda: namespace.ended() == count, limit, f"{count} TranscodeJobs to end")
    except AssertionError as error:
        raise AssertionError(f"{error}; they are {collections.Counter(namespace.summaries())}") from None


def assert_each_was_done_once(namespace: Namespace, count: int, slots: int = 5):
    items = namespace.transcodes.objects.values()
    assert len(items) == count
    for item in items:
        status = item["status"]
        assert status["summary"] == "Succeeded", status
        assert (status["attempt"], status.get("failures", 0), status.get("disruptions", 0)) == (1, 0, 0), status
        assert [attempt["class"] for attempt in status["lastAttempts"]] in ([], ["Succeeded"]), status
    owners = [job["metadata"]["ownerReferences"][0]["uid"] for job in namespace.jobs.ever.values()]
    assert sorted(owners) == sorted(item["metadata"]["uid"] for item in items)
    assert len(namespace.pods.ever) == count
    assert_no_slot_was_given_twice(namespace, slots)


def assert_no_slot_was_given_twice(namespace: Namespace, slots: int):
    """All were given at some time, and never more, as seen by three watches."""
    seen = (namespace.most_given, namespace.most_jobs, namespace.most_pods)
    assert namespace.most_given == slots and max(seen) <= slots, seen


def test_operators_are_killed_at_random_moments(node, namespace, operators):
    chance = random.Random(SEED)
    namespace.make_many(50)
    pair = start(serving(operators, namespace))
    began = time.monotonic()
    for kill in range(20):
        # They are spread over the whole of the work, and hit any part of what is done between two ends.
        until(lambda: namespace.ended() >= 2 * kill, 60, f"{2 * kill} TranscodeJobs to end")
        time.sleep(chance.uniform(0, 1))
        holder = next((operator for operator in pair if operator.user == namespace.holder()), pair[0])
        victims = chance.choice([[holder], [holder], pair, [chance.choice(pair)]])
        for operator in victims:
            operator.kill()
        for operator in victims:
            operator.start()
    assert namespace.ended() < 50
    until_all_ended(namespace, 50)
    print(f"{time.monotonic() - began:.0f} s")
    assert_each_was_done_once(namespace, 50)


def test_the_api_server_is_away_for_a_minute(plane, node, namespace, operators):
    gate = Gate(plane.port)
    node.work[namespace.name] = (1, 3)
    pair = start(serving(operators, namespace, port=gate.port), keep=True)
    namespace.make_many(30)
    until(lambda: namespace.ended() >= 5, 60, "the first to end")
    plane.go_away()
    lines, tries = [len(operator.lines()) for operator in pair], gate.connections
    spent = {operator.process.pid: [cpu_seconds(operator.process.pid)] * 2 for operator in pair}
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for operator in pair:
            with contextlib.suppress(OSError):
                pid = operator.process.pid
                spent.setdefault(pid, [0, 0])[1] = cpu_seconds(pid)
        time.sleep(0.2)
    written = [len(operator.lines()) - before for operator, before in zip(pair, lines, strict=True)]
    tries = gate.connections - tries
    cpu = sum(last - first for first, last in spent.values())
    assert namespace.ended() < 30
    plane.come_back()
    back = time.monotonic()
    namespace.make("after")
    until(lambda: "status" in (namespace.transcode("after") or {}), 90, "the operator to see what is new")
    recovered = time.monotonic() - back
    until_all_ended(namespace, 31)
    print(f"in the minute: {cpu:.1f} s of CPU, {tries / 60:.1f} connections and {sum(written) / 60:.1f} lines a second, "
          f"exits {[operator.exits for operator in pair]}; saw what was new {recovered:.1f} s after it")
    assert_each_was_done_once(namespace, 31)
    # Both together; who could not renew its lease has ended, and was started again.
    assert cpu < 6
    assert tries < 5 * 60
    assert sum(written) < 10 * 60
    # The longest pause between two tries at a watch is ten seconds, and one kind's watch may wait for another's.
    assert recovered < 45
    gate.close()
    # Also where a Job's end was heard of before its pod's.
    assert all(item["status"]["lastAttempts"] for item in namespace.transcodes.objects.values())


def test_a_leader_that_slept_is_replaced_and_ends_when_it_wakes(plane, node, namespace, operators):
    node.work[namespace.name] = (0.2, 1)
    pair = start(serving(operators, namespace))
    namespace.make_many(15)
    until(lambda: namespace.ended() >= 3, 60, "the first to end")
    old = leader_of(pair)
    [new] = [operator for operator in pair if operator is not old]
    old.signal(signal.SIGSTOP)
    slept = time.monotonic()
    until(lambda: namespace.holder() == new.user, LEASE + 20, "the other one to take over")
    taken, taken_over = time.time(), time.monotonic() - slept
    # Much has happened when it wakes, and much is happening.
    namespace.make_many(25, "later")
    until(lambda: namespace.ended() >= 20, 60, "the other one to go on")
    assert namespace.ended() < 40
    woke = time.time()
    old.signal(signal.SIGCONT)
    assert old.process.wait(RENEWAL_DEADLINE) == 1
    ended = time.time() - woke
    assert any("leadership lost" in line for line in old.lines())
    until_all_ended(namespace, 40)
    assert_each_was_done_once(namespace, 40)
    assert LEASE - 5 < taken_over < LEASE + 5
    late = [str(request) for request in plane.requests(namespace.name)
            if request.user == old.user and request.is_write and request.at > taken and request.status < 300]
    print(f"taken over after {taken_over:.1f} s, ended {ended:.2f} s after it woke, {len(late)} writes until then")
    assert not late, "\n".join(late)
    assert len(namespace.jobs.objects) == 40


def test_history_is_compacted_while_the_api_server_is_away(plane, node, namespace, operators):
    node.held.add(namespace.name)
    pair = start(serving(operators, namespace), keep=True)
    namespace.make_many(20)
    until(lambda: len(namespace.running()) == 5, 60, "all slots to be in use")
    leader = leader_of(pair)
    gone = namespace.transcode("film-019")["metadata"]["uid"]
    plane.go_away()
    # Versions pass that no watch tells of, one object goes unseen, and nothing older than that is known any more.
    plane.etcd("deleterange", key=key("vlog.dev", "transcodejobs", namespace.name, "film-019"))
    for number in range(50):
        answer = plane.etcd("put", key=key("test", str(number)), value="")
    plane.etcd("compaction", revision=answer["header"]["revision"], physical=True)
    plane.come_back()
    back = time.monotonic()
    kinds = {"TranscodeJob": 19, "Job": 5, "Pod": 5, "VLogWorker": 1, "Deployment": 0}

    def caches() -> dict:
        return {kind: leader.metric("vlog_operator_cache_objects", kind=kind) for kind in kinds}
    until(lambda: caches() == kinds, 60, "caches as they should be")
    print(f"caches right {time.monotonic() - back:.1f} s after it came back")
    interruptions = leader.metric("vlog_operator_watch_interruptions_total", cause="expired")
    node.held.discard(namespace.name)
    until_all_ended(namespace, 19)
    assert_each_was_done_once(namespace, 19)
    assert gone not in [job["metadata"]["ownerReferences"][0]["uid"] for job in namespace.jobs.ever.values()]
    assert leader.exits == [] and interruptions >= 3


def test_somebody_else_writes_to_everything_all_the_time(plane, node, namespace, operators):
    node.work[namespace.name] = (0.5, 1)
    pair = start(serving(operators, namespace))
    leader = leader_of(pair)
    namespace.make_many(30)
    chance = random.Random(SEED)
    targets = [("vlogworkers", "cpu")] * 10 + [("transcodejobs", f"film-{number:03}") for number in range(30)]
    plan = [(number, chance.choice(targets), chance.choice(["labels", "annotations"])) for number in range(1000)]
    spent, began = cpu_seconds(leader.process.pid), time.monotonic()

    def disturb(step):
        number, target, field = step
        plane.api.patch(namespace.path(*target), {"metadata": {field: {f"example.com/{number % 7}": f"n{number}"}}})
    plane.api.in_turns(disturb, plan)
    seconds = time.monotonic() - began
    unfinished = 30 - namespace.ended()
    until_all_ended(namespace, 30)
    assert_each_was_done_once(namespace, 30)
    conflicts = leader.metric("vlog_operator_reconcile_total", result="conflict")
    errors = leader.metric("vlog_operator_reconcile_total", result="error")
    writes = [request for request in plane.requests(namespace.name) if request.is_write and request.resource != "leases"]
    refused = [request for request in writes if request.status == 409]
    busiest = max(len(list(group)) for _, group in itertools.groupby(
        sorted((request.resource, request.name) for request in refused)))
    print(f"1000 writes in {seconds:.1f} s, {unfinished} unfinished then; {conflicts:.0f} conflicts, {busiest} on one "
          f"object, {len(writes)} writes, {cpu_seconds(leader.process.pid) - spent:.1f} s of CPU")
    assert conflicts == len(refused) > 0
    assert errors == 0
    # It waits for what it has missed before it tries again, so each conflict has another write of somebody else behind it.
    assert busiest <= sum(target == ("vlogworkers", "cpu") for _, target, _ in plan)
    assert len(writes) - len(refused) < 30 * 12
    pool = plane.api.send("GET", namespace.path("vlogworkers", "cpu"))
    assert any(name.startswith("example.com/") for name in pool["metadata"]["labels"])


def test_a_namespace_goes_with_all_that_runs_in_it(plane, node, namespaces, operators):
    doomed, other = namespaces(), namespaces()
    start(operators(other.name))
    node.held.add(doomed.name)
    doomed.make_many(12)
    other.make_many(3)
    until(lambda: len(doomed.running()) == 5, 60, "all slots to be in use")
    began = time.monotonic()
    plane.api.send("DELETE", f"/api/v1/namespaces/{doomed.name}")
    until(lambda: plane.api.find(f"/api/v1/namespaces/{doomed.name}") is None, 120, "the namespace to be gone")
    print(f"gone after {time.monotonic() - began:.1f} s")
    assert plane.keys_of(doomed.name) == []
    until_all_ended(other, 3)
    other.make("last")
    until_all_ended(other, 4)
    writes = [request for request in plane.requests(doomed.name) if request.is_write]
    print(f"{len(writes)} writes in it")
    assert len(writes) < 12 * 12


def reason(namespace: Namespace, name: str, kind: str) -> str:
    """Of one of a TranscodeJob's conditions."""
    conditions = (namespace.transcode(name) or {}).get("status", {}).get("conditions", [])
    return next((condition["reason"] for condition in conditions if condition["type"] == kind), "")


def without_its_pool(plane, node, namespace: Namespace, operators):
    """Two TranscodeJobs run, one waits, and their pool of two is deleted."""
    node.held.add(namespace.name)
    start(serving(operators, namespace))
    namespace.make_many(2, "first")
    until(lambda: len(namespace.running()) == 2, 60, "all slots to be in use")
    namespace.make("later")
    until(lambda: reason(namespace, "later", "Admitted") == "WaitingForSlot", 30, "a place in the queue")
    plane.api.send("DELETE", namespace.path("vlogworkers", "cpu"))
    until(lambda: reason(namespace, "later", "Accepted") == "WorkerNotFound", 30, "the reason")
    # No finalizer keeps it, and nobody stops what runs.
    assert plane.api.find(namespace.path("vlogworkers", "cpu")) is None
    assert len(namespace.running()) == 2


def test_a_pool_that_is_deleted_keeps_what_runs_and_says_why_the_rest_waits(plane, node, namespaces, operators):
    namespace = namespaces(2)
    without_its_pool(plane, node, namespace, operators)
    node.held.discard(namespace.name)
    until(lambda: namespace.ended() == 2, 60, "what runs to end")
    assert reason(namespace, "later", "Accepted") == "WorkerNotFound"
    namespace.make_pool(2)
    until_all_ended(namespace, 3)
    assert_each_was_done_once(namespace, 3, 2)


def test_a_pool_that_is_made_anew_counts_what_still_runs(plane, node, namespaces, operators):
    namespace = namespaces(2)
    without_its_pool(plane, node, namespace, operators)
    namespace.make("urgent", priority=100)
    namespace.make_pool(2)
    until(lambda: reason(namespace, "urgent", "Running") == "Encoding"
          or reason(namespace, "urgent", "Admitted").startswith("Waiting"), 30, "a place")
    node.held.discard(namespace.name)
    until_all_ended(namespace, 4)
    assert_each_was_done_once(namespace, 4, 2)


def test_the_most_urgent_of_hundreds_is_next(plane, node, namespaces, operators):
    namespace = namespaces(5)
    node.held.add(namespace.name)
    node.work[namespace.name] = (0, 0)
    pair = start(serving(operators, namespace))
    leader_of(pair)
    began = time.monotonic()
    namespace.make_many(300)
    namespace.make("urgent", priority=100)

    def waits() -> bool:
        return namespace.transcode("urgent").get("status", {}).get("summary") == "Waiting"
    until(lambda: namespace.transcode("urgent") and waits(), 60, "a place in the queue")
    placed = time.monotonic() - began
    assert len(namespace.jobs.ever) == 5
    node.held.discard(namespace.name)
    freed = time.monotonic()
    until(lambda: len(namespace.jobs.ever) > 5, 30, "a slot to be given")
    until(lambda: namespace.transcode("urgent")["status"]["summary"] == "Succeeded", 30, "the urgent one")
    took = time.monotonic() - freed
    assert [job["metadata"]["name"] for job in namespace.jobs.ever.values()][5] == "urgent-1"
    print(f"301 placed in {placed:.1f} s, the urgent one done {took:.1f} s after a slot was free")
    assert_no_slot_was_given_twice(namespace, 5)


def test_connections_fall_silent(plane, node, namespace, operators):
    gate = Gate(plane.port)
    pair = start(serving(operators, namespace, port=gate.port), keep=True)
    namespace.make_many(20)
    until(lambda: namespace.ended() >= 3, 60, "the first to end")
    gate.fall_silent()
    silent, made = time.monotonic(), len(namespace.jobs.ever)
    until(lambda: len(namespace.jobs.ever) > made + 1, 100, "the next Jobs")
    took = time.monotonic() - silent
    until_all_ended(namespace, 20)
    print(f"next Jobs after {took:.1f} s, exits {[operator.exits for operator in pair]}")
    assert_each_was_done_once(namespace, 20)
    gate.close()


def test_slots_come_and_go_all_the_time(node, namespace, operators):
    node.work[namespace.name] = (0.1, 1)
    start(serving(operators, namespace))
    namespace.make_many(60)
    chance = random.Random(SEED)
    for turn in range(20):
        namespace.scale(0 if turn % 2 else 8)
        time.sleep(chance.uniform(0, 0.6))
    namespace.scale(8)
    unfinished = 60 - namespace.ended()
    until_all_ended(namespace, 60)
    print(f"{unfinished} unfinished after the storm")
    assert_each_was_done_once(namespace, 60, 8)


def test_poison_and_bad_luck_are_charged_as_what_they_are(plane, node, namespace, operators):
    """A pod's end goes by the name of its TranscodeJob, and by how many were before it."""
    turns: dict[str, int] = {}

    def end(pod: dict) -> tuple[int, str, str]:
        name = pod["metadata"]["labels"]["vlog.dev/transcode-job"]
        turns[name] = turns.get(name, 0) + 1
        kind = name.split("-")[0]
        if kind == "poison":
            return 65, "Error", "The source is not a video."
        if kind == "crash":
            return 139, "Error", ""
        if kind == "stopped" and turns[name] == 1:
            return 75, "Error", ""
        if kind == "memory" and turns[name] == 1:
            return 137, "OOMKilled", ""
        return 0, "Completed", ""
    node.end[namespace.name] = end
    node.work[namespace.name] = (0.1, 0.3)
    start(serving(operators, namespace))
    for kind in ("poison", "stopped", "memory", "good"):
        namespace.make_many(4, kind)
    for number in range(4):
        namespace.make(f"crash-{number:03}", retryPolicy={"maxFailures": 0})
    until_all_ended(namespace, 20, 150)
    wanted = {"poison": ("Failed", "SourceUnreadable", 0, 0), "crash": ("Failed", "FailureLimitExceeded", 1, 0),
              "stopped": ("Succeeded", "Completed", 0, 1), "memory": ("Succeeded", "Completed", 1, 0),
              "good": ("Succeeded", "Completed", 0, 0)}
    for item in namespace.transcodes.objects.values():
        name, status = item["metadata"]["name"], item["status"]
        kind = name.split("-")[0]
        charged = (status["summary"], reason(namespace, name, "Succeeded"), status.get("failures", 0),
                   status.get("disruptions", 0))
        assert charged == wanted[kind], (name, status)
        assert turns[name] == (2 if kind in ("stopped", "memory") else 1)
        if kind == "poison":
            assert "The source is not a video." in str(status["conditions"])
    assert_no_slot_was_given_twice(namespace, 5)


def test_what_others_do_to_a_job_costs_no_more_than_a_pod(plane, node, namespace, operators):
    node.held.add(namespace.name)
    start(serving(operators, namespace), keep=True)
    for name in ("deleted", "unlabelled", "evicted", "untouched"):
        namespace.make(name)
    until(lambda: len(namespace.running()) == 4, 60, "all to run")
    job = f"/apis/batch/v1/namespaces/{namespace.name}/jobs/"
    plane.api.send("DELETE", job + "deleted-1?propagationPolicy=Background")
    labels = plane.api.send("GET", job + "unlabelled-1")["metadata"]["labels"]
    gone = {name: None for name in labels if name.startswith(("vlog.dev/", "app.kubernetes.io/"))}
    plane.api.patch(job + "unlabelled-1", {"metadata": {"labels": gone}})
    [pod] = [pod for pod in namespace.running() if pod["metadata"]["labels"]["vlog.dev/transcode-job"] == "evicted"]
    plane.api.send("DELETE", f"/api/v1/namespaces/{namespace.name}/pods/{pod['metadata']['name']}")
    until(lambda: len(namespace.pods.ever) == 6 and len(namespace.running()) == 4, 90, "two to be begun anew")
    node.held.discard(namespace.name)
    until_all_ended(namespace, 4)
    states = {item["metadata"]["name"]: (item["status"]["summary"], item["status"].get("failures", 0))
              for item in namespace.transcodes.objects.values()}
    assert set(states.values()) == {("Succeeded", 0)}, states
    assert len(namespace.pods.ever) == 6 and namespace.most_pods == 4


def without_quota(plane, namespace: Namespace, operators) -> tuple[list[Operator], str]:
    """Of four TranscodeJobs two have ended, and Jobs of the others are refused; operators, and the path of the quota."""
    quotas = f"/api/v1/namespaces/{namespace.name}/resourcequotas"
    plane.api.send("POST", quotas, {"metadata": {"name": "few"}, "spec": {"hard": {"count/jobs.batch": "2"}}})
    until(lambda: plane.api.send("GET", quotas + "/few").get("status", {}).get("used"), 30, "the quota to be in force")
    pair = start(serving(operators, namespace))
    namespace.make_many(4)
    until(lambda: namespace.ended() == 2, 60, "those within the quota")
    return pair, quotas + "/few"


def test_a_quota_that_is_used_up_is_waited_for(plane, node, namespaces, operators):
    namespace = namespaces(4)
    pair, quota = without_quota(plane, namespace, operators)
    leader = leader_of(pair)
    until(lambda: leader.metric("vlog_operator_reconcile_total", result="retry") >= 8, 30, "tries")
    plane.api.patch(quota, {"spec": {"hard": {"count/jobs.batch": "10"}}})
    raised = time.monotonic()
    until_all_ended(namespace, 4, 60)
    print(f"ended {time.monotonic() - raised:.1f} s after it was raised")
    assert_each_was_done_once(namespace, 4, 4)


def test_a_quota_that_is_used_up_is_said(plane, node, namespaces, operators):
    namespace = namespaces(4)
    without_quota(plane, namespace, operators)
    waiting = [item["metadata"]["name"] for item in namespace.transcodes.objects.values()
               if item["status"]["summary"] != "Succeeded"]
    assert len(waiting) == 2
    until(lambda: all("quota" in str(namespace.transcode(name)["status"]["conditions"]) for name in waiting), 5, "the reason")


#: Wall clocks that are off by SKEW seconds; what measures durations goes on as it was. (With faketime, a Swift program does not
#: find its arguments.)
SKEW = """
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *out) {
    int result = syscall(SYS_clock_gettime, clock, out);
    if (result == 0 && clock == CLOCK_REALTIME) out->tv_sec += atol(getenv("SKEW"));
    return result;
}
int gettimeofday(struct timeval *out, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec, out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
"""


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler: clocks cannot be set apart")
def test_clocks_that_disagree_change_nothing(folder, namespace, node, operators):
    library = folder / "skew.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)], input=SKEW, text=True, check=True)
    pair = serving(operators, namespace)
    # The certificate of the API server is valid since an hour ago.
    for operator, skew in zip(pair, (3 * 3600, -1800), strict=True):
        operator.environment = {"LD_PRELOAD": str(library), "SKEW": str(skew)}
    start(pair)
    namespace.make_many(20)
    until(lambda: namespace.ended() >= 5, 60, "the first to end")
    old = leader_of(pair)
    assert old.stop() == 0
    [new] = [operator for operator in pair if operator is not old]
    given_up = time.monotonic()
    until(lambda: namespace.holder() == new.user, 20, "the other one")
    assert time.monotonic() - given_up < 5
    until_all_ended(namespace, 20)
    assert_each_was_done_once(namespace, 20)
    begun = [datetime.datetime.fromisoformat(item["status"]["startTime"]) - datetime.datetime.fromisoformat(
        item["metadata"]["creationTimestamp"]) for item in namespace.transcodes.objects.values()]
    hours = {round(skew.total_seconds() / 1800) / 2 for skew in begun}
    assert hours == {3.0, -0.5}
