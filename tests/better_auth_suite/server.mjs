// One `tenantry serve` on a database of its own, whose clock follows that of the test.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { resolve } from "node:path";
import pg from "pg";

// Tests put their own clock in place of these.
const RealDate = Date;
const sleep = ((timer) => (ms) => new Promise((done) => timer(done, ms)))(setTimeout);
const { TENANTRY, ADMIN_URL, CLOCK, PRELOAD } = process.env;
const running = new Set();
process.on("exit", () => running.forEach((server) => server.kill()));

let shown = 0;
// The server, and PostgreSQL, read the file whenever they ask for the time.
function followClock() {
  const ahead = Date === RealDate ? 0 : Date.now() - RealDate.now();
  if (ahead === shown) return;
  shown = ahead;
  writeFileSync(CLOCK, `${ahead < 0 ? "-" : "+"}${(Math.abs(ahead) / 1000).toFixed(3)}s\n`);
}

// The platform's fetch adds headers of its own (Sec-Fetch-Mode among them), this does not.
function exchange(options, content) {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(options, (incoming) => {
      const parts = [];
      incoming.on("data", (part) => parts.push(part));
      incoming.on("end", () => {
        const headers = new Headers();
        for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
        const body = [204, 304].includes(incoming.statusCode) ? null : Buffer.concat(parts);
        resolve(new Response(body, { status: incoming.statusCode, statusText: incoming.statusMessage, headers }));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(content);
  });
}

function inDatabase(name) {
  const url = new URL(ADMIN_URL);
  url.pathname = `/${name}`;
  return url;
}

async function statement(url, text) {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(text);
  await client.end();
}

export async function startServer({ baseURL, secret, flags }) {
  followClock();
  const name = `suite_${process.pid}_${randomInt(1e9)}`;
  // A socket's path is ours alone; a port may be anybody's.
  const socketPath = resolve(`${name}.socket`);
  await statement(inDatabase("postgres"), `create database ${name}`);
  const identity = inDatabase(name);
  identity.username = "tenantry_identity";
  identity.password = "suite";
  const process_ = spawn(TENANTRY, [
    "serve", "--listen", `unix:${socketPath}`, "--base-url", baseURL, "--secret", secret, "--loops", "1", "--leases", "2",
    "--read-connections", "1", "--write-connections", "1", "--database", identity.href, "--database-admin",
    inDatabase(name).href, "--compatibility", process.env.COMPATIBILITY ?? "strict",
    "--log-level", "error", ...flags,
  ], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { PATH: process.env.PATH, LD_PRELOAD: PRELOAD, FAKETIME_TIMESTAMP_FILE: CLOCK, FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" },
  });
  running.add(process_);
  for (let tries = 0; ; tries++) {
    if (await exchange({ socketPath, path: "/readyz" }).then(({ ok }) => ok, () => false)) break;
    if (tries > 1200 || process_.exitCode !== null) throw new Error(`no server with ${flags.join(" ")}`);
    await sleep(50);
  }
  const pool = new pg.Pool({ connectionString: inDatabase(name).href, max: 2 });
  pool.on("error", () => {});
  return {
    async ask(request) {
      followClock();
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.delete("content-length");
      headers.delete("host");
      const hasBody = !["GET", "HEAD"].includes(request.method);
      const content = hasBody ? Buffer.from(await request.arrayBuffer()) : undefined;
      return exchange({ socketPath, method: request.method, path: pathname + search, headers: Object.fromEntries(headers) }, content);
    },
    async sql(text, values) {
      followClock();
      return (await pool.query(text, values)).rows;
    },
    async stop() {
      running.delete(process_);
      process_.kill();
      await pool.end();
    },
  };
}
