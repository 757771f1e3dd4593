// axe-core on every page: nothing serious; and no page is wider than its screen.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

import { finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const example = await startExample(process.argv[2]);
const browser = await launchBrowser();
const { url } = example;

// Each page is loaded once and looked at twice: what is wrong in one of the other two combinations is wrong in one of these.
const looks = {
    "light, desk": { colorScheme: "light", viewport: { width: 1280, height: 860 } },
    "dark, phone": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
};
const outside = ["/sign-in", "/sign-up", "/invitation/nothing", "/outbox"];
const inside = ["/choose", "/account", "/o/acme/", "/o/acme/invoices?status=overdue", "/o/acme/invoices?q=nothing-fits-this",
    "/o/acme/invoices?from=2026-99-99", "/o/acme/invoices/new", "/o/acme/customers", "/o/acme/customers/new", "/o/acme/people",
    "/o/acme/roles", "/o/acme/audit?action=paid", "/o/acme/audit/organization", "/o/acme/settings", "/o/acme/isolation",
    "/o/acme/no-such-page"];

// What a person who cannot see, or not well, would stumble over.
async function faults(page, path) {
    const found = [];
    await page.goto(`${url}${path}`);
    await page.evaluate(axe);
    for (const [look, { colorScheme, viewport }] of Object.entries(looks)) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > viewport.width) found.push(`${path} (${look}): wider than the screen: ${width}`);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        found.push(...violations.filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, nodes }) => `${path} (${look}): ${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`));
    }
    return found;
}

// The script of a page may not come from anywhere else; a test's may.
await test(`axe finds nothing serious on ${outside.length + inside.length + 4} pages, in light and dark, at the width of a desk and a phone`, async () => {
    const jar = await browser.newContext({ bypassCSP: true });
    const page = await jar.newPage();
    const found = [];
    for (const path of outside) found.push(...(await faults(page, path)));
    await signIn(page, url, founder, "/o/acme/invoices?status=sent");
    const invoice = await page.locator("tbody a").first().getAttribute("href");
    await page.goto(`${url}/o/acme/invoices?status=draft`);
    const draft = await page.locator("tbody a").first().getAttribute("href");
    await page.goto(`${url}/o/acme/customers`);
    const customer = await page.locator("tbody a").first().getAttribute("href");
    for (const path of [...inside, invoice, draft, `${draft}/edit`, customer]) found.push(...(await faults(page, path)));
    await jar.close();
    assert.deepEqual(found, []);
});

await test("axe does find what is wrong", async () => {
    const jar = await browser.newContext({ bypassCSP: true });
    const page = await jar.newPage();
    await page.route("**/planted", (route) => route.fulfill({ contentType: "text/html",
        body: '<!doctype html><html lang="en"><title>x</title><main><h1>x</h1><input name="q"><p style="color:#ccc">pale</p>' }));
    assert.ok((await faults(page, "/planted")).length >= 2);
    await jar.close();
});

await browser.close();
await example.stop();
process.exit(finish());
