"""How many claims a second a hundred waiting runners get, against the claim's statement alone, run by pgbench.

Runners claim over HTTP, holding the request until there is a job, and give the job back at once, which wakes another: there
are half as many jobs as runners. pgbench runs the same two statements, as the server's log has them, on the same database.
"""

import json
import re
import statistics
import subprocess
import urllib.request

from bench.buses import BUSES, installation
from bench.clips import clip
from bench.figures import Bench, Figure, Limit
from bench.installation import Installation
from bench.processes import cpu_seconds, tree_cpu_seconds

PEER = "pgbench"
RUNNERS = 100
JOBS = 50
#: As many connections as the server has to the database.
CLIENTS = 8
LEASE_SECONDS = 3600

LUA = """
local keys = {KEYS}
local next_key, held = 0, {}

function request()
    next_key = next_key % #keys + 1
    local headers = {["X-API-Key"] = keys[next_key], ["Content-Type"] = "application/json"}
    local job = table.remove(held)
    if job then
        headers["X-Lease-Token"] = job.token
        return wrk.format("POST", "/api/worker/jobs/" .. job.id .. "/release", headers)
    end
    return wrk.format("POST", "/api/worker/claim", headers, CLAIM)
end

function response(status, headers, body)
    if status > 299 then io.stderr:write(status, " ", body, "\\n") end
    local id = string.match(body, '"job_id":(%d+)')
    if id then table.insert(held, {id = id, token = string.match(body, '"lease_token":"([^"]+)"')}) end
end
"""


def run(bench: Bench) -> list[Figure | Limit]:
    figures = []
    for bus in BUSES:
        with installation(bench, bus, "--no-runner", "--lease-seconds", str(LEASE_SECONDS)) as (place, vlog):
            figures += compare(place, vlog, bus)
    return figures


def compare(bench: Bench, vlog: Installation, bus: str) -> list[Figure | Limit]:
    seconds = 3 if bench.quick else 15
    insert_jobs(bench, vlog)
    keys = [register(vlog, f"runner {number}") for number in range(RUNNERS)]
    script = bench.folder / "claims.lua"
    script.write_text(LUA.replace("KEYS", ", ".join(f'"{key}"' for key in keys)).replace("CLAIM", f"'{claim_body()}'"))
    statements = bench.folder / "claim.sql"
    statements.write_text(own_statements(vlog, keys[0]))

    def ours() -> dict[str, float]:
        put_back(vlog)
        # All keys are forgotten and then checked anew, so that none of them has to be again within the next minute.
        vlog.value("SELECT pg_notify('vlog_workers', '')")
        for key in keys:
            heartbeat(vlog, key)
        before = attempts(vlog), cpu_seconds(vlog.process.pid), tree_cpu_seconds(vlog.postgres)
        wrk = subprocess.run(
            ["wrk", "-t1", f"-c{RUNNERS}", f"-d{seconds}s", "--timeout", "60s", f"--script={script}", vlog.worker],
            capture_output=True, text=True, check=True,
        )
        if wrk.stderr or "Non-2xx" in wrk.stdout:
            raise RuntimeError(f"not every answer was 2xx:\n{wrk.stderr[:2000]}\n{wrk.stdout}")
        claims = attempts(vlog) - before[0]
        return {
            "claims_per_s": claims / seconds,
            "server_ms": (cpu_seconds(vlog.process.pid) - before[1]) * 1e3 / claims,
            "postgres_ms": (tree_cpu_seconds(vlog.postgres) - before[2]) * 1e3 / claims,
        }

    def alone() -> dict[str, float]:
        put_back(vlog)
        text = subprocess.run(
            ["pgbench", "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", f"--time={seconds}",
             f"--define=worker={vlog.value('SELECT max(id) FROM workers')}", f"--file={statements}", vlog.database_url],
            capture_output=True, text=True, check=True,
        ).stdout
        return {"claims_per_s": float(re.search(r"tps = ([\d.]+)", text)[1])}

    ours()
    samples = bench.alternate({"vlog": ours, PEER: alone})
    name = f"claims with {bus}"
    return [
        Figure.of(samples, "claims_per_s", name, "claims/s", PEER, at_least=0.5),
        Limit(f"{name}, server's work", "CPU ms", [statistics.median(s["server_ms"] for s in samples["vlog"])]),
        Limit(f"{name}, PostgreSQL's work", "CPU ms", [statistics.median(s["postgres_ms"] for s in samples["vlog"])]),
    ]


def claim_body() -> str:
    capabilities = {"version": "99.0.0", "codecs": ["h264"], "accelerators": ["cpu"], "free_bytes": 1 << 40}
    return json.dumps({"wait": 25, "capabilities": capabilities})


def register(vlog: Installation, name: str) -> str:
    request = urllib.request.Request(
        vlog.worker + "/api/worker/register", json.dumps({"name": name}).encode(),
        vlog.secret | {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["api_key"]


def heartbeat(vlog: Installation, key: str):
    """One after the other, the keys are checked and remembered; all at once, from one address, they would be refused."""
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    body = json.dumps({"capabilities": json.loads(claim_body())["capabilities"]}).encode()
    urllib.request.urlopen(urllib.request.Request(vlog.worker + "/api/worker/heartbeat", body, headers)).close()


def insert_jobs(bench: Bench, vlog: Installation):
    """Like the one of an upload, which is put aside."""
    vlog.upload(clip(bench, "h264-1080p", 2), "template")
    vlog.sql(f"""
        INSERT INTO videos (slug, title, source_filename, source_extension, source_bytes, source_etag)
        SELECT 'v' || n, 'v', 'v.mp4', 'mp4', 1, 'e' FROM generate_series(1, {JOBS}) n;
        INSERT INTO transcoding_jobs (video_id, profile, generation)
        SELECT v.id, j.profile, 1 FROM transcoding_jobs j, videos v WHERE v.id <> j.video_id;
        UPDATE transcoding_jobs SET state = 'cancelled' WHERE id = 1;
    """)


def put_back(vlog: Installation):
    """Whatever the round before left in somebody's hands."""
    vlog.sql("""
        UPDATE transcoding_jobs SET state = 'queued', lease_token_hash = NULL, lease_until = NULL WHERE state = 'running';
        UPDATE workers SET strikes = 0, quarantined_until = NULL;
        VACUUM ANALYZE transcoding_jobs, videos, workers;
    """)


def attempts(vlog: Installation) -> int:
    return int(vlog.value("SELECT sum(attempt) FROM transcoding_jobs"))


def own_statements(vlog: Installation, key: str) -> str:
    """The claim and the giving back as the server itself sends them, as a script for pgbench."""
    vlog.sql("ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf();")
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    claim = urllib.request.Request(vlog.worker + "/api/worker/claim", claim_body().encode(), headers)
    with urllib.request.urlopen(claim) as answer:
        job = json.load(answer)
    path = f"/api/worker/jobs/{job['job_id']}/release"
    give_back = urllib.request.Request(vlog.worker + path, b"", headers | {"X-Lease-Token": job["lease_token"]})
    urllib.request.urlopen(give_back).close()
    vlog.sql("ALTER SYSTEM RESET log_statement; SELECT pg_reload_conf();")
    log = "".join(path.read_text() for path in (vlog.data / "postgres/data/log").glob("*.log"))
    logged = [text.strip() for text in re.findall(r"execute s\d+: (.*?)\n\d{4}-\d\d-\d\d ", log, re.DOTALL)]
    claim_text = next(text for text in logged if "SKIP LOCKED" in text and "quality_progress" in text)
    release_text = next(text for text in logged if "state = 'queued', not_before = now()" in text)
    return f"{bind(claim_text)}\n\\gset\n{bind(release_text)};\n"


def bind(statement: str) -> str:
    """With pgbench's variables in place of the parameters: the token, the lease, the job, and for all else the worker."""
    patterns = {
        r"lease_token_hash = (\$\d+)": "decode((1000 + :client_id)::text, 'hex')",
        r"lease_until = now\(\) \+ (\$\d+)": f"interval '{LEASE_SECONDS} s'",
        r"WHERE id = (\$\d+)": ":id::bigint",
    }
    values = {match[1]: value for pattern, value in patterns.items() if (match := re.search(pattern, statement))}
    return re.sub(r"\$\d+", lambda match: values.get(match[0], ":worker::bigint"), statement)
