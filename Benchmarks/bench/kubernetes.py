"""A real API server with its etcd, from the programs that KUBEBUILDER_ASSETS names; it has no controllers."""

import asyncio
import contextlib
import json
import os
import pathlib
import secrets
import ssl
import time
from collections.abc import AsyncIterator

import aiohttp
import yaml

from bench.installation import free_port
from bench.processes import Process, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("etcd", "kube-apiserver")


def programs() -> pathlib.Path | None:
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    found = folder and all(os.access(pathlib.Path(folder) / name, os.X_OK) for name in NAMES)
    return pathlib.Path(folder) if found else None


class APIServer:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.token = secrets.token_hex(16)
        self.port, self.etcd_port = free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.authority = folder / "pki/apiserver.crt"
        self.kubeconfig = folder / "kubeconfig"

    def __enter__(self) -> "APIServer":
        found = programs()
        with contextlib.ExitStack() as stack:
            etcd = f"http://127.0.0.1:{self.etcd_port}"
            stack.enter_context(Process([
                str(found / "etcd"), "--data-dir", str(self.folder / "etcd"), "--listen-client-urls", etcd,
                "--advertise-client-urls", etcd, "--listen-peer-urls", "http://127.0.0.1:0", "--unsafe-no-fsync=true",
                "--log-level", "error", "--quota-backend-bytes", str(8 << 30),
            ], self.folder / "etcd.log"))
            (self.folder / "tokens.csv").write_text(f"{self.token},admin,admin,system:masters\n")
            # Not openssl's default name, which is a request's.
            key = self.folder / "sa.key"
            Process(["openssl", "genrsa", "-out", str(key), "2048"], self.folder / "openssl.log").wait(30)
            self.process = stack.enter_context(Process([
                str(found / "kube-apiserver"), "--etcd-servers", etcd, "--bind-address", "127.0.0.1",
                "--secure-port", str(self.port), "--cert-dir", str(self.folder / "pki"),
                "--service-cluster-ip-range", "10.0.0.0/24", "--token-auth-file", str(self.folder / "tokens.csv"),
                "--authorization-mode", "RBAC", "--service-account-issuer", "https://kubernetes.default.svc",
                "--service-account-signing-key-file", str(key), "--service-account-key-file", str(key),
                "--disable-admission-plugins", "ServiceAccount",
            ], self.folder / "apiserver.log"))
            until(self.authority.exists, 60, "the API server's certificate")
            self.kubeconfig.write_text(yaml.safe_dump({
                "apiVersion": "v1", "kind": "Config", "current-context": "c",
                "clusters": [{"name": "c", "cluster": {"server": self.url, "certificate-authority": str(self.authority)}}],
                "users": [{"name": "u", "user": {"token": self.token}}],
                "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            }))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator["Client"]:
        context = ssl.create_default_context(cafile=str(self.authority))
        async with aiohttp.ClientSession(
            self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=aiohttp.ClientTimeout(total=None),
            connector=aiohttp.TCPConnector(ssl=context, limit=64),
        ) as session:
            yield Client(session)


class Client:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session

    async def send(self, method: str, path: str, body: dict | None = None, kind: str = "application/json") -> dict:
        for _ in range(20):
            async with self.session.request(
                method, path, data=None if body is None else json.dumps(body), headers={"Content-Type": kind},
            ) as answer:
                if answer.status == 429:
                    await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
                    continue
                text = await answer.text()
                if answer.status >= 300:
                    raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]}")
                return json.loads(text) if answer.content_type == "application/json" else {"text": text}
        raise RuntimeError(f"{method} {path}: too many requests, again and again")

    async def until_ready(self):
        deadline = time.monotonic() + 120
        while True:
            try:
                await self.send("GET", "/readyz")
                return
            except (aiohttp.ClientError, RuntimeError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)

    async def define(self):
        """Our custom resources, served."""
        for file in sorted((ROOT / "crds").glob("*.yaml")):
            await self.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                            yaml.safe_load(file.read_text()))
        for plural in ("transcodejobs", "vlogworkers"):
            for _ in range(100):
                with contextlib.suppress(RuntimeError):
                    await self.send("GET", f"/apis/vlog.dev/v1alpha1/{plural}?limit=1")
                    break
                await asyncio.sleep(0.1)

    async def watch(self, path: str) -> AsyncIterator[dict]:
        """Events from now on, for as long as somebody listens."""
        version = (await self.send("GET", f"{path}?limit=1"))["metadata"]["resourceVersion"]
        while True:
            query = {"watch": "true", "resourceVersion": version, "allowWatchBookmarks": "true", "timeoutSeconds": "600"}
            async with self.session.get(path, params=query) as answer:
                answer.content._high_water = 64 << 20
                rest = b""
                async for chunk in answer.content.iter_any():
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        event = json.loads(line)
                        version = event["object"]["metadata"]["resourceVersion"]
                        yield event

    async def writes(self) -> float:
        """All writes that the server has answered, leases left out."""
        text = (await self.send("GET", "/metrics"))["text"]
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if line.startswith("apiserver_request_total{") and 'resource="leases"' not in line
                   and any(f'verb="{verb}"' in line for verb in ("POST", "PUT", "PATCH", "APPLY", "DELETE")))
