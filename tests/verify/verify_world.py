"""A PostgreSQL of its own for the tests of `tenantry verify`: databases from a template, and verify run on them."""
import json
import os
import shutil
import socket
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tenantry-verify-")
        os.chmod(self.folder, 0o755)
        versions = [v for v in os.listdir("/usr/lib/postgresql")
                    if os.path.exists("/usr/lib/postgresql/%s/bin/initdb" % v)]
        self.programs = "/usr/lib/postgresql/%s/bin/" % max(versions, key=float)
        self.prefix = []
        if os.getuid() == 0:
            self.prefix = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        data = os.path.join(self.folder, "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self._run("pg_ctl", "-D", data, "-w", "-l", os.path.join(self.folder, "log"), "-o",
                  "-c listen_addresses= -c port=%d -c unix_socket_directories=%s -c fsync=off -c wal_level=logical"
                  % (self.port, self.folder), "start")

    def _run(self, program, *arguments):
        subprocess.run(self.prefix + [self.programs + program, *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self._run("pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database="postgres", user="postgres"):
        return "host=%s port=%d user=%s dbname=%s" % (self.folder, self.port, user, database)

    def psql(self, sql, database="postgres", user="postgres", check=True):
        done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(database, user)], input=sql,
                              capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError("%s\n%s" % (sql, done.stderr))
        return done.stdout.strip() if check else done

    def database(self, name, template="template0"):
        self.psql('drop database if exists "%s" with (force);' % name)
        self.psql('create database "%s" template "%s";' % (name, template))

    def base(self, name="clean"):
        with open(os.path.join(HERE, "roles.sql"), encoding="utf-8") as file:
            self.psql(file.read())
        self.database(name)
        with open(os.path.join(HERE, "base.sql"), encoding="utf-8") as file:
            self.psql(file.read(), name)


def verify(tenantry, server, database, *options, user="postgres"):
    """Its report, with "status" beside it."""
    done = subprocess.run([tenantry, "verify", server.url(database, user), "--format", "json", *options],
                          capture_output=True, text=True, timeout=120, check=False)
    if not done.stdout:
        raise RuntimeError("verify %s: %s" % (database, done.stderr))
    report = json.loads(done.stdout)
    report["status"] = done.returncode
    return report


def codes(report, proof=None, level=None):
    return {f["code"] for f in report["findings"]
            if proof in (None, f["proof"]) and level in (None, f["severity"]) and not f["waived"]}


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, holds, name, *lines):
        self.count += 1
        self.failed += not holds
        print("%sok %d - %s" % ("" if holds else "not ", self.count, name), flush=True)
        for line in lines if not holds else ():
            print("# " + str(line).replace("\n", "\n# "), flush=True)

    def done(self):
        print("1..%d" % self.count)
        return 1 if self.failed else 0
