// After a switch nothing of the old organization is shown. First the usual way, one address for every organization
// with what is active in the session, on a small server of its own: where neither the server's revalidation nor the
// browser's refresh alone is enough. Then the example, where neither is needed.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const names = { acme: "Acme", "harbour-finch": "Harbour & Finch" };

// A page at one address shows the active organization. The server keeps the page it rendered, the browser keeps what
// it fetched, as a client-side router does; each forgets only when it is told.
function usualServer() {
    const state = { active: "acme", kept: null, revalidates: false, written: [] };
    const fragment = () => (state.kept ??= `<h1>${state.active}</h1>`);
    const page = (refreshes) => `<!doctype html><main></main>
        <button id="switch">switch</button><button id="visit">invoices</button><button id="write">write</button>
        <script>
            const kept = new Map();
            const show = async (url) => {
                if (!kept.has(url)) kept.set(url, await (await fetch(url)).text());
                document.querySelector("main").innerHTML = kept.get(url);
            };
            const on = (id, body) => document.getElementById(id).addEventListener("click", body);
            on("visit", () => show("/fragment"));
            on("write", () => fetch("/write", { method: "POST", body: document.querySelector("h1").textContent }));
            on("switch", async () => {
                await fetch("/switch", { method: "POST" });
                ${refreshes ? "kept.clear();" : ""}
                await show("/fragment");
                document.body.dataset.done = "yes";
            });
            show("/fragment");
        </script>`;
    const answers = {
        "/fragment": () => fragment(),
        "/plain": () => page(false),
        "/refreshing": () => page(true),
        "/switch": () => {
            state.active = "harbour-finch";
            if (state.revalidates) state.kept = null;
            return "";
        },
    };
    const server = createServer(async (request, response) => {
        let body = "";
        for await (const part of request) body += part;
        if (request.url === "/write") state.written.push({ shown: body, saved: state.active });
        response.setHeader("Content-Type", "text/html");
        response.setHeader("Cache-Control", "no-store");
        response.end(answers[request.url]?.() ?? "");
    });
    return { state, server };
}

const browser = await launchBrowser();
const { state, server } = usualServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const usual = `http://127.0.0.1:${server.address().port}`;

// Show Acme, switch to Harbour & Finch, and answer what the page shows then.
async function shownAfterSwitch({ revalidates, refreshes, otherTab }) {
    Object.assign(state, { active: "acme", kept: null, revalidates, written: [] });
    const context = await browser.newContext();
    const tab = await context.newPage();
    const other = await context.newPage();
    for (const page of [tab, other]) {
        await page.goto(usual + (refreshes ? "/refreshing" : "/plain"));
        await page.waitForSelector("h1");
    }
    await tab.click("#switch");
    await tab.waitForSelector("body[data-done]");
    if (otherTab) await otherTab(other);
    const shown = await (otherTab ? other : tab).textContent("h1");
    await context.close();
    return shown;
}

await test("fails: with neither told, the page after a switch is the old organization's", async () => {
    assert.equal(await shownAfterSwitch({ revalidates: false, refreshes: false }), "acme");
});

await test("fails: with the server's page revalidated alone, the browser shows what it kept", async () => {
    assert.equal(await shownAfterSwitch({ revalidates: true, refreshes: false }), "acme");
});

await test("fails: with the browser refreshed alone, the server sends what it kept", async () => {
    assert.equal(await shownAfterSwitch({ revalidates: false, refreshes: true }), "acme");
});

await test("fails: with both told, this tab is right; the other tab shows Acme and writes to Harbour & Finch", async () => {
    assert.equal(await shownAfterSwitch({ revalidates: true, refreshes: true }), "harbour-finch");

    const write = async (other) => {
        const answered = other.waitForResponse("**/write");
        await other.click("#write");
        await answered;
    };
    assert.equal(await shownAfterSwitch({ revalidates: true, refreshes: true, otherTab: write }), "acme");
    assert.deepEqual(state.written, [{ shown: "acme", saved: "harbour-finch" }]);
});

server.close();

const example = await startExample(process.argv[2]);
const { url } = example;

const organizationOf = async (tab) => await tab.textContent("summary .organization-name");
const textOf = async (tab) => await tab.textContent("main");

for (const javaScriptEnabled of [false, true]) {
    const context = await browser.newContext({ javaScriptEnabled });
    const tab = await context.newPage();
    const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
    let acmes;

    await test(`holds: the page after a switch is the new organization's, and only that (${how})`, async () => {
        await signIn(tab, url, founder, "/o/acme/invoices");
        acmes = await textOf(tab);
        await tab.click("summary:has(.organization-name)");
        await tab.click("a[href^='/o/harbour-finch/']:visible");
        await tab.goto(`${url}/o/harbour-finch/invoices`);

        assert.equal(await organizationOf(tab), names["harbour-finch"]);
        assert.notEqual(await textOf(tab), acmes);
    });

    await test(`holds: back and forward show each address's own organization (${how})`, async () => {
        for (const [step, slug] of [["goBack", "harbour-finch"], ["goBack", "acme"], ["goForward", "harbour-finch"]]) {
            await tab[step]();
            assert.equal(new URL(tab.url()).pathname.split("/")[2], slug);
            assert.equal(await organizationOf(tab), names[slug]);
            if (slug === "acme") assert.equal(await textOf(tab), acmes);
        }
    });

    await test(`holds: another tab is where it was, and says so (${how})`, async () => {
        const other = await context.newPage();
        await other.goto(`${url}/o/acme/invoices`);
        await tab.goto(`${url}/o/harbour-finch/invoices`);

        assert.equal(await organizationOf(other), names.acme);
        assert.equal(await organizationOf(tab), names["harbour-finch"]);
    });

    await test(`holds: no page of an organization is kept by the browser (${how})`, async () => {
        const answer = await tab.goto(`${url}/o/acme/invoices`);
        assert.match(answer.headers()["cache-control"], /private.*no-store|no-store.*private/);
    });
    await context.close();
}

await browser.close();
await example.stop();
process.exit(finish());
