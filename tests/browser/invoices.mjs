// An invoice from draft to paid and back, lists that are narrowed, what is typed into two tabs at once; without
// JavaScript unless the test says otherwise.
import assert from "node:assert/strict";

import { colleague, finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const example = await startExample(process.argv[2]);
const browser = await launchBrowser();
const { url } = example;
const acme = `${url}/o/acme`;
const consultancy = `${url}/o/harbour-finch`;

const jar = await browser.newContext({ javaScriptEnabled: false });
const tab = await jar.newPage();
await signIn(tab, url, founder, "/o/acme/");

async function write(page, description, quantity = "2.5", price = "19.99") {
    await page.goto(`${acme}/invoices/new`);
    await page.selectOption("select[name=customer_id]", { index: 1 });
    await page.locator("input[name=description]").first().fill(description);
    await page.locator("input[name=quantity]").first().fill(quantity);
    await page.locator("input[name=unit_price]").first().fill(price);
}

const told = async (page) => (await page.textContent("[role=status] span")).trim();
const numbers = async (page) => await page.locator("tbody .number").allTextContents();
const counts = async (page) => (await page.locator(".tabs .count").allTextContents()).map(Number);

await test("a draft has no number, and can be edited", async () => {
    await write(tab, "Written as a draft");
    await tab.click(".actions >> text=Save draft");
    assert.equal((await tab.textContent("h1")).trim(), "Draft");
    assert.match(await told(tab), /draft is saved/);

    await tab.click("text=Edit");
    await tab.locator("input[name=quantity]").first().fill("4");
    await tab.locator("textarea[name=note]").fill("Edited once");
    await tab.click(".actions >> text=Save draft");
    assert.match(await tab.textContent("tfoot"), /79\.96/);
    assert.match(await tab.textContent(".note"), /Edited once/);
});

await test("a message is told once", async () => {
    await tab.reload();
    assert.equal(await tab.locator("[role=status]").count(), 0);
});

await test("a draft that somebody else saved meanwhile is not overwritten, and what was typed stays", async () => {
    const draft = tab.url();
    const other = await jar.newPage();
    await tab.goto(`${draft}/edit`);
    await other.goto(`${draft}/edit`);
    await tab.locator("textarea[name=note]").fill("The first one to save");
    await other.locator("textarea[name=note]").fill("The second one");
    await tab.click(".actions >> text=Save draft");
    await other.click(".actions >> text=Save draft");

    assert.match(await other.textContent("[role=alert]"), /Somebody changed/);
    assert.equal(await other.inputValue("textarea[name=note]"), "The second one");
    await tab.goto(draft);
    assert.match(await tab.textContent(".note"), /The first one to save/);
    await other.close();
});

await test("sent, it gets the number after the last one; then nobody edits it", async () => {
    const invoice = tab.url();
    await tab.goto(`${acme}/invoices?status=sent`);
    const last = Number((await numbers(tab))[0].split("-")[1]);
    await tab.goto(invoice);
    await tab.click("button:text-is('Send')");

    assert.match(await tab.textContent("h1"), new RegExp(`-0*${last + 1}\\b`));
    await tab.goto(`${invoice}/edit`);
    assert.equal(tab.url(), invoice);
    assert.match(await told(tab), /stays as it is/);
});

const stateOf = async () => (await tab.textContent("h1 .state")).trim();

await test("what was marked as paid is taken back, once", async () => {
    const invoice = tab.url();
    await tab.click("text=Mark as paid");
    assert.equal(await stateOf(), "paid");
    const undo = await tab.getAttribute("[role=status] form", "action");
    const binding = await tab.inputValue("[role=status] [name=_ctx]");
    await tab.click("text=Undo");
    assert.match(await told(tab), /Taken back/);
    await tab.goto(invoice);
    assert.equal(await stateOf(), "sent");

    await tab.click("text=Mark as paid");
    await jar.request.post(url + undo, { form: { _ctx: binding }, headers: { Origin: url } });
    await tab.goto(invoice);
    assert.equal(await stateOf(), "paid");
});

await test("nobody takes back what somebody else did", async () => {
    await tab.goto(`${consultancy}/invoices?status=sent`);
    await tab.locator("tbody .number a").first().click();
    await tab.click("text=Make void");
    const undo = await tab.getAttribute("[role=status] form", "action");
    const invoice = tab.url();

    const theirs = await browser.newContext({ javaScriptEnabled: false });
    const their = await theirs.newPage();
    await signIn(their, url, colleague, "/o/harbour-finch/invoices/new");
    // The role of a member does not even allow to ask.
    const answer = await theirs.request.post(url + undo, {
        form: { _ctx: await their.inputValue("main [name=_ctx]") }, headers: { Origin: url } });
    assert.ok([403, 409].includes(answer.status()));
    await tab.goto(invoice);
    assert.equal(await stateOf(), "void");
    await theirs.close();
});

await test("a duplicate is a draft with the same lines", async () => {
    await tab.goto(`${acme}/invoices?status=paid&q=save`);
    await tab.locator("tbody .number a").first().click();
    await tab.click("text=Duplicate");
    assert.match(tab.url(), /\/edit$/);
    assert.equal(await tab.locator("input[name=description]").first().inputValue(), "Written as a draft");
    assert.equal(await tab.inputValue("textarea[name=note]"), "The first one to save");
});

await test("a draft is discarded, an invoice is not", async () => {
    await tab.goto(tab.url().replace("/edit", ""));
    const binding = await tab.inputValue("form[action$='/discard'] [name=_ctx]");
    await tab.click("text=Discard");
    assert.match(await told(tab), /gone/);

    await tab.goto(`${acme}/invoices?status=sent`);
    const sent = await tab.locator("tbody .number a").first().getAttribute("href");
    const answer = await jar.request.post(`${url}${sent}/discard`, { form: { _ctx: binding }, headers: { Origin: url } });
    assert.equal(answer.status(), 409);
    assert.equal((await tab.goto(url + sent)).status(), 200);
});

await test("several are marked as paid at once, and taken back at once", async () => {
    await tab.goto(`${acme}/invoices?status=sent`);
    const before = await counts(tab);
    for (const index of [0, 1, 2]) await tab.locator("tbody input[type=checkbox]").nth(index).check();
    await tab.click("text=Mark ticked ones as paid");
    assert.equal(await told(tab), "3 invoices are paid.");
    await tab.goto(`${acme}/invoices?status=sent`);
    const after = await counts(tab);
    assert.deepEqual([after[2], after[4]], [before[2] - 3, before[4] + 3]);

    await tab.locator("tbody input[type=checkbox]").first().check();
    await tab.click("text=Mark ticked ones as paid");
    await tab.click("text=Undo");
    await tab.goto(`${acme}/invoices?status=sent`);
    assert.deepEqual(await counts(tab), after);
});

await test("the other organization's invoices are not marked, whatever is posted", async () => {
    await tab.goto(`${consultancy}/invoices?status=sent`);
    const before = await counts(tab);
    const foreign = await tab.locator("tbody input[type=checkbox]").first().inputValue();
    await tab.goto(`${acme}/invoices`);
    const binding = await tab.inputValue("form[action='/o/acme/invoices/paid'] [name=_ctx]");
    const answer = await jar.request.post(`${acme}/invoices/paid`, {
        form: { _ctx: binding, id: foreign }, headers: { Origin: url }, maxRedirects: 0 });
    assert.equal(answer.status(), 303);
    await tab.goto(`${acme}/invoices`);
    assert.equal(await told(tab), "None of these was waiting to be paid.");
    await tab.goto(`${consultancy}/invoices?status=sent`);
    assert.deepEqual(await counts(tab), before);
});

await test("a message of one organization is not told in the other", async () => {
    await tab.goto(`${acme}/invoices?status=sent`);
    const answer = await jar.request.post(`${acme}/invoices/paid`, {
        form: { _ctx: await tab.inputValue("form[action='/o/acme/invoices/paid'] [name=_ctx]"),
            id: await tab.locator("tbody input[type=checkbox]").first().inputValue() },
        headers: { Origin: url }, maxRedirects: 0 });
    const [, value] = /tenantry\.flash=([^;]+)/.exec(answer.headers()["set-cookie"]);

    // The message as it was signed, moved by hand to where the other organization's pages read it.
    await jar.addCookies([{ name: "tenantry.flash", value, domain: "127.0.0.1", path: "/o/harbour-finch" }]);
    await tab.goto(`${consultancy}/invoices`);
    assert.equal(await tab.locator("[role=status]").count(), 0);
    await tab.goto(`${acme}/invoices`);
    assert.equal(await told(tab), "1 invoice is paid.");
});

await test("filters narrow, stand in the address, and what cannot be read is said", async () => {
    await tab.goto(`${acme}/invoices`);
    await tab.fill("#q", "juniper");
    await tab.click("text=Show");
    const rows = await tab.locator("tbody .cell-c").allTextContents();
    assert.ok(rows.length > 0 && rows.every((name) => /juniper/i.test(name)));
    assert.match(tab.url(), /q=juniper/);

    await tab.goto(`${acme}/invoices?least=5000&most=6000`);
    const totals = (await tab.locator("tbody .cell-b").allTextContents()).map((text) => Number(text.replace(/[€ ,]/g, "")));
    assert.ok(totals.length > 0 && totals.every((total) => total >= 5000 && total <= 6000));

    await tab.goto(`${acme}/invoices?from=2026-03-01&to=2026-03-31`);
    const days = await tab.locator("tbody .date:nth-of-type(5), tbody td:nth-child(5)").allTextContents();
    assert.ok(days.length > 0 && days.every((day) => day.trim().startsWith("2026-03")));

    await tab.goto(`${acme}/invoices?q=${encodeURIComponent("100%_\\")}`);
    assert.match(await tab.textContent("tbody"), /No invoice fits/);
    const answer = await tab.goto(`${acme}/invoices?from=yesterday`);
    assert.equal(answer.status(), 400);
    assert.match(await tab.textContent("[role=alert]"), /A day is written like/);
});

for (const sort of ["newest", "due", "largest"]) {
    await test(`every invoice is on one page of the list, in the order: ${sort}`, async () => {
        await tab.goto(`${acme}/invoices?sort=${sort}`);
        const expected = (await counts(tab))[0];
        const seen = [];
        const keys = [];
        for (;;) {
            seen.push(...await tab.locator("tbody .number a").evaluateAll((links) => links.map((link) => link.href)));
            keys.push(...await tab.locator("tbody tr").evaluateAll((rows) => rows.map((row) =>
                [row.querySelector("td:nth-child(6)").textContent.trim(), Number(row.querySelector(".cell-b").textContent.replace(/[€ ,]/g, ""))])));
            if (!await tab.locator("a[rel=next]").count()) break;
            await tab.click("a[rel=next]");
        }
        assert.equal(seen.length, expected);
        assert.equal(new Set(seen).size, expected);
        if (sort === "due") assert.deepEqual(keys.map(([due]) => due), keys.map(([due]) => due).sort());
        if (sort === "largest") assert.deepEqual(keys.map(([, total]) => total), keys.map(([, total]) => total).sort((a, b) => b - a));
    });
}

await test("the file has every invoice of the filter, and no formula", async () => {
    await tab.goto(`${acme}/customers/new`);
    await tab.fill("#name", '=HYPERLINK("http://evil.example","x"), Ltd');
    await tab.fill("#email", "pay@evil.example");
    await tab.click("button:text-is('Save')");
    await tab.click("text=New invoice");
    assert.notEqual(await tab.inputValue("select[name=customer_id]"), "");
    await tab.locator("input[name=description]").first().fill("A line");
    await tab.locator("input[name=quantity]").first().fill("1");
    await tab.locator("input[name=unit_price]").first().fill("0.10");
    await tab.click("text=Save and send");

    await tab.goto(`${acme}/invoices?status=sent`);
    const sent = (await counts(tab))[2];
    const answer = await jar.request.get(url + await tab.getAttribute("text=Save as CSV", "href"));
    const lines = (await answer.text()).trimEnd().split("\r\n");
    assert.match(answer.headers()["content-disposition"], /attachment; filename="invoices\.csv"/);
    assert.equal(lines.length, sent + 1);
    assert.equal(lines[0], "Number,Customer,Status,Issued,Due,Paid,Total");
    assert.ok(lines.some((line) => line.includes(`,"'=HYPERLINK(""http://evil.example"",""x""), Ltd",sent,`)));
});

await test("a second customer of one name is refused, and what was typed stays", async () => {
    await tab.goto(`${acme}/customers`);
    const name = (await tab.locator("tbody a").nth(1).textContent()).trim();
    await tab.goto(`${acme}/customers/new`);
    await tab.fill("#name", name);
    await tab.fill("#email", "twice@example.com");
    await tab.click("button:text-is('Save')");
    assert.match(await tab.textContent("[role=alert]"), /already/);
    assert.equal(await tab.inputValue("#email"), "twice@example.com");
});

await test("the letterhead is changed in settings, by who may", async () => {
    await tab.goto(`${acme}/settings`);
    await tab.fill("#legal_name", "Acme Anvils and Springs Ltd");
    await tab.fill("#payment_days", "14");
    await tab.click("button:text-is('Save')");
    await tab.goto(`${acme}/invoices?status=sent`);
    await tab.locator("tbody .number a").first().click();
    assert.match(await tab.textContent(".parties"), /Acme Anvils and Springs Ltd/);

    const member = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await signIn(member, url, colleague, "/o/harbour-finch/invoices");
    assert.equal(await member.locator("text=Settings").count(), 0);
    assert.equal(await member.locator("input[type=checkbox]").count(), 0);
    assert.equal((await member.goto(`${consultancy}/settings`)).status(), 403);
});

const withScript = await browser.newContext();
const page = await withScript.newPage();
await signIn(page, url, founder, "/o/acme/invoices");

await test("with JavaScript: totals are added while typing, exactly, and lines come without a request", async () => {
    await write(page, "Typed", "3", "0.10");
    assert.match(await page.textContent("[data-total]"), /€ 0\.30$/);
    const before = await page.locator("input[name=description]").count();
    const at = page.url();
    await page.click("text=More lines");
    assert.equal(await page.locator("input[name=description]").count(), before + 1);
    assert.equal(page.url(), at);
    await page.locator("input[name=description]").last().fill("Second");
    await page.locator("input[name=quantity]").last().fill("2");
    await page.locator("input[name=unit_price]").last().fill("1000000.01");
    assert.match(await page.textContent("[data-total]"), /€ 2,000,000\.32$/);
});

await test("with JavaScript: / finds the search field, n what is new, and neither while typing", async () => {
    await page.goto(`${acme}/invoices`);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "q");
    await page.keyboard.type("n/");
    assert.equal(await page.inputValue("#q"), "n/");
    await page.evaluate(() => document.activeElement.blur());
    await Promise.all([page.waitForURL("**/invoices/new"), page.keyboard.press("n")]);
});

await test("on paper an invoice has no buttons and no navigation", async () => {
    await page.goto(`${acme}/invoices?status=paid`);
    await page.locator("tbody .number a").first().click();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("main button:visible, nav:visible, header:visible").count(), 0);
    assert.ok(await page.locator("tfoot:visible").count());
});

await browser.close();
await example.stop();
process.exit(finish());
