// People: signing up, an organization of one's own, invitations (also to the wrong account), roles, leaving, devices.
// Without JavaScript.
import assert from "node:assert/strict";

import { colleague, finish, founder, launchBrowser, signIn, startExample, test } from "./harness.mjs";

const example = await startExample(process.argv[2]);
const browser = await launchBrowser();
const { url } = example;
const acme = `${url}/o/acme`;

const jarOf = async () => await browser.newContext({ javaScriptEnabled: false });
const told = async (page) => (await page.textContent("[role=status] span")).trim();
const refused = async (page) => (await page.textContent("[role=alert]")).trim();

const jar = await jarOf();
const owner = await jar.newPage();
await signIn(owner, url, founder, "/o/acme/people");

async function invite(email, role) {
    await owner.goto(`${acme}/people`);
    await owner.fill("input[name=email]", email);
    await owner.selectOption(".invite select", role);
    await owner.click("text=Invite >> visible=true");
    return await owner.inputValue(`input[aria-label="Link for ${email}"]`);
}

let link;

await test("an invitation is listed with its role, its end and its link", async () => {
    link = await invite("ottoline@new.example", "admin");

    assert.equal(await told(owner), "ottoline@new.example is invited.");
    assert.match(link, new RegExp(`^${url}/invitation/\\w{32}$`));
    const row = owner.locator("tr", { hasText: "ottoline@new.example" });
    assert.match(await row.textContent(), /admin/);
});

await test("an address that is none is refused, and stays where it was typed", async () => {
    await owner.goto(`${acme}/people`);
    await owner.locator("input[name=email]").fill("nobody@nowhere");
    await owner.click("text=Invite >> visible=true");

    assert.match(await refused(owner), /no e-mail address/);
    assert.equal(await owner.inputValue("input[name=email]"), "nobody@nowhere");
});

await test("sending it again keeps its link and makes no second one", async () => {
    await owner.goto(`${acme}/people`);
    await owner.click('button[aria-label="Send the invitation of ottoline@new.example again"]');

    assert.match(await told(owner), /once more/);
    assert.equal(await owner.locator("tr", { hasText: "ottoline@new.example" }).count(), 1);
    assert.equal(await owner.inputValue('input[aria-label="Link for ottoline@new.example"]'), link);
});

await test("who is signed in as another sees whom it is for, and loses nothing", async () => {
    const others = await jarOf();
    const page = await others.newPage();
    await signIn(page, url, colleague, "/o/harbour-finch/");
    await page.goto(link);

    assert.match(await refused(page), /signed in as jonas@harbour-finch\.example.*for ottoline@new\.example/);
    assert.equal(await page.locator("text=Decline").count(), 0);
    await page.goto(`${url}/o/harbour-finch/`);
    assert.match(await page.textContent("h1"), /Dashboard/);

    // The form that the right one would get, sent by the wrong one.
    const answer = await others.request.post(link, { form: {}, headers: { Origin: url }, maxRedirects: 0 });
    assert.equal(answer.status(), 403);
    await page.goto(`${acme}/`);
    assert.match(await page.textContent("h1"), /Not found/);

    await page.goto(link);
    await page.click("text=Switch account");
    assert.equal(new URL(page.url()).search, `?next=${encodeURIComponent(new URL(link).pathname)}`);
    await others.close();
});

const newJar = await jarOf();
const newcomer = await newJar.newPage();

await test("who has no account signs up from the invitation and accepts it", async () => {
    await newcomer.goto(link);
    await newcomer.click("text=Sign up");
    assert.equal(await newcomer.inputValue("input[name=email]"), "ottoline@new.example");
    await newcomer.fill("input[name=name]", "Ottoline Fenwick");
    await newcomer.fill("input[name=password]", "a long password");
    await newcomer.click("main button");
    assert.equal(newcomer.url(), link);
    await newcomer.click("button:has-text(\"Join\")");

    assert.equal(newcomer.url(), `${acme}/`);
    assert.match(await newcomer.textContent(".person-name"), /Ottoline Fenwick/);
});

await test("an invitation leads in once", async () => {
    const answer = await newcomer.goto(link);
    assert.equal(answer.status(), 404);
    assert.match(await newcomer.textContent("h1"), /over/);
});

await test("one that was canceled leads nowhere", async () => {
    const canceled = await invite("late@new.example", "member");
    await owner.click('button[aria-label="Cancel the invitation of late@new.example"]');
    assert.match(await told(owner), /nowhere/);

    const answer = await newcomer.goto(canceled);
    assert.equal(answer.status(), 404);
});

await test("a role that is changed holds for the next request", async () => {
    await owner.goto(`${acme}/people`);
    const row = owner.locator("tr", { hasText: "ottoline@new.example" });
    await row.locator("select").selectOption("member");
    await row.locator("text=Save").click();
    assert.match(await told(owner), /role was changed/);

    assert.equal((await newcomer.goto(`${acme}/settings`)).status(), 403);
    await newcomer.goto(`${acme}/people`);
    assert.equal(await newcomer.locator(".invite").count(), 0);
    assert.equal(await newcomer.locator("select").count(), 0);
});

await test("a member who sends an owner's form all the same is refused", async () => {
    await owner.goto(`${acme}/people`);
    const action = await owner.locator("tr", { hasText: "delia@acme.example" }).locator("form").first().getAttribute("action");
    const answer = await newJar.request.post(`${url}${action}`, {
        form: { role: "owner" }, headers: { Origin: url }, maxRedirects: 0,
    });
    assert.ok([403, 409].includes(answer.status()));
});

await test("the last owner cannot leave", async () => {
    await owner.goto(`${acme}/people`);
    await owner.click("text=Leave Acme");
    await owner.click("text=Leave now");
    assert.match(await refused(owner), /at least one owner/);
});

await test("who leaves sees nothing of it any more, and the chooser comes", async () => {
    await newcomer.goto(`${acme}/people`);
    await newcomer.click("text=Leave Acme");
    await newcomer.click("text=Leave now");

    assert.equal(new URL(newcomer.url()).pathname, "/choose");
    assert.equal((await newcomer.goto(`${acme}/`)).status(), 404);
});

await test("who belongs nowhere makes an organization, which is empty and theirs", async () => {
    await newcomer.goto(`${url}/choose`);
    await newcomer.fill("input[name=name]", "Fenwick & Söhne");
    await newcomer.click("text=Make it");

    assert.equal(newcomer.url(), `${url}/o/fenwick-s-hne/`);
    assert.match(await newcomer.textContent(".organization-name"), /Fenwick & Söhne/);
    await newcomer.goto(`${url}/choose`);
    await newcomer.click("summary");
    await newcomer.fill("input[name=name]", "Another");
    await newcomer.fill("input[name=slug]", "acme");
    await newcomer.click("text=Make it");
    assert.match(await refused(newcomer), /taken/);
    assert.equal(await newcomer.inputValue("input[name=name]"), "Another");
});

await test("ownership goes to somebody else, and who gave it is an admin", async () => {
    await owner.goto(`${acme}/people`);
    const row = owner.locator("tr", { hasText: "delia@acme.example" });
    await row.locator("summary").click();
    await row.locator("text=Make owner in my place").click();

    assert.match(await told(owner), /new owner/);
    const self = owner.locator("tr", { hasText: founder.email });
    assert.match(await self.textContent(), /admin/);
});

await test("devices show where each session was, and one organization ends alone", async () => {
    const phone = await browser.newContext({ javaScriptEnabled: false,
        userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1" });
    const page = await phone.newPage();
    await signIn(page, url, founder, "/o/acme/");
    await page.goto(`${url}/o/harbour-finch/`);

    await owner.goto(`${url}/account`);
    const device = owner.locator(".device", { hasText: "Safari on iPhone" });
    assert.equal(await device.locator(".places li").count(), 2);
    await device.locator('button[aria-label="Sign Safari on iPhone out of Acme Corporation only"], button[aria-label*="out of Acme"]').click();
    assert.match(await owner.locator(".device", { hasText: "Safari on iPhone" }).textContent(), /signed out/);

    await page.goto(`${acme}/`);
    assert.equal(new URL(page.url()).pathname, "/choose");
    await page.goto(`${url}/o/harbour-finch/`);
    assert.match(await page.textContent("h1"), /Dashboard/);

    await owner.goto(`${url}/account`);
    await owner.locator(".device", { hasText: "Safari on iPhone" }).locator('button[aria-label="Sign out Safari on iPhone"]').click();
    await page.goto(`${url}/o/harbour-finch/`);
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await phone.close();
});

await test("nobody ends another person's session", async () => {
    const others = await jarOf();
    const page = await others.newPage();
    await signIn(page, url, colleague, "/account");
    const action = await page.locator(".device form").first().getAttribute("action");
    await jar.request.post(`${url}${action}`, { form: {}, headers: { Origin: url } });

    await page.goto(`${url}/o/harbour-finch/`);
    assert.match(await page.textContent("h1"), /Dashboard/);
    await others.close();
});

await browser.close();
await example.stop();
process.exit(finish());
