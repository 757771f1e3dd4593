// Chromium's own commands for tabs: duplicate, reopen the tab that was closed, continue where the browser was left, with a
// proper end and after a crash. An extension that the test writes gives the commands that a person has in the tab's menu.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { finish, founder, launchProfile, makeFolder, signIn, startExample, test, until } from "./harness.mjs";

const example = await startExample(process.argv[2]);
const { url } = example;
const [consultancy, acme] = [`${url}/o/harbour-finch`, `${url}/o/acme`];
const folder = makeFolder();
const extension = join(folder, "extension");
mkdirSync(extension);
writeFileSync(join(extension, "manifest.json"), JSON.stringify({
    manifest_version: 3, name: "commands", version: "1", permissions: ["tabs", "sessions"],
    background: { service_worker: "commands.js" },
}));
writeFileSync(join(extension, "commands.js"), "");

const start = () => launchProfile(join(folder, "profile"), extension);
const organizationOf = async (tab) => (await tab.textContent("summary .organization-name")).trim();
const commands = async (browser) => browser.serviceWorkers()[0] ?? await browser.waitForEvent("serviceworker");
const numberOf = async (worker, tab) => worker.evaluate(async (address) => (await chrome.tabs.query({})).find(
    (each) => each.url === address).id, tab.url());
const tabsAt = (browser, address) => browser.pages().filter((page) => page.url() === address);
// The tab that a command made: at `address`, and none of `before`.
const newTab = async (browser, before, address) => {
    const found = await until(() => tabsAt(browser, address).find((page) => !before.includes(page)));
    await found.waitForSelector("summary .organization-name");
    return found;
};

// Chromium writes down where its tabs are some seconds after they went there.
const isWrittenDown = (address) => {
    const sessions = join(folder, "profile", "Default", "Sessions");
    return readdirSync(sessions).some((file) => readFileSync(join(sessions, file)).includes(address));
};
const crash = async (context, page, addresses) => {
    await until(() => addresses.every(isWrittenDown));
    const gone = new Promise((resolve) => context.once("close", resolve));
    const protocol = await context.newCDPSession(page);
    await protocol.send("Browser.crash").catch(() => {});
    await gone;
};

// The button "Restore" of the bubble that Chromium shows then.
const restoreAfterCrash = async (context) => {
    const worker = await commands(context);
    const windows = await until(async () => {
        const closed = await worker.evaluate(() => chrome.sessions.getRecentlyClosed());
        return closed.some((each) => each.window) && closed.filter((each) => each.window);
    });
    await worker.evaluate((id) => chrome.sessions.restore(id), windows[0].window.sessionId);
};

let browser = await start();
let tab = await browser.newPage();
await signIn(tab, url, founder, "/o/acme/invoices");

await test("Duplicate: the copy has the first one's organization and history, and goes its own way", async () => {
    await tab.goto(`${consultancy}/customers`);
    await tab.goto(`${acme}/customers`);
    const before = browser.pages();
    const worker = await commands(browser);
    await worker.evaluate((id) => chrome.tabs.duplicate(id), await numberOf(worker, tab));
    const copy = await newTab(browser, before, tab.url());
    assert.equal(await organizationOf(copy), "Acme");

    await copy.goBack();
    assert.equal(copy.url(), `${consultancy}/customers`);
    assert.equal(await organizationOf(copy), "Harbour & Finch");
    await tab.reload();
    assert.equal(await organizationOf(tab), "Acme");
    await copy.close();
});

await test("Reopen closed tab: in the organization where it was closed, with its way back", async () => {
    const closed = await browser.newPage();
    await closed.goto(`${acme}/invoices?status=paid`);
    await closed.goto(`${consultancy}/invoices?status=draft`);
    await tab.goto(`${acme}/`);
    await closed.close();

    const before = browser.pages();
    const worker = await commands(browser);
    await worker.evaluate(() => chrome.sessions.restore());
    const reopened = await newTab(browser, before, `${consultancy}/invoices?status=draft`);
    assert.equal(await organizationOf(reopened), "Harbour & Finch");
    await reopened.goBack();
    assert.equal(await organizationOf(reopened), "Acme");
    assert.equal(await organizationOf(tab), "Acme");
    await reopened.close();
});

for (const [how, ...addresses] of [["its proper end", `${acme}/people`, `${consultancy}/`],
    ["a crash", `${acme}/customers`, `${consultancy}/settings`]]) {
    await test(`a browser that goes on after ${how} has each tab in its own organization`, async () => {
        const other = await browser.newPage();
        await Promise.all([tab.goto(addresses[0]), other.goto(addresses[1])]);
        if (how === "a crash") await crash(browser, tab, addresses);
        else await browser.close();

        browser = await start();
        if (how === "a crash") await restoreAfterCrash(browser);
        const [first, second] = await Promise.all(addresses.map((address) => newTab(browser, [], address)));
        assert.equal(await organizationOf(first), "Acme");
        assert.equal(await organizationOf(second), "Harbour & Finch");
        tab = first;
        await second.close();
    });
}

await test("a session that ended while the browser was closed: its restored tab asks who it is, and shows nothing", async () => {
    const customer = (await tab.locator("tbody .cell-a").first().textContent()).trim();
    const cookie = (await browser.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    await browser.close();
    await fetch(`${url}/api/auth/sign-out`, { method: "POST", headers: { cookie, origin: url, "content-type": "application/json" }, body: "{}" });

    browser = await start();
    const restored = await until(() => browser.pages().find((page) => new URL(page.url()).pathname === "/sign-in"));
    await restored.waitForSelector("#password");
    assert.doesNotMatch(await restored.content(), new RegExp(customer));
});

await browser.close();
await example.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(finish());
