// Pictures of every page, in light, dark and at phone width, to be looked at:
//     node screenshots.mjs PROGRAM FOLDER [URL of an example that runs already]
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { colleague, founder, launchBrowser, signIn, startExample } from "./harness.mjs";

const [program, folder, running] = process.argv.slice(2);
const example = running ? { url: running, stop: async () => {} } : await startExample(program);
const browser = await launchBrowser();
const { url } = example;
const here = `${url}/o/harbour-finch`;

const looks = {
    light: { colorScheme: "light", viewport: { width: 1280, height: 860 } },
    dark: { colorScheme: "dark", viewport: { width: 1280, height: 860 } },
    phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true },
};

// Pages that need nothing but an address. Long ones are shown as far as a screen goes.
const pages = {
    chooser: `${url}/choose`, account: `${url}/account`, outbox: `${url}/outbox`, dashboard: `${here}/`, "dashboard-acme": `${url}/o/acme/`,
    "none-found": `${here}/invoices?q=zzz`, drafts: `${here}/invoices?status=draft`, customers: `${here}/customers`,
    "customer-new": `${here}/customers/new`, settings: `${here}/settings`, people: `${here}/people`, roles: `${here}/roles`,
    audit: `${here}/audit`, "audit-organization": `${here}/audit/organization`, isolation: `${here}/isolation`,
    "not-found": `${url}/o/nowhere/`, "not-found-inside": `${here}/nothing`, "invitation-over": `${url}/invitation/nothing`,
    "range-error": `${here}/invoices?from=2026-13-77`,
};

async function invitations(page, shoot, look) {
    const guest = `guest-${look}@example.com`;
    await page.goto(`${here}/people`);
    await page.fill("#email", guest);
    await page.click("text=Invite");
    await shoot("invited");
    const link = await page.locator(".copy input").first().inputValue();
    await page.goto(link);
    await shoot("invitation-wrong-account");
    const jar = await browser.newContext(looks[look]);
    const stranger = await jar.newPage();
    await stranger.goto(link);
    await stranger.screenshot({ path: join(folder, `invitation-signed-out-${look}.png`) });
    await stranger.click("text=Sign up");
    await stranger.screenshot({ path: join(folder, `sign-up-${look}.png`) });
    await jar.close();
}

async function invoices(page, shoot, shootScreen, colorScheme) {
    await page.goto(`${url}/o/acme/invoices`);
    await shootScreen("invoices");
    await page.goto(`${here}/invoices?status=overdue`);
    await page.locator("tbody a").first().click();
    await shoot("invoice");
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await shoot("invoice-print");
    await page.emulateMedia({ media: null, colorScheme });
    await page.goto(`${url}/o/acme/invoices/new`);
    await shoot("new");
    const binding = await page.locator("main form [name=_ctx]").inputValue();
    await page.locator("select").selectOption({ index: 1 });
    await page.locator("input[name=description]").first().fill("Anvil, drop-forged, 50 kg");
    await page.locator("input[name=quantity]").first().fill("two");
    await page.click("text=Save and send");
    await shoot("new-refused");
    await page.goto(`${here}/invoices?status=draft`);
    await page.locator("tbody a").first().click();
    await shoot("draft");
    await page.click("text=Edit");
    await shoot("edit");
    await page.goto(`${here}/customers`);
    await page.locator("tbody a").first().click();
    await shoot("customer");
    await page.goto(`${here}/invoices?status=sent`);
    await page.locator("tbody input[type=checkbox]").first().check();
    await page.click("text=Mark ticked ones as paid");
    await shootScreen("paid");
    return binding;
}

mkdirSync(folder, { recursive: true });

for (const [look, settings] of Object.entries(looks)) {
    const context = await browser.newContext({ ...settings, javaScriptEnabled: false });
    const page = await context.newPage();
    const shoot = async (name) => await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    const shootScreen = async (name) => await page.screenshot({ path: join(folder, `${name}-${look}.png`) });

    await page.goto(`${url}/sign-in`);
    await shoot("sign-in");
    await page.fill("#email", founder.email);
    await page.fill("#password", "not it");
    await page.click("main button");
    await shoot("sign-in-refused");
    await signIn(page, url, founder, "/choose");
    for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await (name === "audit" ? shootScreen : shoot)(name);
    }
    await page.goto(`${here}/`);
    await page.click("summary");
    await shootScreen("switcher");
    const binding = await invoices(page, shoot, shootScreen, settings.colorScheme);
    await invitations(page, shoot, look);

    // Nobody gets there by clicking: the page as it is answered, in the place of another.
    await page.route("**/stale", async (route) => {
        const answer = await context.request.post(`${here}/invoices`, {
            form: { _ctx: binding, description: "Anvil, drop-forged, 50 kg", quantity: "2", unit_price: "389.00",
                note: "As agreed on the phone." },
            headers: { Origin: url },
        });
        await route.fulfill({ response: answer, status: 200 });
    });
    await page.goto(`${url}/stale`);
    await shoot("stale-form");
    await context.close();

    const other = await browser.newContext({ ...settings, javaScriptEnabled: false });
    const member = await other.newPage();
    await signIn(member, url, colleague, "/o/harbour-finch/people");
    await member.screenshot({ path: join(folder, `people-member-${look}.png`) });
    await other.close();
}

await browser.close();
await example.stop();
