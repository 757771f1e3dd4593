"""Stands between a client and PostgreSQL, counts the client's statements, and kills the client at one of them."""
import os
import signal
import socket
import struct
import threading


class Proxy:
    """`kill_at`: the statement at which the client dies, from 1; 0: none. `is_after`: when PostgreSQL has done it, but
    before the client hears of it; else before PostgreSQL hears of it."""

    def __init__(self, folder, server_folder, kill_at=0, is_after=False):
        self.server = os.path.join(server_folder, ".s.PGSQL.5432")
        self.kill_at, self.is_after = kill_at, is_after
        self.statements = []
        self.process = None
        self.is_ready = threading.Event()
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, ".s.PGSQL.5432")
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(4)
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            threading.Thread(target=self.answers, args=(server, client), daemon=True).start()
            threading.Thread(target=self.asks, args=(client, server), daemon=True).start()

    def answers(self, server, client):
        """Whole messages, so that the end of an answer is seen."""
        try:
            while True:
                kind, body = self.message(server)
                if kind == b"Z":
                    self.is_ready.set()
                    if self.dies_now and self.is_after:
                        self.kill()
                        break
                client.sendall(kind + body)
        except (OSError, EOFError):
            pass
        self.end(client, server)

    dies_now = False

    def asks(self, client, server):
        try:
            length = self.exactly(client, 4)
            server.sendall(length + self.exactly(client, struct.unpack("!I", length)[0] - 4))
            while True:
                kind, body = self.message(client)
                if kind in (b"Q", b"P"):
                    self.statements.append(body[4:].decode("utf-8", "replace").strip("\0"))
                    if len(self.statements) == self.kill_at:
                        self.dies_now = True
                        if not self.is_after:
                            self.kill()
                            break
                server.sendall(kind + body)
        except (OSError, EOFError):
            pass
        self.end(client, server)

    @staticmethod
    def end(*sockets):
        """The other thread may wait in recv, which keeps a socket open that is only closed."""
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)

    def message(self, source):
        kind = self.exactly(source, 1)
        length = self.exactly(source, 4)
        return kind, length + self.exactly(source, struct.unpack("!I", length)[0] - 4)

    @staticmethod
    def exactly(source, count):
        data = b""
        while len(data) < count:
            part = source.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data
