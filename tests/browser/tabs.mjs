// What people do with tabs: duplicate, restore, bookmark, share, leave open while something is taken away. Each with and
// without JavaScript; one person in two organizations, one jar. Chromium's own commands: tabs_of_chromium.mjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { colleague, finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const example = await startExample(process.argv[2]);
const browser = await launchBrowser();
const { url } = example;
const [consultancy, acme] = [`${url}/o/harbour-finch`, `${url}/o/acme`];

const organizationOf = async (tab) => (await tab.textContent("summary .organization-name")).trim();
const told = async (tab) => (await tab.textContent(".notice-good span")).trim();

for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with JavaScript" : "without";
    const jar = await browser.newContext({ javaScriptEnabled });
    const tab = await jar.newPage();
    await signIn(tab, url, founder, "/o/acme/invoices?status=paid");

    await test(`a duplicated tab is where the first one is, and goes its own way (${how})`, async () => {
        // Duplicating loads the same address with the same cookies and history.
        const copy = await jar.newPage();
        await copy.goto(tab.url());
        assert.equal(await organizationOf(copy), "Acme");
        assert.equal(await copy.textContent(".tabs [aria-current]"), await tab.textContent(".tabs [aria-current]"));

        await copy.click("summary");
        await copy.click(".switcher-menu a[href='/o/harbour-finch/']:not(.new-tab)");
        await tab.reload();
        assert.equal(await organizationOf(copy), "Harbour & Finch");
        assert.equal(await organizationOf(tab), "Acme");
        await copy.close();
    });

    await test(`two tabs write, each into its own organization (${how})`, async () => {
        const other = await jar.newPage();
        await Promise.all([tab.goto(`${acme}/customers/new`), other.goto(`${consultancy}/customers/new`)]);
        await tab.fill("#name", `Of Acme ${how}`);
        await other.fill("#name", `Of the consultancy ${how}`);
        await Promise.all([tab.fill("#email", "a@customer.example"), other.fill("#email", "b@customer.example")]);
        await Promise.all([tab.click("main form .button"), other.click("main form .button")]);
        await Promise.all([tab.goto(`${acme}/customers?q=Of`), other.goto(`${consultancy}/customers?q=Of`)]);
        assert.match(await tab.textContent("tbody"), new RegExp(`Of Acme ${how}`));
        assert.doesNotMatch(await tab.textContent("tbody"), /Of the consultancy/);
        assert.match(await other.textContent("tbody"), new RegExp(`Of the consultancy ${how}`));
        assert.doesNotMatch(await other.textContent("tbody"), /Of Acme/);
        await other.close();
    });

    await test(`a tab that is restored by another start of the browser shows its own organization (${how})`, async () => {
        await tab.goto(`${acme}/invoices?status=draft`);
        await tab.goto(`${consultancy}/`);
        // What a browser keeps from one start to the next: its cookies, and the tabs' addresses.
        const again = await browser.newContext({ javaScriptEnabled, storageState: await jar.storageState() });
        const [first, second] = [await again.newPage(), await again.newPage()];
        await Promise.all([first.goto(`${acme}/invoices?status=draft`), second.goto(`${consultancy}/`)]);
        assert.equal(await organizationOf(first), "Acme");
        assert.equal(await organizationOf(second), "Harbour & Finch");
        await again.close();
    });

    await test(`a bookmark leads to its filter and its organization, by way of signing in if it must be (${how})`, async () => {
        const bookmark = `${acme}/invoices?status=paid&sort=largest&least=1000`;
        await tab.goto(bookmark);
        const rows = await tab.locator("tbody tr").allTextContents();
        const later = await browser.newContext({ javaScriptEnabled });
        const page = await later.newPage();
        await page.goto(bookmark);
        assert.equal(new URL(page.url()).pathname, "/sign-in");
        await page.fill("#email", founder.email);
        await page.fill("#password", founder.password);
        await page.click("main button");
        assert.equal(page.url(), bookmark);
        assert.deepEqual(await page.locator("tbody tr").allTextContents(), rows);
        await later.close();
    });

    await test(`a shared link tells somebody who is no member what a link to nowhere would (${how})`, async () => {
        await tab.goto(`${acme}/invoices`);
        const shared = await tab.locator("tbody .number a").first().getAttribute("href");
        const other = await browser.newContext({ javaScriptEnabled });
        const page = await other.newPage();
        await signIn(page, url, colleague, "/choose");
        const answers = [];
        for (const address of [shared, shared.replace("/o/acme/", "/o/no-such-place/")]) {
            const answer = await page.goto(`${url}${address}`);
            answers.push(`${answer.status()} ${(await page.content()).replace(/mono">\w+/, "").replaceAll("no-such-place", "acme")}`);
        }
        assert.match(answers[0], /^404 /);
        assert.equal(answers[0], answers[1]);
        await other.close();
    });

    await test(`after signing out in one tab, going back in another shows nothing that was there (${how})`, async () => {
        const other = await jar.newPage();
        await other.goto(`${acme}/customers`);
        await other.goto(`${acme}/invoices`);
        const customer = (await other.locator("tbody .cell-c").first().textContent()).trim();
        await tab.goto(`${consultancy}/`);
        await tab.click("text=Sign out >> visible=true");
        await other.goBack();
        assert.equal(new URL(other.url()).pathname, "/sign-in");
        assert.doesNotMatch(await other.content(), new RegExp(customer));
        // Not even where there is no server to ask.
        await jar.setOffline(true);
        await other.goBack().catch(() => {});
        assert.doesNotMatch(await other.content(), new RegExp(customer));
        await jar.setOffline(false);
        await other.close();
    });
    await jar.close();
}

const owner = await browser.newContext({ acceptDownloads: true });
const page = await owner.newPage();
await signIn(page, url, founder, "/o/harbour-finch/");

await test("an invoice is created, sent, paid and printed", async () => {
    await page.goto(`${consultancy}/invoices/new`);
    await page.selectOption("#customer_id", { index: 1 });
    await page.locator("[name=description]").first().fill("Workshop, two days");
    await page.locator("[name=quantity]").first().fill("2");
    await page.locator("[name=unit_price]").first().fill("1234.56");
    assert.match(await page.textContent("[data-total]"), /2,469\.12/);
    await page.click("text=Save and send");
    const number = /\d{4}-\d{4}/.exec(await page.textContent("h1"))[0];
    await page.click("text=Mark as paid");
    assert.match(await page.textContent("h1"), /paid/);
    assert.deepEqual((await page.locator(".timeline .action").allTextContents()).map((text) => text.trim()), ["paid", "sent", "created"]);
    const paper = await page.pdf();
    assert.ok(paper.length > 5000);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".nav, .person, main .button").filter({ visible: true }).count(), 0);
    await page.emulateMedia({ media: null });

    // It had no number yet when it was created.
    await page.goto(`${consultancy}/audit?q=${number}`);
    assert.deepEqual(await page.locator("tbody .cell-a").allTextContents().then((all) => all.map((text) => text.trim().split(/\s+/)[0])),
        ["paid", "sent"]);
});

await test("the audit log is narrowed by what, who and when, and saved as it is shown", async () => {
    await page.goto(`${consultancy}/audit?action=paid`);
    const shown = await page.locator("tbody .cell-a").allTextContents();
    assert.ok(shown.length > 0 && shown.every((text) => text.trim().startsWith("paid")));
    const waiting = page.waitForEvent("download");
    await page.click("text=Export as CSV");
    const text = readFileSync(await (await waiting).path(), "utf8");
    const lines = text.trim().split("\r\n");
    assert.match(lines[0], /^\uFEFF?When,Who,What,Invoice,Customer,Amount/);
    assert.ok(lines.length > shown.length - 1 && lines.slice(1).every((line) => line.includes(",paid,")), lines.slice(0, 3).join("\n"));
    await page.goto(`${consultancy}/audit?action=paid&from=2000-01-01&to=2000-12-31`);
    assert.match(await page.textContent("tbody"), /Nothing fits/);
});

await test("who is removed while a tab is open loses it with the next click, and keeps what belongs to them", async () => {
    const other = await browser.newContext();
    const member = await other.newPage();
    await signIn(member, url, colleague, "/o/harbour-finch/customers/new");
    await member.fill("#name", "Typed before the removal");
    await member.fill("#email", "typed@customer.example");

    await page.goto(`${consultancy}/people`);
    const row = page.locator("tr", { hasText: colleague.email });
    await row.locator("summary").click();
    await row.locator("text=Remove").click();
    assert.match(await told(page), /no member any more/);

    await member.click("main form .button");
    assert.doesNotMatch(await member.content(), /Harbour/);
    await page.goto(`${consultancy}/customers?q=Typed`);
    assert.match(await page.textContent("tbody"), /No customer fits/);
    assert.equal((await member.goto(`${consultancy}/`)).status(), 404);
    await member.goto(`${url}/choose`);
    assert.match(await member.textContent("main"), /belong to no organization/);
    await other.close();
});

await owner.close();
await browser.close();
await example.stop();
process.exit(finish());
