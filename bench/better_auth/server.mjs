// better-auth with its organization plugin on node:http and node-postgres, a process a core on one port: what
// tenantry is measured beside. Nothing that slows it down is on: no rate limit, no telemetry; joins and the cookie cache are.
import cluster from "node:cluster";
import { createServer } from "node:http";

import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { organization } from "better-auth/plugins/organization";
import pg from "pg";

const { BETTER_AUTH_SECRET, BETTER_AUTH_URL, PORT, WORKERS } = process.env;

function serve() {
    const auth = betterAuth({
        baseURL: BETTER_AUTH_URL,
        secret: BETTER_AUTH_SECRET,
        database: new pg.Pool({ max: 10, idleTimeoutMillis: 0 }),
        advanced: { database: { joins: true } },
        emailAndPassword: { enabled: true },
        session: { cookieCache: { enabled: true, maxAge: 300 } },
        rateLimit: { enabled: false },
        telemetry: { enabled: false },
        plugins: [organization()],
    });
    createServer(toNodeHandler(auth)).listen(Number(PORT), "127.0.0.1");
}

if (cluster.isPrimary) {
    for (let i = 0; i < Number(WORKERS); i++) cluster.fork();
    process.on("SIGTERM", () => {
        for (const worker of Object.values(cluster.workers)) worker.kill();
        process.exit(0);
    });
} else {
    serve();
}
