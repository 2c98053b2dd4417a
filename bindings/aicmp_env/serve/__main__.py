"""``aicmp serve``: shows a run folder as a local web page."""

import argparse
import ipaddress
import os
import socket
import sys
from pathlib import Path

import uvicorn

from aicmp_env.report import ReportError
from aicmp_env.serve import create_app


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="aicmp serve",
        description="Show a finished or running folder of results in the browser. Whoever knows "
        "the token may set limits of machines in a live run; without one it only reads.",
    )
    parser.add_argument("folder", type=Path, help="folder of results")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port (%(default)s)")
    parser.add_argument(
        "--token",
        default=os.environ.get("AICMP_TOKEN") or None,
        help="what clients must know; needed to set limits, and beyond this machine; "
        "better given as AICMP_TOKEN, which others on this machine cannot read",
    )
    arguments = parser.parse_args()
    if not _is_loopback(arguments.host) and not arguments.token:
        return _fail("--host beyond this machine needs --token")
    hosts = ["localhost", "127.0.0.1", "[::1]", arguments.host]
    try:
        app = create_app(arguments.folder, token=arguments.token, hosts=hosts)
        family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
        listener = socket.create_server((arguments.host, arguments.port), family=family)
    except ReportError as error:
        return _fail(str(error))
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "a port is 0 to 65535"
        return _fail(f"{arguments.host}:{arguments.port}: {why}; try another --port")
    port = listener.getsockname()[1]
    login = f"login?token={arguments.token}" if arguments.token else ""
    print(f"http://{arguments.host}:{port}/{login}", flush=True)
    config = uvicorn.Config(app, log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fail(why: str) -> int:
    print(f"aicmp: error: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
