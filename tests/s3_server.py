"""A real S3 server (moto) in a process of its own on this machine, for tests of archives and output on s3://."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

SECONDS_TO_START = 60.0

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_SERVE = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"


@contextlib.contextmanager
def start_s3() -> Iterator[str]:
    """The server's address; meanwhile the environment makes s3:// lead to it, in children too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = dict(os.environ)
    os.environ |= _ENVIRONMENT | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()  # one that was made before leads elsewhere
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(server, port)
        yield os.environ["AWS_ENDPOINT_URL"]
    finally:
        server.kill()
        server.wait()
        S3FileSystem.clear_instance_cache()
        os.environ.clear()
        os.environ.update(before)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert server.poll() is None, "moto's server ended"
        assert time.monotonic() < deadline, "moto's server does not answer"
        time.sleep(0.05)


def open_bucket(name: str) -> Any:
    """An fsspec file system with an empty bucket of that name; within ``start_s3``."""
    from pipeline.remote import filesystem_of

    system, path = filesystem_of(f"s3://{name}")
    system.mkdir(path)
    return system
