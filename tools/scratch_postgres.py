"""A PostgreSQL of its own for one test or benchmark, on a unix socket, gone when that ends."""

import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile


class Scratch:
    def __init__(self, fsync="off"):
        """Figures are measured with fsync "on", as a server has it that is meant seriously."""
        self.fsync = fsync

    def __enter__(self):
        # Ended by a signal, a program must still end what it started.
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        programs = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(re.findall(r"\d+", path)[0]))
        self.folder = tempfile.mkdtemp(prefix="tenantry-scratch-")
        self.data = os.path.join(self.folder, "data")
        os.chmod(self.folder, 0o755)
        # PostgreSQL refuses to run as root.
        self.prefix = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.prefix = ["runuser", "-u", "postgres", "--"]
        self.control = os.path.join(programs, "pg_ctl")
        self.run(os.path.join(programs, "initdb"), "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8")
        self.run(self.control, "-D", self.data, "-w", "-l", os.path.join(self.data, "log"), "-o",
                 "-c listen_addresses= -c unix_socket_directories=%s -c fsync=%s" % (self.folder, self.fsync), "start")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self.environment.update(PGHOST=self.folder, PGUSER="postgres", PGDATABASE="postgres")

    def run(self, *command):
        subprocess.run([*self.prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)

    def psql(self, script):
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=script, text=True, check=True,
                              stdout=subprocess.PIPE, env=self.environment).stdout

    def __exit__(self, *_):
        if os.path.exists(os.path.join(self.data, "postmaster.pid")):
            self.run(self.control, "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
