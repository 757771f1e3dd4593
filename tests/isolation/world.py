"""The example with its demonstration data, for tests that look at its database from outside."""
import os
import re
import signal
import subprocess
import sys
import time


class World:
    """The example with its demonstration data, and psql as its database's superuser."""

    def __init__(self, invoicing, folder, *options):
        self.log = open(os.path.join(folder, "log"), "w+", encoding="utf-8")
        data = os.path.join(folder, "data")
        self.server = subprocess.Popen(
            [invoicing, "--data", data, "--demo", "--loops", "1", "--listen",
             "unix:" + os.path.join(folder, "http.sock"), *options], stderr=self.log, stdout=self.log)
        self.wait_for("answers at")
        with open(os.path.join(data, "postgres/postmaster.pid"), encoding="utf-8") as file:
            socket_folder = file.read().split("\n")[4]
        with open(os.path.join(data, "passwords"), encoding="utf-8") as file:
            password = re.search(r"postgres:(\w+)", file.read())[1]
        self.socket_folder, self.data = socket_folder, data
        self.environment = dict(os.environ, PGHOST=socket_folder, PGUSER="postgres",
                                PGPASSWORD=password, PGDATABASE="tenantry")

    def wait_for(self, words):
        for _ in range(600):
            with open(self.log.name, encoding="utf-8") as file:
                if words in file.read():
                    return
            if self.server.poll() is not None:
                break
            time.sleep(0.1)
        with open(self.log.name, encoding="utf-8") as file:
            sys.exit("Bail out! the example did not start:\n" + file.read())

    def psql(self, script):
        """What a script prints: rows, command tags, and errors as their SQLSTATE, in order."""
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-v", "VERBOSITY=sqlstate"], input=script, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment, check=False)
        return done.stdout

    def ask(self, sql):
        return self.psql(sql + ";").strip()

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()
        self.log.close()

    def url(self, role):
        """Of a role of the application, for another server on the same database."""
        with open(os.path.join(self.data, "passwords"), encoding="utf-8") as file:
            password = re.search(rf":{role}:(\w+)", file.read())[1]
        return f"host={self.socket_folder} user={role} password={password} dbname=tenantry"
