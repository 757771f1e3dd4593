"""A PostgreSQL of its own for one test program, and `tenantry migrate` beside it."""
import contextlib
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile

PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]


class Server:
    """Started by `with`; gone behind it. `environment` is for programs that shall find it."""

    def __enter__(self):
        # A test that takes too long is ended by a signal: its server shall not outlive it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
        self.folder = tempfile.mkdtemp(prefix="tenantry-migrate-")
        os.chmod(self.folder, 0o755)
        self.as_user = []
        if os.getuid() == 0:
            self.as_user = ["runuser", "-u", "postgres", "--"]
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        data = os.path.join(self.folder, "data")
        self._run(PROGRAMS + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self._run(PROGRAMS + "/pg_ctl", "-D", data, "-w", "-l", self.folder + "/log", "-o",
                  f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off", "start")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("PG", "TENANTRY_"))}
        self.environment.update(PGHOST=self.folder, PGUSER="postgres", PGPORT="5432")
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run(PROGRAMS + "/pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *command):
        subprocess.run([*self.as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       cwd="/")

    def psql(self, database, sql, role=None):
        """Rows as text; SystemExit with PostgreSQL's words when it fails."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database]
        if role:
            sql = f"set role {role};\n{sql}"
        done = subprocess.run(command, input=sql, text=True, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr}\n{sql}")
        return done.stdout.rstrip("\n")

    def holder(self, database, sql):
        """A session that has done `sql`, and stays until its input is closed."""
        process = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database], text=True,
                                   env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(sql + ";\n\\echo held\n")
        process.stdin.flush()
        for line in process.stdout:
            if line == "held\n":
                return process
        raise SystemExit(f"psql ended: {sql}")

    def dump(self, database, *options):
        """pg_dump's text, of the schema alone unless `options` say otherwise; without the word that it makes up for each dump."""
        said = subprocess.run([PROGRAMS + "/pg_dump", *(options or ["--schema-only"]), "-d", database], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout
        return re.sub(r"^\\(un)?restrict .*\n", "", said, flags=re.M)


class Project:
    """A folder with a schema file and migrations."""

    def __init__(self, server, tenantry, folder):
        self.server, self.tenantry, self.folder = server, tenantry, folder
        os.makedirs(folder, exist_ok=True)

    def write_schema(self, text):
        with open(os.path.join(self.folder, "schema.sql"), "w", encoding="utf-8") as file:
            file.write(text)

    def migrate(self, *arguments):
        """(exit status, what it said)"""
        done = subprocess.run([self.tenantry, "migrate", *arguments], cwd=self.folder, env=self.server.environment,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def new(self, name, *arguments):
        return self.migrate("new", name, *arguments)

    def apply(self, database, *arguments):
        return self.migrate("apply", "--database-admin", f"dbname={database}", *arguments)

    def files(self):
        folder = os.path.join(self.folder, "migrations")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def remove_last(self):
        os.unlink(os.path.join(self.folder, "migrations", self.files()[-1]))

    def text(self, index=-1):
        with open(os.path.join(self.folder, "migrations", self.files()[index]), encoding="utf-8") as file:
            return file.read()


class Tap:
    """Test lines, and the exit status."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, *details):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)
        for detail in details if not good else ():
            for line in str(detail).splitlines():
                print("# " + line, flush=True)
        return good

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0
