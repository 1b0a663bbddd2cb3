"""A Kubernetes without nodes: etcd, API server and controller manager of our own, and what plays scheduler and kubelet."""

import base64
import concurrent.futures
import contextlib
import dataclasses
import datetime
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable

from installation import BINARY, free_port, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSETS = os.environ.get("KUBEBUILDER_ASSETS")
#: Each has a token of its own, so that the audit log tells who wrote what.
OPERATORS = ("operator-0", "operator-1")
OURS = "/apis/vlog.dev/v1alpha1"
#: The first key in etcd after all those of the API server.
AFTER_ALL = base64.b64encode(b"/registry0").decode()
TICKS = os.sysconf("SC_CLK_TCK")


def missing() -> str | None:
    """Why there can be no control plane here."""
    if not ASSETS:
        return "no API server (KUBEBUILDER_ASSETS)"
    names = ("etcd", "kube-apiserver", "kube-controller-manager")
    lacks = [name for name in names if not os.access(pathlib.Path(ASSETS) / name, os.X_OK)]
    return f"no {', '.join(lacks)} in {ASSETS} (KUBEBUILDER_ASSETS)" if lacks else None


def now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:13]) / TICKS


class Refused(Exception):
    def __init__(self, what: str, status: int, body: bytes):
        super().__init__(f"{what}: {status} {body[:500].decode(errors='replace')}")
        self.status = status


#: What a request meets while the API server is away or in trouble.
TROUBLE = (OSError, http.client.HTTPException, Refused)


class API:
    """A client, with a connection for each thread."""

    def __init__(self, port: int, authority: pathlib.Path, token: str):
        self.port, self.authority, self.token = port, authority, token
        self.mine = threading.local()

    def connect(self, limit: float) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.authority))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=limit, context=context)

    def headers(self, kind: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": kind, "Accept": "application/json"}

    def send(self, method: str, path: str, body: dict | bytes | None = None, kind: str = "application/json") -> dict:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        if not hasattr(self.mine, "connection"):
            self.mine.connection = self.connect(30)
        connection = self.mine.connection
        try:
            connection.request(method, path, data, self.headers(kind))
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if answer.status >= 300:
            raise Refused(f"{method} {path}", answer.status, text)
        return json.loads(text) if text.startswith(b"{") else {"text": text.decode()}

    def find(self, path: str) -> dict | None:
        try:
            return self.send("GET", path)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def patch(self, path: str, body: dict) -> dict:
        return self.send("PATCH", path, body, "application/merge-patch+json")

    def is_ready(self) -> bool:
        try:
            return self.send("GET", "/readyz")["text"] == "ok"
        except TROUBLE:
            return False

    def in_turns(self, work: Callable, items: Iterable, at_once: int = 8) -> list:
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(work, items))


class View:
    """The objects of a path, kept up to date by a watch; and each that was ever seen, as it was last."""

    def __init__(self, api: API, path: str, on_change: Callable[["View"], None] = lambda view: None):
        self.api, self.path, self.on_change = api, path, on_change
        self.objects: dict[str, dict] = {}
        #: In the order in which they were seen first.
        self.ever: dict[str, dict] = {}
        self.lists = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()
        until(lambda: self.lists, 60, f"a list of {path}")

    def follow(self):
        while not self.ended.is_set():
            try:
                self.take_list()
                self.take_watch()
            except (*TROUBLE, KeyError, ValueError):
                self.ended.wait(0.2)

    def take_list(self):
        answer = self.api.send("GET", self.path)
        fresh = {item["metadata"]["uid"]: item for item in answer["items"]}
        self.version = answer["metadata"]["resourceVersion"]
        self.objects = fresh
        self.ever |= fresh
        self.on_change(self)
        self.lists += 1

    def take_watch(self):
        connection = self.api.connect(2)
        try:
            path = f"{self.path}?watch=true&resourceVersion={self.version}&timeoutSeconds=600"
            connection.request("GET", path, headers=self.api.headers("application/json"))
            answer = connection.getresponse()
            if answer.status != 200:
                raise Refused(path, answer.status, answer.read())
            connection.sock.settimeout(600)
            while line := answer.readline():
                if self.ended.is_set():
                    return
                self.take(json.loads(line))
        finally:
            connection.close()

    def take(self, event: dict):
        item = event["object"]
        uid = item["metadata"]["uid"]
        self.ever[uid] = item
        objects = dict(self.objects)
        if event["type"] == "DELETED":
            objects.pop(uid, None)
        else:
            objects[uid] = item
        self.objects = objects
        self.on_change(self)

    def close(self):
        self.ended.set()


class ControlPlane:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.port, self.etcd_port = free_port(), free_port()
        self.etcd_url = f"http://127.0.0.1:{self.etcd_port}"
        self.audit = folder / "audit.log"
        self.authority = folder / "pki/apiserver.crt"
        self.api = API(self.port, self.authority, "admin-token")
        self.processes: dict[str, subprocess.Popen] = {}

    def run(self, name: str, *arguments: str):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen([f"{ASSETS}/{name}", *arguments], stdin=subprocess.DEVNULL,
                                                    stdout=log, stderr=log, cwd=self.folder)

    def start(self):
        users = ['admin-token,admin,admin,"system:masters"']
        users += [f'{name}-token,{name},{name},"system:masters,operators"' for name in OPERATORS]
        (self.folder / "tokens.csv").write_text("\n".join(users) + "\n")
        (self.folder / "audit.json").write_text(json.dumps({
            "apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata", "userGroups": ["operators"]}, {"level": "None"}]}))
        subprocess.run(["openssl", "genrsa", "-out", str(self.folder / "sa.key"), "2048"], check=True, capture_output=True)
        self.run("etcd", "--data-dir", "etcd", "--listen-client-urls", self.etcd_url, "--advertise-client-urls", self.etcd_url,
                 "--listen-peer-urls", "http://127.0.0.1:0", "--unsafe-no-fsync=true", "--log-level", "error")
        self.start_api()
        for file in sorted((ROOT / "crds").glob("*.yaml")):
            self.api.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", file.read_bytes(),
                          "application/yaml")
        for plural in ("transcodejobs", "vlogworkers"):
            until(lambda: self.api.find(f"{OURS}/{plural}?limit=1"), 30, f"{plural} to be served")
        self.start_controllers()

    def start_controllers(self):
        names = ("job", "garbage-collector", "namespace", "resourcequota")
        self.run("kube-controller-manager", "--kubeconfig", str(self.kubeconfig("admin")), "--leader-elect=false",
                 "--controllers", ",".join(f"{name}-controller" for name in names), "--secure-port", "0",
                 "--kube-api-qps", "500", "--kube-api-burst", "1000", "--concurrent-job-syncs", "20")

    def start_api(self):
        self.run("kube-apiserver", "--etcd-servers", self.etcd_url, "--bind-address", "127.0.0.1",
                 "--secure-port", str(self.port), "--cert-dir", "pki", "--service-cluster-ip-range", "10.0.0.0/24",
                 "--token-auth-file", "tokens.csv", "--authorization-mode", "RBAC", "--service-account-key-file", "sa.key",
                 "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-signing-key-file", "sa.key",
                 "--disable-admission-plugins", "ServiceAccount", "--audit-policy-file", "audit.json",
                 "--audit-log-path", str(self.audit), "--profiling=false")
        until(self.authority.exists, 60, "the API server's certificate")
        until(self.api.is_ready, 120, "the API server")

    def go_away(self):
        """Like a machine that is switched off, but for etcd."""
        for name in ("kube-apiserver", "kube-controller-manager"):
            self.processes[name].kill()
            self.processes[name].wait()

    def come_back(self):
        self.start_api()
        self.start_controllers()

    def stop(self):
        for process in reversed(self.processes.values()):
            process.kill()
            process.wait()

    def kubeconfig(self, user: str, port: int | None = None) -> pathlib.Path:
        port = port or self.port
        path = self.folder / f"{user}-{port}.kubeconfig"
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {
                "server": f"https://127.0.0.1:{port}", "certificate-authority": str(self.authority)}}],
            "users": [{"name": "u", "user": {"token": f"{user}-token"}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))
        return path

    def etcd(self, call: str, **body) -> dict:
        request = urllib.request.Request(f"{self.etcd_url}/v3/kv/{call}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def keys_of(self, namespace: str) -> list[str]:
        """What etcd holds of a namespace."""
        found = self.etcd("range", key=key(), range_end=AFTER_ALL, keys_only=True)
        names = [base64.b64decode(entry["key"]).decode() for entry in found["kvs"]]
        return [name for name in names if namespace in name.split("/")]

    def requests(self, namespace: str) -> list["Request"]:
        """Those of operators that the API server has answered, oldest first."""
        found = []
        for line in self.audit.read_text().splitlines():
            with contextlib.suppress(ValueError):  # The last line before the server was killed.
                entry = json.loads(line)
                if entry["stage"] == "ResponseComplete" and entry.get("objectRef", {}).get("namespace") == namespace:
                    found.append(Request(entry))
        return found


@dataclasses.dataclass
class Request:
    entry: dict

    @property
    def user(self) -> str:
        return self.entry["user"]["username"]

    @property
    def verb(self) -> str:
        return self.entry["verb"]

    @property
    def resource(self) -> str:
        about = self.entry["objectRef"]
        return "/".join(about[part] for part in ("resource", "subresource") if part in about)

    @property
    def name(self) -> str:
        return self.entry["objectRef"].get("name", "")

    @property
    def status(self) -> int:
        return self.entry["responseStatus"]["code"]

    @property
    def at(self) -> float:
        """When it came in."""
        return datetime.datetime.fromisoformat(self.entry["requestReceivedTimestamp"]).timestamp()

    @property
    def is_write(self) -> bool:
        return self.verb not in ("get", "list", "watch")

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.user} {self.verb} {self.resource} {self.name}: {self.status}"


def is_ended(pod: dict) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def is_over(job: dict) -> bool:
    return any(condition["type"] in ("Complete", "Failed") and condition["status"] == "True"
               for condition in job.get("status", {}).get("conditions", []))


class Node:
    """Scheduler and kubelet: a pod is bound, runs for a while and ends as the namespace's `end` says."""

    def __init__(self, api: API, seed: int):
        self.api = api
        self.chance = random.Random(seed)
        #: Seconds that pods of a namespace work; those of a namespace in `held` do not end.
        self.work: dict[str, tuple[float, float]] = {}
        self.held: set[str] = set()
        #: What the runner's container ends with: exit code, reason, message.
        self.end: dict[str, Callable[[dict], tuple[int, str, str]]] = {}
        self.due: dict[str, float] = {}
        self.steps: set[tuple[str, str]] = set()
        self.busy: set[str] = set()
        self.pods = View(api, "/api/v1/pods")
        self.pool = concurrent.futures.ThreadPoolExecutor(8)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def loop(self):
        while not self.ended.wait(0.03):
            for pod in list(self.pods.objects.values()):
                uid = pod["metadata"]["uid"]
                step = self.next_step(pod, uid)
                if step and uid not in self.busy and (uid, step.__name__) not in self.steps:
                    self.busy.add(uid)
                    self.pool.submit(self.take, step, pod, uid)

    def next_step(self, pod: dict, uid: str) -> Callable | None:
        if "nodeName" not in pod["spec"]:
            return None if "deletionTimestamp" in pod["metadata"] else self.bind
        if "deletionTimestamp" in pod["metadata"]:
            return self.remove if is_ended(pod) else self.terminate
        if is_ended(pod):
            return None
        if pod["status"].get("phase") != "Running":
            return self.run
        namespace = pod["metadata"]["namespace"]
        is_due = time.monotonic() >= self.due.get(uid, 0)
        return self.finish if is_due and namespace not in self.held else None

    def take(self, step: Callable, pod: dict, uid: str):
        try:
            step(pod, f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}")
            self.steps.add((uid, step.__name__))
        except TROUBLE:
            pass
        finally:
            self.busy.discard(uid)

    def bind(self, pod: dict, path: str):
        self.api.send("POST", path + "/binding", {
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": "node-1"}})

    def run(self, pod: dict, path: str):
        self.say(path, pod, "Running", {"running": {"startedAt": now()}})
        shortest, longest = self.work.get(pod["metadata"]["namespace"], (0.5, 1.5))
        self.due[pod["metadata"]["uid"]] = time.monotonic() + self.chance.uniform(shortest, longest)

    def finish(self, pod: dict, path: str):
        end = self.end.get(pod["metadata"]["namespace"], lambda pod: (0, "Completed", ""))
        self.finish_with(pod, path, *end(pod))

    def terminate(self, pod: dict, path: str):
        """SIGTERM, upon which a runner keeps its checkpoint."""
        self.finish_with(pod, path, 75, "Error", "")

    def remove(self, pod: dict, path: str):
        self.api.send("DELETE", path + "?gracePeriodSeconds=0")

    def finish_with(self, pod: dict, path: str, code: int, reason: str, message: str):
        ended = {"exitCode": code, "reason": reason, "message": message, "startedAt": now(), "finishedAt": now()}
        self.say(path, pod, "Failed" if code else "Succeeded", {"terminated": ended})

    def say(self, path: str, pod: dict, phase: str, state: dict):
        image = pod["spec"]["containers"][0]["image"]
        self.api.patch(path + "/status", {"metadata": {"uid": pod["metadata"]["uid"]}, "status": {
            "phase": phase, "containerStatuses": [{
                "name": "runner", "image": image, "imageID": image, "ready": "running" in state, "restartCount": 0,
                "state": state}]}})

    def close(self):
        self.ended.set()
        self.thread.join()
        self.pool.shutdown()
        self.pods.close()


class Operator:
    """A `vlog operator` in the place of a pod: it keeps its identity when it is started again."""

    def __init__(self, folder: pathlib.Path, user: str, kubeconfig: pathlib.Path, *arguments: str):
        self.user = user
        self.kubeconfig = kubeconfig
        self.arguments = arguments
        self.log = folder / f"{user}.log"
        self.environment: dict[str, str] = {}
        self.port = free_port()
        self.exits: list[int] = []
        self.process: subprocess.Popen | None = None
        self.keeper: threading.Thread | None = None
        self.ended = threading.Event()

    def start(self):
        environment = os.environ | {"VLOG_POD_NAME": self.user, "VLOG_POD_UID": self.log.parent.name, "VLOG_LOG_LEVEL": "info",
                                    **self.environment}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "operator", "--kubeconfig", str(self.kubeconfig), "--health-port", str(self.port), *self.arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def keep(self):
        """Starts it again whenever it ends, as a kubelet does: at once, then after pauses that double."""
        def watch():
            pause = 0.0
            while not self.ended.wait(0.1):
                if self.process.poll() is not None:
                    self.exits.append(self.process.returncode)
                    if self.ended.wait(pause):
                        return
                    pause = min(max(1.0, pause * 2), 10)
                    self.start()
        self.keeper = threading.Thread(target=watch, daemon=True)
        self.keeper.start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, limit: float = 30) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    def signal(self, number: int):
        self.process.send_signal(number)

    def close(self):
        self.ended.set()
        if self.keeper:
            self.keeper.join()
        if self.process and self.process.poll() is None:
            self.kill()

    def get(self, path: str) -> tuple[int, str]:
        """(0, "") while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's series with these labels."""
        total = 0.0
        for line in self.get("/metrics")[1].splitlines():
            if match := re.fullmatch(re.escape(name) + r"(?:\{(.*)\})? (\S+)", line):
                found = dict(re.findall(r'(\w+)="([^"]*)"', match[1] or ""))
                if labels.items() <= found.items():
                    total += float(match[2])
        return total

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def leads(self) -> bool:
        return self.metric("vlog_operator_leader") == 1

    def lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines() if self.log.exists() else []


class Namespace:
    """One with a pool `cpu`, watched from the beginning."""

    def __init__(self, api: API, name: str, slots: int = 5):
        self.api, self.name = api, name
        api.send("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        self.most_pods = self.most_jobs = self.most_given = 0
        self.pods = View(api, f"/api/v1/namespaces/{name}/pods", self.count_pods)
        self.jobs = View(api, f"/apis/batch/v1/namespaces/{name}/jobs", self.count_jobs)
        self.workers = View(api, self.path("vlogworkers"), self.count_given)
        self.transcodes = View(api, self.path("transcodejobs"))
        if slots:
            self.make_pool(slots)

    def path(self, plural: str, name: str = "") -> str:
        return f"{OURS}/namespaces/{self.name}/{plural}" + (f"/{name}" if name else "")

    def count_pods(self, view: View):
        self.most_pods = max(self.most_pods, sum(not is_ended(pod) for pod in view.objects.values()))

    def count_jobs(self, view: View):
        self.most_jobs = max(self.most_jobs, sum(not is_over(job) for job in view.objects.values()))

    def count_given(self, view: View):
        given = sum(len(worker.get("status", {}).get("allocations", [])) for worker in view.objects.values())
        self.most_given = max(self.most_given, given)

    def make_pool(self, slots: int, name: str = "cpu"):
        self.api.send("POST", self.path("vlogworkers"), {
            "apiVersion": "vlog.dev/v1alpha1", "kind": "VLogWorker", "metadata": {"name": name},
            "spec": {"replicas": slots, "image": "vlog:1"}})

    def scale(self, slots: int, name: str = "cpu"):
        self.api.patch(self.path("vlogworkers", name) + "/scale", {"spec": {"replicas": slots}})

    def make(self, name: str, **spec):
        self.api.send("POST", self.path("transcodejobs"), {
            "apiVersion": "vlog.dev/v1alpha1", "kind": "TranscodeJob", "metadata": {"name": name}, "spec": {
                "source": {"url": "https://example.com/film.mp4"},
                "output": {"persistentVolumeClaim": {"claimName": "videos", "path": f"out/{name}"}}} | spec})

    def make_many(self, count: int, prefix: str = "film"):
        self.api.in_turns(lambda number: self.make(f"{prefix}-{number:03}"), range(count))

    def transcode(self, name: str) -> dict | None:
        return next((item for item in self.transcodes.objects.values() if item["metadata"]["name"] == name), None)

    def summaries(self) -> list[str]:
        return [item.get("status", {}).get("summary", "") for item in self.transcodes.objects.values()]

    def ended(self) -> int:
        return sum(summary in ("Succeeded", "Failed") for summary in self.summaries())

    def running(self) -> list[dict]:
        return [pod for pod in self.pods.objects.values() if pod["status"].get("phase") == "Running"]

    def holder(self) -> str:
        """Whose operator holds the lease."""
        lease = self.api.find(f"/apis/coordination.k8s.io/v1/namespaces/{self.name}/leases/vlog-operator")
        return ((lease or {}).get("spec", {}).get("holderIdentity") or "").split("_")[0]

    def close(self):
        for view in (self.pods, self.jobs, self.workers, self.transcodes):
            view.close()


class Gate:
    """What stands between operators and an API server, as a load balancer does: counts connections, and may fall silent."""

    def __init__(self, port: int):
        self.behind = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        #: Of connections made before it fell silent nothing passes any more, and neither side is told.
        self.silenced = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                self.connections += 1
                try:
                    far = socket.create_connection(("127.0.0.1", self.behind), 5)
                    far.settimeout(None)
                except OSError:
                    near.close()
                    continue
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=(self.connections, *pair), daemon=True).start()

    def pump(self, number: int, source: socket.socket, target: socket.socket):
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                if number > self.silenced:
                    target.sendall(piece)
        if number > self.silenced:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def fall_silent(self):
        self.silenced = self.connections

    def close(self):
        self.listener.close()


def key(*parts: str) -> str:
    """Of an object in etcd."""
    return base64.b64encode("/".join(("/registry", *parts)).encode()).decode()
