#!/usr/bin/env python3
"""What systemd sees: sockets that it passes, what it is told, and what the process has given up.

    test_systemd.py SERVE       (a program that serves the sign-in, with an embedded database)
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

count = 0
failed = 0


def test(name, is_good, detail=""):
    global count, failed
    count += 1
    failed += not is_good
    print("%s %d - %s" % ("ok" if is_good else "not ok", count, name))
    if not is_good:
        print("# %s" % (str(detail)[:2000].replace("\n", "\n# "),))
    sys.stdout.flush()


class Unit:
    """A service with its sockets, as systemd runs it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.sockets = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(2)]
        self.port, self.metrics_port = (listening.getsockname()[1] for listening in self.sockets)
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(os.path.join(folder, "notify"))
        self.notices.settimeout(90)

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        environment.update(NOTIFY_SOCKET=os.path.join(self.folder, "notify"), LISTEN_FDS="2",
                           LISTEN_FDNAMES="requests:metrics")
        self.errors = open(os.path.join(self.folder, "errors"), "ab")
        # Python starts programs with descriptors of its choice, so a shell puts them to 3 and 4.
        first, second = (listening.fileno() for listening in self.sockets)
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", 'exec 8<&%d 9<&%d 3<&8 4<&9 8<&- 9<&-; export LISTEN_PID=$$; exec "$@"' % (first, second),
             "unit", self.program, "--data", os.path.join(self.folder, "data"), "--listen", "127.0.0.1:1",
             "--loops", "2"],
            env=environment, pass_fds=[first, second], stdout=subprocess.DEVNULL, stderr=self.errors)
        return self.notices.recv(4096).decode()

    def log(self):
        with open(os.path.join(self.folder, "errors"), encoding="utf-8") as file:
            return file.read()

    def ask(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path, headers={"Host": "app.example"})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body


def has_given_up(unit, field):
    """What /proc says of each of its threads."""
    values = set()
    for thread in os.listdir("/proc/%d/task" % unit.process.pid):
        with open("/proc/%d/task/%s/status" % (unit.process.pid, thread)) as file:
            values |= {line.split()[1] for line in file if line.startswith(field + ":")}
    return values


def postmaster(folder):
    """The process id of the embedded PostgreSQL; None while it has none."""
    try:
        with open(os.path.join(folder, "data", "postgres", "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline() or 0) or None
    except FileNotFoundError:
        return None


def main(program):
    folder = tempfile.mkdtemp(prefix="tenantry-systemd-")
    os.chmod(folder, 0o755)
    unit = Unit(program, folder)
    try:
        early = {}
        asker = threading.Thread(target=lambda: early.update(answer=unit.ask(unit.port, "/healthz")))
        asker.start()
        notice = unit.start()
        ready = unit.ask(unit.port, "/readyz")
        asker.join()
        test("systemd is told when it is ready", ready == (200, "ready\n"), ready)
        test("with READY=1", notice.startswith("READY=1\n"), notice + unit.log())
        test("who came before it ran is answered", early.get("answer") == (200, "ok\n"), early)
        test("the socket named metrics has the metrics", "# EOF" in unit.ask(unit.metrics_port, "/metrics")[1])

        if "hardening: none under a sanitizer" not in unit.log():
            test("no thread gains privileges", has_given_up(unit, "NoNewPrivs") == {"1"}, unit.log())
            test("each has its calls filtered", has_given_up(unit, "Seccomp") == {"2"}, unit.log())
            test("the log says what is given up", "hardening: seccomp" in unit.log() and
                 "hardening: Landlock" in unit.log() or "no Landlock" in unit.log(), unit.log())

        # The embedded PostgreSQL's supervisor has given up nothing: it must start programs.
        killed = postmaster(folder)
        os.kill(killed, signal.SIGKILL)
        end = time.monotonic() + 30
        is_back = False
        while not is_back and time.monotonic() < end:
            # Another one, and ready: at first it may not have been missed yet.
            is_back = postmaster(folder) not in (None, killed) and unit.ask(unit.port, "/readyz")[0] == 200
            time.sleep(0.1)
        test("the embedded PostgreSQL still comes back", is_back, unit.log())

        unit.process.send_signal(signal.SIGTERM)
        notice = unit.notices.recv(4096).decode()
        status = unit.process.wait(60)
        test("systemd is told that it stops", notice.startswith("STOPPING=1\n"), notice)
        test("and it leaves with 0", status == 0, unit.log())

        asker = threading.Thread(target=lambda: early.update(again=unit.ask(unit.port, "/healthz")))
        asker.start()
        time.sleep(0.1)
        unit.start()
        asker.join()
        test("who comes between two runs waits in systemd's socket", early.get("again") == (200, "ok\n"),
             (early, unit.log()))
        unit.process.terminate()
        unit.process.wait(60)
    finally:
        if unit.process.poll() is None:
            unit.process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
