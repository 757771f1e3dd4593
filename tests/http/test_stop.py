#!/usr/bin/env python3
"""What becomes of those who come while the server stops, of the whole server with all its loops.

    test_stop.py COMMAND...     ({listen} in it becomes an address)
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 90
HALF = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    connection.connect(path)
    return connection


def wait_until_it_answers(path):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            connection = connect(path)
            connection.sendall(HALF + b"Connection: close\r\n\r\n")
            if connection.recv(64):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("Bail out! the server does not answer")


def comes_in(path):
    try:
        connect(path).close()
        return True
    except ConnectionRefusedError:
        return False


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "socket")
        command = [part.replace("{listen}", "unix:" + path) for part in sys.argv[1:]]
        server = subprocess.Popen(command, stdout=sys.stderr)
        wait_until_it_answers(path)

        asking = connect(path)
        asking.sendall(HALF)
        time.sleep(0.2)
        was_open = comes_in(path)
        server.send_signal(signal.SIGTERM)
        time.sleep(0.6)  # longer than the notice that readiness goes down with
        is_open = comes_in(path)
        asking.sendall(b"\r\n")
        answer = asking.recv(4096)
        status = server.wait(30)

        results = [
            ("before the stop anybody comes in", was_open),
            ("who comes after it is refused at once", not is_open),
            ("who was asking is answered", answer.startswith(b"HTTP/1.1 200 ")),
            ("and the server leaves with 0", status == 0),
        ]
        print("1..%d" % len(results))
        for number, (name, is_good) in enumerate(results, 1):
            print("%s %d - %s" % ("ok" if is_good else "not ok", number, name))
        return 0 if all(is_good for _, is_good in results) else 1


if __name__ == "__main__":
    sys.exit(main())
