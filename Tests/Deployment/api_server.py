"""A private API server with its etcd, from the folder that KUBEBUILDER_ASSETS names. It has no controllers: nothing runs."""

import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import time

PROGRAMS = pathlib.Path(os.environ.get("KUBEBUILDER_ASSETS", "/nonexistent"))


def why_not() -> str | None:
    """What is missing for it."""
    if not all(os.access(PROGRAMS / name, os.X_OK) for name in ("etcd", "kube-apiserver")):
        return "KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver"
    return None if shutil.which("kubectl") else "kubectl is not here"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class APIServer:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.url = f"https://127.0.0.1:{free_port()}"
        self.token = secrets.token_hex(16)
        self.authority = folder / "pki" / "apiserver.crt"
        self.kubeconfig = folder / "kubeconfig"
        self.processes: list[subprocess.Popen] = []

    def start(self):
        etcd = f"http://127.0.0.1:{free_port()}"
        (self.folder / "tokens.csv").write_text(f"{self.token},admin,admin,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", "sa.key", "2048"], cwd=self.folder, check=True, capture_output=True)
        self.run("etcd", "--data-dir", "etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                 "--listen-peer-urls", "http://127.0.0.1:0", "--unsafe-no-fsync=true", "--log-level", "error")
        self.run("kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", self.url.rsplit(":", 1)[1],
                 "--cert-dir", "pki", "--service-cluster-ip-range", "10.0.0.0/24", "--token-auth-file", "tokens.csv",
                 "--authorization-mode", "RBAC", "--service-account-issuer", "https://kubernetes.default.svc",
                 "--service-account-signing-key-file", "sa.key", "--service-account-key-file", "sa.key",
                 "--disable-admission-plugins", "ServiceAccount")
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": self.url, "certificate-authority": str(self.authority)}}],
            "users": [{"name": "test", "user": {"token": self.token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }))
        deadline = time.monotonic() + 90
        # Nothing tells of a server that begins to answer.
        while self.kubectl("get", "namespace", "kube-system", check=False).returncode != 0:
            assert time.monotonic() < deadline, (self.folder / "kube-apiserver.log").read_text()[-2000:]
            time.sleep(0.3)

    def run(self, program: str, *arguments: str):
        with open(self.folder / f"{program}.log", "w") as log:
            self.processes.append(subprocess.Popen([PROGRAMS / program, *arguments], cwd=self.folder, stdout=log, stderr=log))

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kubectl(self, *arguments: str, given: str | None = None, check: bool = True,
                folder: pathlib.Path | None = None) -> subprocess.CompletedProcess:
        command = ["kubectl", "--kubeconfig", str(self.kubeconfig), "--cache-dir", str(self.folder / "cache"), *arguments]
        result = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, cwd=folder)
        assert not check or result.returncode == 0, f"kubectl {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result

    def get(self, *arguments: str) -> dict:
        return json.loads(self.kubectl("get", *arguments, "--output", "json").stdout)

    def apply(self, objects: list[dict], *options: str) -> str:
        """Applies them as they are; a field that is unknown, or given twice, is an error."""
        given = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        result = self.kubectl("apply", "--validate=strict", "--filename", "-", *options, given=given)
        # Not that Helm had made what is applied now.
        warnings = [line for line in result.stderr.splitlines() if "last-applied-configuration" not in line]
        assert not warnings, result.stderr
        return result.stdout
