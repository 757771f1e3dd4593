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
PATIENT = b"GET /patient HTTP/1.1\r\nHost: a\r\n\r\n"
LIMIT = 100  # of the echo server
PATIENCE_S = 30  # for what must come; on a busy machine it may take long
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
    def __init__(self, program, loops=1, **options):
        options = ["%s=%s" % option for option in options.items()]
        self.process = subprocess.Popen([program, "127.0.0.1:0", "60", str(loops), *options], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])

    def connect(self, host="127.0.0.1", source="127.0.0.1"):
        return socket.create_connection((host, self.port), PATIENCE_S, (source, 0))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    def status(self, seconds=PATIENCE_S):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


def answer(connection, seconds=PATIENCE_S):
    """What comes until an answer is whole or the connection ends; "" when nothing does in time."""
    connection.settimeout(seconds)
    data = bytearray()
    whole = None
    try:
        while whole is None or len(data) < whole:
            more = connection.recv(65536)
            if not more:
                break
            data += more
            end = data.find(b"\r\n\r\n") if whole is None else -1
            if end >= 0:
                whole = end + 4 + int(data[:end].lower().split(b"content-length: ")[1].split(b"\r")[0])
    except socket.timeout:
        pass
    return data.decode()


def has_ended(connection, seconds=PATIENCE_S):
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
    asking.sendall(PATIENT)
    time.sleep(0.1)
    begun = time.monotonic()
    echo.stop()

    reply = answer(asking)
    test("what was asked before the stop is answered", reply.startswith("HTTP/1.1 200"), reply)
    test("and told that the connection ends", "Connection: close" in reply, reply)
    test("whose connection ends", has_ended(asking))
    # The half request keeps the server for a while yet.
    test("who comes now is not let in", is_refused(echo) and echo.process.poll() is None)
    test("who asked for nothing is let go", has_ended(idle) and has_ended(silent))
    cut = answer(half)
    test("who did not end to ask is told so", cut.startswith("HTTP/1.1 503 ") and "Connection: close" in cut, cut)
    status = echo.status()
    test("the server does not wait for connections to become old", status == 0 and time.monotonic() - begun < PATIENCE_S,
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
    end = time.monotonic() + PATIENCE_S
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


def asked_until_let_in(echo):
    """The server hears of the end of another connection when it comes to it."""
    end = time.monotonic() + PATIENCE_S
    while True:
        connection = echo.connect()
        connection.sendall(PAGE)
        reply = answer(connection)
        if not reply.startswith("HTTP/1.1 503") or time.monotonic() > end:
            return connection, reply
        connection.close()


def one_address_has_its_share(program):
    echo = Echo(program, loops=2, address_limit=10, proxy="127.0.0.3")
    mine = [echo.connect() for _ in range(10)]
    for connection in mine:
        connection.sendall(PAGE)
    answered = [answer(connection).startswith("HTTP/1.1 200") for connection in mine]
    over = [echo.connect() for _ in range(3)]
    refusals = [answer(connection) for connection in over]
    other, proxied = echo.connect(source="127.0.0.2"), [echo.connect(source="127.0.0.3") for _ in range(20)]
    for connection in [other] + proxied:
        connection.sendall(PAGE)

    test("an address may have as many connections as its limit", all(answered), answered)
    test("more are told so, and closed", all(refusal.startswith("HTTP/1.1 503") for refusal in refusals) and
         all(has_ended(connection) for connection in over), refusals)
    test("another address is served", answer(other).startswith("HTTP/1.1 200"))
    test("a proxy may have more", all(answer(connection).startswith("HTTP/1.1 200") for connection in proxied))
    mine.pop().close()
    again, reply = asked_until_let_in(echo)
    test("who closes one may have another", reply.startswith("HTTP/1.1 200"), reply)
    for connection in mine + over + proxied + [other, again]:
        connection.close()
    echo.stop()
    test("and the server stops", echo.status() == 0)


def a_connection_serves_so_many_requests(program):
    echo = Echo(program, requests_limit=5)
    connection = echo.connect()
    connection.sendall(PAGE * 8)
    data = b""
    connection.settimeout(5)
    while more := connection.recv(65536):
        data += more
    test("of pipelined requests as many as allowed are answered", data.count(b"HTTP/1.1 200") == 5, data[-400:])
    test("the last one says that it is", data.count(b"Connection: close") == 1)
    echo.stop()
    test("and the server stops", echo.status() == 0)


def each_part_of_a_request_has_its_time(program):
    echo = Echo(program, header_timeout=1, body_timeout=2, send_timeout=1)
    slow_head, slow_body = echo.connect(), echo.connect()
    slow_head.sendall(b"GET /echo HTTP/1.1\r\nHost: a")
    slow_body.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
    began = time.monotonic()
    head = answer(slow_head)
    head_took = time.monotonic() - began
    body = answer(slow_body)
    body_took = time.monotonic() - began

    test("a slow header is answered 408 after its time", head.startswith("HTTP/1.1 408") and head_took > 0.8,
         (head, head_took))
    test("a slow body after its own", body.startswith("HTTP/1.1 408") and body_took > 1.8, (body, body_took))
    idle = echo.connect()
    time.sleep(1.5)
    idle.sendall(PAGE)
    test("who has not begun to ask has longer", answer(idle).startswith("HTTP/1.1 200"))
    for connection in (slow_head, slow_body, idle):
        connection.close()
    echo.stop()
    test("and the server stops", echo.status() == 0)


def who_does_not_read_is_let_go(program):
    echo = Echo(program, send_timeout=1, send_rate=3 << 20)
    before = echo.descriptors()
    slow, quick = echo.connect(), echo.connect()
    began = time.monotonic()
    for connection in (slow, quick):
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    whole = len(answer(quick))
    end = began + PATIENCE_S
    while echo.descriptors() > before + 1 and time.monotonic() < end:
        time.sleep(0.05)
    took = time.monotonic() - began

    test("who reads has all of it", whole > 16 << 20, whole)
    test("who does not is let go after a time that is known", echo.descriptors() == before + 1 and took > 1.5,
         (echo.descriptors(), before, took))
    slow.close()
    quick.close()
    echo.stop()
    test("and the server stops", echo.status() == 0)


def work_for_nobody_is_given_up(program):
    echo = Echo(program, half_closed_ms=700)

    def ask(request, half_close):
        connection = echo.connect()
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        began = time.monotonic()
        text = answer(connection)
        connection.close()
        return text, time.monotonic() - began

    short, _ = ask(b"GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n", True)
    patient, patient_took = ask(b"GET /patient HTTP/1.1\r\nHost: a\r\n\r\n", False)
    given_up, _ = ask(b"GET /patient HTTP/1.1\r\nHost: a\r\n\r\n", True)
    write, write_took = ask(b"POST /patient HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na", True)

    test("who sends no more still gets a quick answer", short.startswith("HTTP/1.1 200"), short)
    test("who waits gets a slow one", patient.startswith("HTTP/1.1 200") and patient_took > 0.9, (patient, patient_took))
    test("a slow read for who may have left is given up", given_up.startswith("HTTP/1.1 499"), given_up)
    test("a write runs to its end", write.startswith("HTTP/1.1 200") and write_took > 0.9, (write, write_took))
    echo.stop()
    test("and the server stops", echo.status() == 0)


def nobody_queued_is_reset_by_the_stop(program):
    echo = Echo(program, loops=2, connection_limit=4)
    first = [echo.connect() for _ in range(8)]
    for connection in first:
        connection.sendall(SLEEP)
    queued = [echo.connect() for _ in range(40)]
    for connection in queued:
        connection.sendall(PAGE)
    echo.stop()
    replies = [answer(connection) for connection in first + queued]
    test("whom the kernel let in is answered, also beyond the limit",
         all(reply.startswith("HTTP/1.1 200") for reply in replies), [reply[:40] for reply in replies])
    test("and the server stops", echo.status() == 0)


def main(program):
    one_address_has_its_share(program)
    a_connection_serves_so_many_requests(program)
    each_part_of_a_request_has_its_time(program)
    who_does_not_read_is_let_go(program)
    work_for_nobody_is_given_up(program)
    nobody_queued_is_reset_by_the_stop(program)
    more_connections_than_allowed_wait(program)
    stopping_finishes_what_was_begun(program)
    who_connects_while_it_stops_is_served(program)
    nothing_is_left_of_connections(program)
    loops_share_the_connections(program)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
