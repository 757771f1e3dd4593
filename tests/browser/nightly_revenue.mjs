// The nightly script against what the pages of each organization say, and against the server's own reach.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const program = process.argv[2];
const example = await startExample(program);
const browser = await launchBrowser();
const said = (name) => new RegExp(`${name}="([^"]+)"`).exec(example.said())?.[1] ?? "";
const databases = { TENANTRY_RAW_DATABASE: said("TENANTRY_RAW_DATABASE"),
    TENANTRY_TENANT_DATABASE: said("TENANTRY_TENANT_DATABASE") };

async function run(args, environment = databases, name = "nightly_revenue") {
    return await new Promise((resolve) => {
        execFile(join(dirname(program), name), args, { env: environment }, (error, out, said) => resolve({ code: error?.code ?? 0, out, said }));
    });
}

await test("the sums of all organizations are those that each one's own dashboard shows", async () => {
    const jar = await browser.newContext({ javaScriptEnabled: false });
    const page = await jar.newPage();
    const shown = {};
    await signIn(page, example.url, founder, "/o/acme/");
    for (const slug of ["acme", "harbour-finch"]) {
        await page.goto(`${example.url}/o/${slug}/`);
        const amounts = await page.locator(".card-amount").allTextContents();
        shown[slug] = amounts.slice(0, 2).map((text) => text.replace(/[€,\s]/g, ""));
    }
    await jar.close();

    const answer = await run(["--json"]);
    const added = JSON.parse(answer.out).organizations.map((row) => [row.open, row.overdue]);

    assert.equal(answer.code, 0);
    assert.deepEqual(added, [shown.acme, shown["harbour-finch"]]);
});

await test("a person gets a table with a row for each organization and one for all", async () => {
    const answer = await run([]);

    assert.equal(answer.code, 0);
    assert.match(answer.out, /^organization +invoices +invoiced +paid +open +overdue$/m);
    assert.match(answer.out, /^Acme Manufacturing Ltd +\d/m);
    assert.match(answer.out, /^all +\d/m);
});

await test("a second run on the same day writes nothing, and says the same", async () => {
    const first = await run(["--json"]);
    const second = await run(["--json"]);
    const again = await run(["--json", "--again"]);

    assert.equal(second.out, first.out);
    assert.match(second.said, /2 of 2 organizations, 0 written/);
    assert.match(again.said, /2 of 2 organizations, 2 written/);
});

await test("without a place for mail no reminder is noted as sent", async () => {
    const answer = await run([], databases, "due_reminders");

    assert.equal(answer.code, 1);
    assert.match(answer.said, /TENANTRY_MAIL/);
});

await test("reminders are sent once, each in its organization's name", async () => {
    const outbox = `/tmp/tenantry-outbox-${process.pid}`;
    const environment = { ...databases, TENANTRY_MAIL: `outbox:${outbox}` };
    const dry = await run(["--dry-run"], environment, "due_reminders");
    const first = await run([], environment, "due_reminders");
    const second = await run([], environment, "due_reminders");
    const mails = readFileSync(outbox, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    rmSync(outbox);

    const count = Number(/^(\d+) reminders were sent$/m.exec(first.out)[1]);
    assert.ok(count > 0);
    assert.match(dry.out, new RegExp(`^${count} reminders are due$`, "m"));
    assert.match(second.out, /^0 reminders were sent$/m);
    assert.equal(mails.length, count);
    assert.ok(mails.every(({ kind, to, text }) => kind === "reminder" && to.includes("@") && text.includes("Invoice  2")));
    assert.equal(new Set(mails.map(({ organizationId }) => organizationId)).size, 2);
});

await test("a month that is none, and words that it does not know, are refused with a reason", async () => {
    const month = await run(["--month", "2026-13"]);
    const word = await run(["--everything"]);

    assert.deepEqual([month.code, word.code], [1, 1]);
    assert.match(month.said, /--month wants YYYY-MM/);
    assert.match(word.said, /--everything/);
});

await test("without a database it says which variable names it", async () => {
    const answer = await run([], {});

    assert.equal(answer.code, 2);
    assert.match(answer.said, /TENANTRY_RAW_DATABASE/);
});

await test("--help needs no database", async () => {
    const answer = await run(["--help"], {});

    assert.equal(answer.code, 0);
    assert.match(answer.out, /--json/);
});

await browser.close();
await example.stop();
process.exit(finish());
