"""The peer: a controller in kopf that makes a Job for each TranscodeJob and says when that has ended. It has no slots, no
retries and no conditions: what it leaves out, it does not pay for."""

import os
import pathlib
import ssl

import aiohttp
import kopf
import yaml

GROUP = ("vlog.dev", "v1alpha1", "transcodejobs")
state = {}


@kopf.on.startup()
async def configure(settings: kopf.OperatorSettings, **_):
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.queueing.worker_limit = 64
    config = yaml.safe_load(pathlib.Path(os.environ["KUBECONFIG"]).read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cafile=cluster["certificate-authority"])
    state["session"] = aiohttp.ClientSession(
        cluster["server"], headers={"Authorization": f"Bearer {user['token']}"},
        connector=aiohttp.TCPConnector(ssl=context, limit=64),
    )


@kopf.on.cleanup()
async def close(**_):
    await state["session"].close()


@kopf.on.create(*GROUP)
async def make(name, namespace, **_):
    job = {
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": f"{name}-1", "labels": {"made-by": "kopf", "transcode-job": name}},
        "spec": {
            "completionMode": "Indexed", "completions": 1, "parallelism": 1, "backoffLimitPerIndex": 7,
            "template": {"spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "runner", "image": "vlog:1", "args": ["runner", "job"]}],
            }},
        },
    }
    kopf.adopt(job)
    async with state["session"].post(f"/apis/batch/v1/namespaces/{namespace}/jobs", json=job) as answer:
        answer.raise_for_status()


@kopf.on.event("batch", "v1", "jobs", labels={"made-by": "kopf"})
async def end(body, namespace, labels, **_):
    conditions = body.get("status", {}).get("conditions", [])
    if not any(condition["type"] == "Complete" for condition in conditions):
        return
    path = f"/apis/vlog.dev/v1alpha1/namespaces/{namespace}/transcodejobs/{labels['transcode-job']}/status"
    merge = {"Content-Type": "application/merge-patch+json"}
    async with state["session"].patch(path, json={"status": {"summary": "Succeeded"}}, headers=merge) as answer:
        answer.raise_for_status()
