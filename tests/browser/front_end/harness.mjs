// `tenantry serve` on a database of its own, and a front end that speaks to it with better-auth's client.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const page = "<!doctype html><meta charset=utf-8><title>front end</title><div id=root></div><script type=module src=app.js></script>";

// The page and its script, from this folder and what npm installed.
export async function bundle() {
    const made = await build({
        entryPoints: [fileURLToPath(new URL("app.jsx", import.meta.url))], bundle: true, write: false, format: "esm",
        platform: "browser", target: "es2022", jsx: "automatic", minify: true, define: { "process.env.NODE_ENV": '"production"' },
    });
    return made.outputFiles[0].text;
}

// In this browser the server's own origin has the front end too, below /front-end/, as behind one proxy.
export async function serveBeside(context, url, script) {
    await context.route(`${url}/front-end/**`, (route) => {
        const isScript = new URL(route.request().url()).pathname.endsWith(".js");
        return route.fulfill({ contentType: isScript ? "text/javascript" : "text/html", body: isScript ? script : page });
    });
}

// The front end on an origin of its own; answers that origin and how to stop it.
export async function serveElsewhere(script) {
    const server = createServer((request, response) => {
        const isScript = request.url.endsWith(".js");
        response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
        response.end(isScript ? script : page);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

// A tab of the front end whose client speaks to `api`.
export async function openTab(context, origin, api) {
    const tab = await context.newPage();
    await tab.goto(`${origin}/front-end/?api=${encodeURIComponent(api)}`);
    await tab.waitForSelector("#person", { state: "attached" });
    return tab;
}

// Call the client in a tab as `client.organization.create({…})`: call(tab, "organization.create", {…}).
export async function call(tab, name, argument) {
    return await tab.evaluate(async ([path, input]) => {
        let [owner, method] = [null, window.client];
        for (const part of path.split(".")) [owner, method] = [method, method[part]];
        return await method(input);
    }, [name, argument]);
}

// What a call answers when nothing is in its way.
export async function done(tab, name, argument) {
    const { data, error } = await call(tab, name, argument);
    assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
    return data;
}

// Wait until the stores show this on the page; no reload.
export async function shows(tab, expected) {
    const read = async () => {
        const found = {};
        for (const id of Object.keys(expected)) found[id] = (await tab.locator(`#${id}`).textContent({ timeout: 5000 })).trim();
        return found;
    };
    let found;
    for (let tries = 0; tries < 100; tries++) {
        found = await read();
        if (Object.keys(expected).every((id) => found[id] === expected[id])) return;
        await tab.waitForTimeout(50);
    }
    assert.deepEqual(found, expected);
}

// The mails written so far.
export function mails(outbox) {
    return readFileSync(outbox, "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
