"""A streaming replica of the example's embedded PostgreSQL, and what a test does to it."""

import glob
import os
import re
import shutil
import signal
import subprocess
import time

import example

PORT = "5432"


def programs():
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return folders[-1] if folders else os.path.dirname(shutil.which("pg_basebackup"))


class Replica:
    """`delay_ms`: how long it waits until it applies what was committed."""

    def __init__(self, of, delay_ms=0):
        self.of = of
        self.folder = os.path.join(of.folder, "replica")
        self.data = os.path.join(self.folder, "data")
        host, port = re.search(r"host='([^']+)' port='(\d+)'", of.raw).groups()
        with open(os.path.join(of.data, "passwords"), encoding="utf-8") as file:
            password = re.search(r"^\*:\*:\*:postgres:(.*)$", file.read(), re.M).group(1)
        owner = os.stat(glob.glob(os.path.join(of.data, "*", "PG_VERSION"))[0])
        self.user = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o755)
        if self.user:
            os.chown(self.folder, owner.st_uid, owner.st_gid)
        subprocess.run([os.path.join(programs(), "pg_basebackup"), "-h", host, "-p", port, "-U", "postgres", "-D", self.data,
                        "-X", "stream", "-c", "fast"], env=dict(os.environ, PGPASSWORD=password), check=True,
                       stdin=subprocess.DEVNULL, cwd=self.folder, **self.user)
        with open(os.path.join(self.data, "standby.signal"), "w", encoding="utf-8"):
            pass
        with open(os.path.join(self.data, "postgresql.auto.conf"), "a", encoding="utf-8") as file:
            file.write("primary_conninfo = 'host=''%s'' port=%s user=postgres password=%s'\n" % (host, port, password))
            file.write("recovery_min_apply_delay = %d\nlisten_addresses = ''\nhot_standby = on\n" % delay_ms)
            file.write("unix_socket_directories = '%s'\nport = %s\n" % (self.folder, PORT))
            # As the primary's, which are given on its command line: a standby may not have fewer.
            for setting in ("max_connections", "max_prepared_transactions"):
                file.write("%s = %s\n" % (setting, of.sql("SHOW " + setting)))
        self.admin = None
        self.start()

    def start(self):
        self.log = open(os.path.join(self.of.folder, "replica.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen([os.path.join(programs(), "postgres"), "-D", self.data], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, cwd=self.folder, **self.user)
        end = time.monotonic() + example.PATIENCE_S
        while not self.is_up():
            if time.monotonic() > end or self.process.poll() is not None:
                with open(self.log.name, encoding="utf-8") as file:
                    raise SystemExit("Bail out! the replica does not start:\n" + file.read())
            time.sleep(0.05)
        self.admin = self.psql()

    def environment(self):
        return dict(os.environ, PGPASSFILE=os.path.join(self.of.data, "passwords"))

    def command(self):
        return ["psql", "-h", self.folder, "-p", PORT, "-U", "postgres", "-d", "tenantry", "-v", "ON_ERROR_STOP=1", "-qAt"]

    def is_up(self):
        return subprocess.run(self.command() + ["-c", "SELECT 1"], env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def psql(self):
        return example.Session(self.command(), self.environment())

    def url(self, role="tenantry_app"):
        """As the primary's, but for where it is."""
        there = re.sub(r"host='[^']+'", "host='%s'" % self.folder, self.of.url(role))
        return re.sub(r"port='\d+'", "port='%s'" % PORT, there)

    def catch_up(self):
        position = self.of.sql("SELECT pg_current_wal_insert_lsn()")
        end = time.monotonic() + example.PATIENCE_S
        while self.admin.run("SELECT pg_last_wal_replay_lsn() >= '%s'" % position) != "t":
            if time.monotonic() > end:
                raise SystemExit("Bail out! the replica does not catch up")
            time.sleep(0.02)

    def pause(self):
        self.admin.run("SELECT pg_wal_replay_pause()")
        while self.admin.run("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.02)

    def resume(self):
        self.admin.run("SELECT pg_wal_replay_resume()")

    def stop(self):
        if self.process.poll() is None:
            self.admin.end()
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        self.log.close()
