"""System tests: the real program, driven as its user drives it. VLOG_BINARY names it."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from installation import Installation


def make_clip(path: pathlib.Path, seconds: float = 4, size: str = "640x360", sound: bool = True, *extra: str) -> pathlib.Path:
    """A test picture that moves, with a tone under it."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30:duration={seconds}"]
    if sound:
        command += ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}", "-c:a", "aac"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *extra, str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    """Small clips by name."""
    folder = tmp_path_factory.mktemp("clips")
    clips = {
        "small": make_clip(folder / "small.mp4"),
        "long": make_clip(folder / "long.mp4", 20),
        "hd": make_clip(folder / "hd.mp4", 14, "1920x1080"),
        "silent": make_clip(folder / "silent.mp4", sound=False),
        "odd": make_clip(folder / "odd.mkv", 2, "426x240"),
    }
    audio = folder / "audio.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "sine=duration=3", "-c:a", "aac", str(audio)],
        check=True,
    )
    garbage = folder / "garbage.mp4"
    garbage.write_bytes(os.urandom(1 << 18))
    empty = folder / "empty.mp4"
    empty.touch()
    playlist = folder / "playlist.mp4"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    cut = folder / "cut.mp4"
    whole = folder / "whole.mp4"
    make_clip(whole, 20, "640x360", True, "-movflags", "+faststart")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    return clips | {"audio": audio, "garbage": garbage, "empty": empty, "playlist": playlist, "cut": cut}


@pytest.fixture(scope="module")
def vlog():
    """One running `vlog up` for the tests of a module, each in its own data folder."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vlog-test-", dir="/tmp"))
    folder.chmod(0o755)
    installation = Installation(folder)
    installation.start()
    try:
        yield installation
    finally:
        installation.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_vlog():
    """As `vlog`, for one test alone, not yet started."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vlog-test-", dir="/tmp"))
    folder.chmod(0o755)
    installation = Installation(folder)
    try:
        yield installation
    finally:
        installation.destroy()
        shutil.rmtree(folder, ignore_errors=True)
