// One person, two tabs, two organizations, one cookie jar, JavaScript off.
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";

import { colleague, finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const example = await startExample(process.argv[2]);
const browser = await launchBrowser();
const { url } = example;

const consultancy = { name: "Harbour & Finch", path: "/o/harbour-finch" };
const acme = { name: "Acme", path: "/o/acme" };

const jar = await browser.newContext({ javaScriptEnabled: false });
const tabs = { consultancy: await jar.newPage(), acme: await jar.newPage() };

const organizationOf = async (tab) => await tab.textContent("summary .organization-name");
const countOf = async (tab) => Number(await tab.textContent(".tabs a:first-child .count"));
const customersOf = async (tab) => new Set(await tab.locator("tbody .cell-c").allTextContents());

async function invoiceCount(tab, organization) {
    await tab.goto(`${url}${organization.path}/invoices`);
    return await countOf(tab);
}

async function fillInvoice(tab, description) {
    await tab.selectOption("select[name=customer_id]", { index: 1 });
    await tab.fill("input[name=due_on]", "2099-12-31");
    await tab.locator("input[name=description]").first().fill(description);
    await tab.locator("input[name=quantity]").first().fill("2.5");
    await tab.locator("input[name=unit_price]").first().fill("19.99");
}

// What a browser would send for the form of this page, with the first of its lines only.
async function formFields(tab) {
    const fields = {};
    for (const field of await tab.locator("main form :is(input, select, textarea)").all())
        fields[await field.getAttribute("name")] ??= await field.inputValue();
    return fields;
}

async function post(path, form) {
    return await jar.request.post(`${url}${path}`, {
        form, maxRedirects: 0, headers: { Origin: url, "Sec-Fetch-Site": "same-origin" },
    });
}

await test("a wrong password is refused, and the address stays typed", async () => {
    const page = tabs.consultancy;
    await page.goto(`${url}/sign-in`);
    await page.fill("input[name=email]", founder.email);
    await page.fill("input[name=password]", "not the password");
    await page.click("main button");

    assert.equal(await page.inputValue("input[name=email]"), founder.email);
    assert.equal(await page.locator("[role=alert]").count(), 1);
});

await test("a page of an organization asks who is not signed in to sign in, and leads back", async () => {
    const page = tabs.consultancy;
    await page.goto(`${url}${consultancy.path}/invoices`);
    await page.fill("input[name=email]", founder.email);
    await page.fill("input[name=password]", founder.password);
    await page.click("main button");

    assert.equal(page.url(), `${url}${consultancy.path}/invoices`);
});

await test("two tabs show two organizations", async () => {
    await tabs.consultancy.goto(`${url}${consultancy.path}/`);
    await tabs.acme.goto(`${url}${acme.path}/`);
    await tabs.consultancy.reload();

    assert.equal(await organizationOf(tabs.consultancy), consultancy.name);
    assert.equal(await organizationOf(tabs.acme), acme.name);
});

await test("each tab reads only its own organization", async () => {
    await tabs.consultancy.goto(`${url}${consultancy.path}/invoices`);
    await tabs.acme.goto(`${url}${acme.path}/invoices`);
    const ours = await customersOf(tabs.consultancy);
    const theirs = await customersOf(tabs.acme);

    assert.ok(ours.size > 5 && theirs.size > 5);
    assert.deepEqual([...ours].filter((name) => theirs.has(name)), []);
});

await test("each tab writes only to its own organization, forms opened side by side", async () => {
    const before = [await invoiceCount(tabs.consultancy, consultancy), await invoiceCount(tabs.acme, acme)];
    await tabs.consultancy.goto(`${url}${consultancy.path}/invoices/new`);
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.consultancy, "Written in the consultancy's tab");
    await fillInvoice(tabs.acme, "Written in Acme's tab");
    await tabs.consultancy.click("text=Save and send");
    await tabs.acme.click("text=Save and send");

    assert.ok(tabs.consultancy.url().startsWith(`${url}${consultancy.path}/invoices/`));
    assert.ok(tabs.acme.url().startsWith(`${url}${acme.path}/invoices/`));
    assert.match(await tabs.consultancy.textContent("main"), /Written in the consultancy's tab/);
    assert.match(await tabs.acme.textContent("tfoot"), /49\.98/);
    assert.deepEqual([await invoiceCount(tabs.consultancy, consultancy), await invoiceCount(tabs.acme, acme)],
        [before[0] + 1, before[1] + 1]);
});

await test("an invoice's address does not open it in the other organization", async () => {
    await tabs.acme.goto(`${url}${acme.path}/invoices`);
    const link = await tabs.acme.locator("tbody a").first().getAttribute("href");
    const foreign = await tabs.consultancy.goto(`${url}${link.replace(acme.path, consultancy.path)}`);
    const own = await tabs.acme.goto(`${url}${link}`);

    assert.equal(foreign.status(), 404);
    assert.equal(own.status(), 200);
});

await test("set-active in one tab moves nothing in the other", async () => {
    await tabs.consultancy.goto(`${url}${consultancy.path}/invoices/new`);
    await fillInvoice(tabs.consultancy, "Opened before the switch");
    const before = await invoiceCount(tabs.acme, acme);

    const answer = await jar.request.post(`${url}/api/auth/organization/set-active`, {
        data: { organizationSlug: "acme" }, headers: { Origin: url },
    });
    await tabs.consultancy.click("text=Save and send");

    assert.equal(answer.status(), 200);
    assert.equal(await organizationOf(tabs.consultancy), consultancy.name);
    assert.match(await tabs.consultancy.textContent("main"), /Opened before the switch/);
    assert.equal(await invoiceCount(tabs.acme, acme), before);
});

await test("a form opened in one organization is refused in the other, and saves nothing", async () => {
    const before = [await invoiceCount(tabs.consultancy, consultancy), await invoiceCount(tabs.acme, acme)];
    await tabs.consultancy.goto(`${url}${consultancy.path}/invoices/new`);
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.consultancy, "Meant for the consultancy");
    await fillInvoice(tabs.acme, "Meant for Acme");
    const ours = await formFields(tabs.consultancy);
    const theirs = await formFields(tabs.acme);

    const answer = await post(`${acme.path}/invoices`, { ...theirs, _ctx: ours._ctx });
    const text = await answer.text();

    assert.equal(answer.status(), 409);
    assert.match(text, /Harbour &amp; Finch/);
    assert.match(text, /Acme/);
    assert.match(text, /Meant for Acme/);
    assert.deepEqual([await invoiceCount(tabs.consultancy, consultancy), await invoiceCount(tabs.acme, acme)], before);

    // The same fields with the form's own binding are saved: it was the binding that refused them.
    const fresh = await post(`${acme.path}/invoices`, theirs);
    assert.equal(fresh.status(), 303);
    assert.equal(await invoiceCount(tabs.acme, acme), before[1] + 1);
});

await test("a form without its binding is refused, and saves nothing", async () => {
    const before = await invoiceCount(tabs.acme, acme);
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.acme, "Bare");
    const { _ctx, ...bare } = await formFields(tabs.acme);
    const answer = await post(`${acme.path}/invoices`, bare);

    assert.ok(_ctx);
    assert.equal(answer.status(), 409);
    assert.equal(await invoiceCount(tabs.acme, acme), before);
});

await test("invoices made at the same time get numbers without a gap, each organization its own", async () => {
    const numbersOf = async (tab, organization) => {
        await tab.goto(`${url}${organization.path}/invoices?status=sent`);
        return (await tab.locator("tbody .number").allTextContents()).map((text) => Number(text.split("-")[1]));
    };
    const made = 8;
    const posts = [];
    const before = {};
    for (const [name, organization] of Object.entries({ consultancy, acme })) {
        before[name] = (await numbersOf(tabs[name], organization))[0];
        await tabs[name].goto(`${url}${organization.path}/invoices/new`);
        await fillInvoice(tabs[name], "One of several at once");
        const fields = await formFields(tabs[name]);
        // Each is a form of its own: the same one, sent twice, makes one invoice.
        for (let i = 0; i < made; i++) posts.push([organization, { ...fields, new_id: randomUUID(), send: "1" }]);
    }

    const answers = await Promise.all(posts.map(([organization, fields]) => post(`${organization.path}/invoices`, fields)));

    assert.deepEqual(answers.map((answer) => answer.status()), posts.map(() => 303));
    for (const [name, organization] of Object.entries({ consultancy, acme })) {
        const expected = Array.from({ length: made + 1 }, (_, i) => before[name] + made - i);
        const numbers = (await numbersOf(tabs[name], organization)).slice(0, made + 1);
        assert.deepEqual(numbers.sort((one, other) => other - one), expected);
    }
});

await test("an invoice is marked as paid once, by its own organization", async () => {
    await tabs.acme.goto(`${url}${acme.path}/invoices?status=sent`);
    await tabs.acme.locator("tbody a").first().click();
    await tabs.acme.click("text=Mark as paid");

    assert.equal((await tabs.acme.textContent("h1 .state")).trim(), "paid");
    assert.equal(await tabs.acme.locator("text=Mark as paid").count(), 0);
    assert.match(await tabs.acme.locator(".timeline li").first().textContent(), /paid/);
});

await test("more lines keep what was typed", async () => {
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.acme, "Kept while lines are added");
    const before = await tabs.acme.locator("input[name=description]").count();
    await tabs.acme.click("text=More lines");

    assert.ok(await tabs.acme.locator("input[name=description]").count() > before);
    assert.equal(await tabs.acme.locator("input[name=description]").first().inputValue(), "Kept while lines are added");
    assert.notEqual(await tabs.acme.inputValue("select[name=customer_id]"), "");
});

await test("a form that is not complete says what is missing, and keeps what was typed", async () => {
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.acme, "Quantity missing");
    await tabs.acme.locator("input[name=quantity]").first().fill("many");
    await tabs.acme.click("text=Save and send");

    assert.match(await tabs.acme.textContent("[role=alert]"), /quantity/i);
    assert.equal(await tabs.acme.locator("input[name=description]").first().inputValue(), "Quantity missing");
});

await test("what an invoice has no room for is refused, and saves nothing", async () => {
    const before = await invoiceCount(tabs.acme, acme);
    await tabs.acme.goto(`${url}${acme.path}/invoices/new`);
    await fillInvoice(tabs.acme, "Too much");
    const fields = await formFields(tabs.acme);
    const tooMuch = [
        { note: "x".repeat(2001) }, { description: "x".repeat(801) }, { quantity: "100000", unit_price: "10000000" },
        { customer_id: "00000000-0000-0000-0000-000000000000" }, { due_on: "2026-02-30" },
    ];
    const answers = [];
    for (const change of tooMuch) answers.push((await post(`${acme.path}/invoices`, { ...fields, ...change })).status());

    assert.deepEqual(answers, tooMuch.map(() => 422));
    assert.equal(await invoiceCount(tabs.acme, acme), before);
});

await test("the switcher is a link: this tab goes, the other stays, back comes back", async () => {
    await tabs.consultancy.goto(`${url}${consultancy.path}/`);
    await tabs.acme.goto(`${url}${acme.path}/`);
    await tabs.consultancy.click("summary");
    await tabs.consultancy.locator(".switcher-menu a", { hasText: "/o/acme" }).click();
    assert.equal(await organizationOf(tabs.consultancy), acme.name);
    assert.equal(await organizationOf(tabs.acme), acme.name);

    await tabs.consultancy.goBack();
    assert.equal(await organizationOf(tabs.consultancy), consultancy.name);
});

await test("every link leads somewhere, and but for the switcher stays in the organization", async () => {
    const tab = tabs.acme;
    const links = new Set();
    for (const path of ["/", "/invoices", "/invoices?status=overdue", "/invoices/new", "/audit"]) {
        await tab.goto(`${url}${acme.path}${path}`);
        const inMain = await tab.locator("main a, nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
        // The outbox is the demonstration's, not an organization's.
        assert.deepEqual(inMain.filter((href) => !href.startsWith(`${acme.path}/`) && href !== "/outbox"), []);
        for (const link of await tab.locator("a[href^='/']").all()) links.add(await link.getAttribute("href"));
    }

    const dead = [];
    for (const link of links) {
        const answer = await jar.request.get(`${url}${link}`);
        if (answer.status() !== 200) dead.push(`${answer.status()} ${link}`);
    }

    assert.ok(links.size > 50);
    assert.deepEqual(dead, []);
});

await test("an organization that one does not belong to is as if it did not exist", async () => {
    const other = await browser.newContext({ javaScriptEnabled: false });
    const page = await other.newPage();
    await signIn(page, url, colleague, `${consultancy.path}/`);
    assert.equal(await organizationOf(page), consultancy.name);

    const withoutId = async (answer) => (await answer.text()).replace(/[0-9a-f]{16}/g, "");
    const foreign = await other.request.get(`${url}${acme.path}/invoices`);
    const nowhere = await other.request.get(`${url}/o/nowhere/invoices`);

    assert.equal(foreign.status(), 404);
    assert.equal(nowhere.status(), 404);
    assert.equal(await withoutId(foreign), await withoutId(nowhere));
    await other.close();
});

await test("a member may not mark invoices as paid, nor see the audit log", async () => {
    const other = await browser.newContext({ javaScriptEnabled: false });
    const page = await other.newPage();
    await signIn(page, url, colleague, `${consultancy.path}/invoices?status=sent`);
    await page.locator("tbody a").first().click();

    assert.equal(await page.locator("text=Mark as paid").count(), 0);
    assert.equal((await page.goto(`${url}${consultancy.path}/audit`)).status(), 403);
    await other.close();
});

await test("nothing of a tenant's page may be kept by a cache", async () => {
    const answer = await jar.request.get(`${url}${acme.path}/invoices`);

    assert.match(answer.headers()["cache-control"], /no-store/);
});

await test("signing out of one organization leaves the other, until it is entered again", async () => {
    await tabs.acme.goto(`${url}${acme.path}/`);
    await tabs.acme.click("summary");
    await tabs.acme.click("text=Sign out of Acme only");
    await tabs.consultancy.goto(`${url}${consultancy.path}/`);
    await tabs.acme.goto(`${url}${acme.path}/`);

    assert.equal(await organizationOf(tabs.consultancy), consultancy.name);
    assert.equal(await tabs.acme.locator(".card").count(), 0);

    await tabs.acme.goto(`${url}/choose`);
    await tabs.acme.locator(".choice", { hasText: "/o/acme" }).getByRole("button", { name: "Open Acme" }).click();
    assert.equal(tabs.acme.url(), `${url}${acme.path}/`);
    assert.equal(await organizationOf(tabs.acme), acme.name);
});

await test("signing out in one tab ends the other one too", async () => {
    await tabs.acme.goto(`${url}${acme.path}/`);
    await tabs.acme.click(".person button");
    await tabs.consultancy.goto(`${url}${consultancy.path}/invoices`);

    assert.equal(await tabs.consultancy.locator("input[name=password]").count(), 1);
});

await browser.close();
await example.stop();
process.exit(finish());
