// Pictures of the main pages, in light, dark and at phone width, to be looked at:
//     node screenshots.mjs PROGRAM FOLDER [URL of an example that runs already]
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { founder, launchBrowser, signIn, startExample } from "./harness.mjs";

const [program, folder, running] = process.argv.slice(2);
const example = running ? { url: running, stop: async () => {} } : await startExample(program);
const browser = await launchBrowser();
const { url } = example;

const looks = {
    light: { colorScheme: "light", viewport: { width: 1280, height: 860 } },
    dark: { colorScheme: "dark", viewport: { width: 1280, height: 860 } },
    phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
};

mkdirSync(folder, { recursive: true });

for (const [look, settings] of Object.entries(looks)) {
    const context = await browser.newContext({ ...settings, javaScriptEnabled: false });
    const page = await context.newPage();
    const shoot = async (name) => await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });

    await page.goto(`${url}/sign-in`);
    await shoot("sign-in");
    await signIn(page, url, founder, "/choose");
    await shoot("chooser");
    await page.goto(`${url}/o/harbour-finch/`);
    await shoot("dashboard");
    await page.click("summary");
    await page.screenshot({ path: join(folder, `switcher-${look}.png`) });
    await page.goto(`${url}/o/acme/`);
    await shoot("dashboard-acme");
    await page.goto(`${url}/o/acme/invoices`);
    await page.screenshot({ path: join(folder, `invoices-${look}.png`) });
    await page.goto(`${url}/o/harbour-finch/invoices?status=overdue`);
    await page.locator("tbody a").first().click();
    await shoot("invoice");
    await page.goto(`${url}/o/acme/invoices/new`);
    await shoot("new");
    const binding = await page.locator("main form [name=_ctx]").inputValue();
    await page.locator("input[name=description]").first().fill("Anvil, drop-forged, 50 kg");
    await page.click("text=Save and send");
    await shoot("new-sent");
    for (const [name, path] of [["customers", "customers"], ["settings", "settings"], ["drafts", "invoices?status=draft"]]) {
        await page.goto(`${url}/o/harbour-finch/${path}`);
        await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    }
    await page.locator("tbody a").first().click();
    await shoot("draft");
    await page.click("text=Edit");
    await shoot("edit");
    await page.goto(`${url}/o/harbour-finch/customers`);
    await page.locator("tbody a").first().click();
    await shoot("customer");
    await page.goto(`${url}/o/harbour-finch/invoices?q=zzz`);
    await shoot("none-found");
    await page.goto(`${url}/o/harbour-finch/invoices?status=sent`);
    await page.locator("tbody input[type=checkbox]").first().check();
    await page.locator("tbody input[type=checkbox]").nth(1).check();
    await page.click("text=Mark ticked ones as paid");
    await page.screenshot({ path: join(folder, `paid-${look}.png`) });
    await page.goto(`${url}/o/harbour-finch/audit`);
    await page.screenshot({ path: join(folder, `audit-${look}.png`) });
    await page.goto(`${url}/o/nowhere/`);
    await shoot("not-found");

    // Nobody gets there by clicking: the page as it is answered, in the place of another.
    await page.route("**/stale", async (route) => {
        const answer = await context.request.post(`${url}/o/harbour-finch/invoices`, {
            form: { _ctx: binding, description: "Anvil, drop-forged, 50 kg", quantity: "2", unit_price: "389.00",
                note: "As agreed on the phone." },
            headers: { Origin: url },
        });
        await route.fulfill({ response: answer, status: 200 });
    });
    await page.goto(`${url}/stale`);
    await shoot("stale-form");
    await context.close();
}

await browser.close();
await example.stop();
