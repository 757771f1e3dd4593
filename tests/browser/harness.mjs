// What the browser tests share: the example on a database of its own, Chromium, and results as TAP.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { chromium } from "playwright-core";

export const founder = { email: "maren@tolliday.example", password: "demo-password" };
export const colleague = { email: "jonas@harbour-finch.example", password: "demo-password" };

const chromiumFlags = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
];

async function freePort() {
    return await new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

// A folder of a test's own.
export function makeFolder() {
    const folder = mkdtempSync(join(tmpdir(), "tenantry-browser-"));
    // PostgreSQL runs as another user than root, who must be able to pass through.
    chmodSync(folder, 0o755);
    return folder;
}

// Start a program that serves on loopback and has its data in `folder`; answers its URL and how to stop it.
export async function startProgram(program, folder, flags, port) {
    port ??= await freePort();
    const url = `http://127.0.0.1:${port}`;
    const said = [];
    const child = spawn(program, [...flags, "--listen", `127.0.0.1:${port}`, "--data", join(folder, "data"), "--rate-limit=off"]);
    child.stdout.on("data", (text) => said.push(text));
    child.stderr.on("data", (text) => said.push(text));

    const stop = async () => {
        const gone = child.exitCode === null && new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await gone;
    };

    for (let tries = 0; tries < 600; tries++) {
        if (child.exitCode !== null) break;
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        if (answer?.ok) return { url, port, stop, said: () => Buffer.concat(said).toString() };
        await sleep(100);
    }
    await stop();
    throw new Error(`${program} did not start:\n${Buffer.concat(said).toString()}`);
}

// Start the example with demo data.
export async function startExample(program) {
    const folder = makeFolder();
    const example = await startProgram(program, folder, ["--demo"]);
    const stop = async () => {
        await example.stop();
        rmSync(folder, { recursive: true, force: true });
    };
    return { ...example, stop };
}

export async function launchBrowser() {
    return await chromium.launch({ executablePath: "/usr/bin/chromium", args: chromiumFlags });
}

// Chromium with a profile that it keeps from one start to the next, goes on where it was left, and has an extension.
export async function launchProfile(folder, extension) {
    return await chromium.launchPersistentContext(folder, {
        executablePath: "/usr/bin/chromium",
        ignoreDefaultArgs: ["--disable-extensions"],
        args: [...chromiumFlags, "--restore-last-session", `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
    });
}

// What `find` finds, as soon as it finds something.
export async function until(find) {
    for (let tries = 0; tries < 600; tries++) {
        const found = await find();
        if (found) return found;
        await sleep(100);
    }
    throw new Error(`nothing was found by ${find}`);
}

// Sign in with the form, as a person would, and end up at `path`.
export async function signIn(page, url, person, path) {
    await page.goto(`${url}/sign-in`);
    await page.fill("input[name=email]", person.email);
    await page.fill("input[name=password]", person.password);
    await page.click("main button");
    await page.goto(`${url}${path}`);
}

let count = 0;
let failed = 0;

// One test; the name is a sentence about behaviour.
export async function test(name, body) {
    count++;
    try {
        await body();
        console.log(`ok ${count} - ${name}`);
    } catch (error) {
        failed++;
        console.log(`not ok ${count} - ${name}`);
        console.log(String(error.stack ?? error).replace(/^/gm, "# "));
    }
}

export function finish() {
    console.log(`1..${count}`);
    return failed === 0 ? 0 : 1;
}
