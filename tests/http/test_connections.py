#!/usr/bin/env python3
"""Connections as a whole: how many there may be, and what becomes of them when the server stops.

    test_connections.py ECHO_SERVER
"""

import os
import signal
import socket
import subprocess
import sys
import time

PAGE = b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"
SLEEP = b"GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n"
LIMIT = 100  # of the echo server
count = 0
failed = 0


def test(name, is_good, detail=""):
    global count, failed
    count += 1
    failed += not is_good
    print("%s %d - %s" % ("ok" if is_good else "not ok", count, name))
    if not is_good:
        print("# %s" % (detail,))
    sys.stdout.flush()


class Echo:
    def __init__(self, program, loops=1):
        self.process = subprocess.Popen([program, "127.0.0.1:0", "60", str(loops)], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    def status(self, seconds=10):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


def answer(connection, seconds=5):
    """What comes until an answer is whole or the connection ends; "" when nothing does in time."""
    connection.settimeout(seconds)
    data = b""
    try:
        while True:
            more = connection.recv(65536)
            data += more
            head, end, body = data.partition(b"\r\n\r\n")
            if not more or (end and len(body) >= int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])):
                return data.decode()
    except socket.timeout:
        return data.decode()


def has_ended(connection, seconds=5):
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except socket.timeout:
        return False


def is_refused(echo):
    try:
        echo.connect().close()
        return False
    except ConnectionRefusedError:
        return True


def more_connections_than_allowed_wait(program):
    echo = Echo(program)
    connections = [echo.connect() for _ in range(LIMIT)]
    for connection in connections:
        connection.sendall(PAGE)
    answered = [answer(connection).startswith("HTTP/1.1 200") for connection in connections]
    waiting = echo.connect()
    waiting.sendall(PAGE)

    test("as many connections as allowed are answered", all(answered))
    test("one more waits", answer(waiting, 0.3) == "")
    connections.pop().close()
    test("until another ends", answer(waiting).startswith("HTTP/1.1 200"))
    for connection in connections:
        connection.close()
    waiting.close()
    echo.stop()
    test("and the server stops", echo.status() == 0)


def stopping_finishes_what_was_begun(program):
    echo = Echo(program)
    idle, silent, asking, half = (echo.connect() for _ in range(4))
    idle.sendall(PAGE)
    answer(idle)
    half.sendall(b"GET /echo HTTP/1.1\r\nHost")
    asking.sendall(SLEEP)
    time.sleep(0.03)
    begun = time.monotonic()
    echo.stop()

    reply = answer(asking)
    test("what was asked before the stop is answered", reply.endswith("slept\n"), reply)
    test("and told that the connection ends", "Connection: close" in reply, reply)
    test("whose connection ends", has_ended(asking))
    # The half request keeps the server for a while yet.
    test("who comes now is not let in", is_refused(echo) and echo.process.poll() is None)
    test("who asked for nothing is let go", has_ended(idle) and has_ended(silent) and has_ended(half))
    status = echo.status()
    test("the server stops at once", status == 0 and time.monotonic() - begun < 2.5,
         (status, time.monotonic() - begun))


def who_connects_while_it_stops_is_served(program):
    echo = Echo(program)
    os.kill(echo.process.pid, signal.SIGSTOP)
    late = echo.connect()
    late.sendall(PAGE)
    echo.stop()
    os.kill(echo.process.pid, signal.SIGCONT)

    reply = answer(late)
    test("who was let in by the kernel is answered", reply.startswith("HTTP/1.1 200"), reply)
    test("with the end of the connection", "Connection: close" in reply, reply)
    test("then the server stops", echo.status() == 0)


def nothing_is_left_of_connections(program):
    echo = Echo(program)
    before = echo.descriptors()
    for turn in range(300):
        connection = echo.connect()
        connection.sendall((PAGE, SLEEP, b"GET /ec", b"nonsense\r\n", PAGE * 3, b"")[turn % 6])
        if turn % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    end = time.monotonic() + 5
    while echo.descriptors() > before and time.monotonic() < end:
        time.sleep(0.05)

    test("connections leave no descriptors behind", echo.descriptors() == before,
         "%d, before %d" % (echo.descriptors(), before))
    echo.stop()
    test("and the server stops after them", echo.status() == 0)


def loops_share_the_connections(program):
    echo = Echo(program, loops=2)
    connections = [echo.connect() for _ in range(64)]
    for connection in connections:
        connection.sendall(PAGE)
    replies = [answer(connection) for connection in connections]
    first = sum("loop 0\n" in reply for reply in replies)
    second = sum("loop 1\n" in reply for reply in replies)

    test("two loops answer all connections of one socket", first + second == 64, (first, second))
    test("and neither is left out", min(first, second) >= 8, (first, second))
    for connection in connections:
        connection.close()
    echo.stop()
    test("both stop", echo.status() == 0)


def main(program):
    more_connections_than_allowed_wait(program)
    stopping_finishes_what_was_begun(program)
    who_connects_while_it_stops_is_served(program)
    nothing_is_left_of_connections(program)
    loops_share_the_connections(program)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
