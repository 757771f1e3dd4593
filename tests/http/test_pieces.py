#!/usr/bin/env python3
"""Requests behind one another, cut in two at each byte: however they come, they are answered alike.

    test_pieces.py ECHO_SERVER

What comes in one piece is looked at in other places than what comes in two, so each cut is tried.
"""

import concurrent.futures
import re
import socket
import sys
import time

from test_connections import Echo, PATIENCE_S

HOST = b" HTTP/1.1\r\nHost: a\r\n"
PAGE = b"GET /echo" + HOST + b"\r\n"
# What differs from one answer to the next.
VOLATILE = re.compile(rb"\r\n(X-Request-Id|Date|traceresponse): [^\r]*")
# With the statuses of the answers.
REQUESTS = {
    "pages, forms and empty lines": ([200] * 6, PAGE + b"\r\nPOST /echo" + HOST + b"Content-Length: 3\r\n\r\nabcHEAD /echo" + HOST + b"\r\n"
                                     b"POST /echo" + HOST + b"Expect: 100-continue\r\nContent-Length: 0\r\n\r\n\r\n" + PAGE + PAGE),
    "an empty line first": ([200, 200], b"\r\n" + PAGE + PAGE),
    "chunks": ([200, 200], PAGE + b"POST /echo" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: x\r\n\r\n" + PAGE),
    "two empty lines": ([200, 400], PAGE + b"\r\n\r\n" + PAGE),
    "two empty lines first": ([400], b"\r\n\r\n" + PAGE),
    "a line behind NUL": ([200, 400], PAGE + b"\0POST / HTTP/1.1\r\n" + PAGE),
    "LF": ([400], b"GET /echo HTTP/1.1\nHost: a\r\n\r\n" + PAGE),
    "a folded header": ([400], b"GET /echo" + HOST + b"X: a\r\n b\r\n\r\n" + PAGE),
    "an encoding and a blank": ([400], b"POST /echo" + HOST + b"Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n" + PAGE),
    "two hosts": ([400], b"GET /echo" + HOST + b"Host: a\r\n\r\n" + PAGE),
}


def answers(echo, *pieces):
    """All that comes back, to the end of the connection."""
    said = b""
    with echo.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for number, piece in enumerate(pieces):
                if number > 0:
                    time.sleep(0.002)
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was refused before it was all there
        connection.settimeout(PATIENCE_S)
        while more := connection.recv(65536):
            said += more
    return VOLATILE.sub(b"", said)


def main():
    echo = Echo(sys.argv[1])
    failed = 0
    several = concurrent.futures.ThreadPoolExecutor(16)
    print("1..%d" % len(REQUESTS))
    for number, (name, (statuses, sent)) in enumerate(REQUESTS.items(), 1):
        whole = answers(echo, sent)
        found = [int(status) for status in re.findall(rb"^HTTP/1\.1 ([2-5]\d\d) ", whole, re.MULTILINE)]
        cuts = range(1, len(sent))
        cut_answers = several.map(lambda cut, all=sent: answers(echo, all[:cut], all[cut:]), cuts)
        others = [cut for cut, said in zip(cuts, cut_answers) if said != whole]
        is_good = found == statuses and not others
        failed += not is_good
        print("%s %d - %s" % ("ok" if is_good else "not ok", number, name))
        if not is_good:
            print("# whole: %s; otherwise when cut at %s" % (found, others))
    echo.stop()
    return 1 if failed or echo.status() != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
