// better-auth's own client, unchanged, in a browser: accounts, organizations, invitations, two tabs in two organizations,
// and what its stores show after each change without a reload.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { organization } from "better-auth/plugins/organization";

import { bundle, call, done, mails, openTab, serveBeside, serveElsewhere, shows } from "./front_end/harness.mjs";
import { finish, launchBrowser, makeFolder, startProgram, test } from "./harness.mjs";

const password = "correct horse battery";
const ada = { name: "Ada", email: "ada@north.example", password };
const grace = { name: "Grace", email: "grace@south.example", password };

const script = await bundle();
const elsewhere = await serveElsewhere(script);
const stranger = await serveElsewhere(script);
const folder = makeFolder();
const outbox = join(folder, "outbox");
const flags = ["serve", "--mail", `outbox:${outbox}`, "--trusted-origin", elsewhere.origin];
let server = await startProgram(process.argv[2], folder, flags);
const browser = await launchBrowser();
const { url } = server;

async function newPerson() {
    const context = await browser.newContext();
    await serveBeside(context, url, script);
    return context;
}

const bare = `${url}/api/auth`;
const below = (slug) => `${url}/o/${slug}/api/auth`;
const jars = { ada: await newPerson(), grace: await newPerson() };
const tabs = { ada: await openTab(jars.ada, url, bare), grace: await openTab(jars.grace, url, bare) };
const organizations = {};

const cookiesOf = async (jar, name) => (await jar.cookies()).filter((cookie) => cookie.name.startsWith(name));
// Requests of a tab from here on, by the last part of their path.
function listen(tab) {
    const paths = [];
    tab.on("request", (request) => request.url().includes("/api/auth/") && paths.push(request.url().split("/").pop()));
    return paths;
}

await test("nobody is signed in at first, and no store fails", async () => {
    await shows(tabs.ada, { person: "nobody", session: "none", organization: "none", list: "", role: "none" });
});

await test("sign-up signs in, and the session's store shows it", async () => {
    const signedUp = await done(tabs.ada, "signUp.email", ada);

    assert.equal(signedUp.user.email, ada.email);
    assert.ok(signedUp.user.createdAt instanceof Date || !Number.isNaN(Date.parse(signedUp.user.createdAt)));
    await shows(tabs.ada, { person: "Ada", session: "none", organization: "none" });
    assert.deepEqual(await tabs.ada.evaluate(() => window.seen), [null]);
    assert.equal((await done(tabs.ada, "getSession")).user.id, signedUp.user.id);
});

await test("the client's errors have better-auth's status, code and message", async () => {
    const { error } = await call(tabs.grace, "signIn.email", { email: ada.email, password: "wrong horse battery" });

    assert.deepEqual(error, {
        status: 401, statusText: "Unauthorized", code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password",
    });
});

await test("a new organization is active, and every store shows it", async () => {
    for (const [slug, name] of [["north", "North"], ["acme", "Acme"]])
        organizations[slug] = await done(tabs.ada, "organization.create", { name, slug });

    await shows(tabs.ada, {
        session: organizations.acme.id, organization: "Acme", list: "Acme, North", members: "Ada", role: "owner",
        "member-role": "owner", teams: "Acme",
    });
});

await test("setActive moves the tab's own stores", async () => {
    const active = await done(tabs.ada, "organization.setActive", { organizationSlug: "north" });

    assert.equal(active.id, organizations.north.id);
    await shows(tabs.ada, { session: organizations.north.id, organization: "North" });
});

await test("update of an organization shows in the list and in the active one", async () => {
    await done(tabs.ada, "organization.update", { data: { name: "North & Sons", metadata: { tier: "gold" } } });

    await shows(tabs.ada, { organization: "North & Sons", list: "Acme, North & Sons" });
});

await test("an invitation is mailed, read and accepted by whom it is for", async () => {
    const invitation = await done(tabs.ada, "organization.inviteMember", { email: grace.email, role: "member" });
    await shows(tabs.ada, { invitations: `${grace.email} pending` });
    const mail = mails(outbox).find((each) => each.kind === "invitation" && each.to === grace.email);
    assert.equal(mail.link.split("/").pop(), invitation.id);

    await done(tabs.grace, "signUp.email", grace);
    const id = mail.link.split("/").pop();
    const read = await done(tabs.grace, "organization.getInvitation", { query: { id } });
    assert.deepEqual([read.organizationName, read.inviterEmail], ["North & Sons", ada.email]);
    const accepted = await done(tabs.grace, "organization.acceptInvitation", { invitationId: id });

    assert.equal(accepted.member.role, "member");
    await shows(tabs.grace, {
        person: "Grace", session: organizations.north.id, organization: "North & Sons", members: "Ada, Grace", role: "member",
        invitations: "",
    });
    // The client itself asks for its list again after create, update and delete only.
    assert.deepEqual((await done(tabs.grace, "organization.list")).map((each) => each.name), ["North & Sons"]);
});

await test("an invitation for somebody else is not shown, and not accepted", async () => {
    const { id } = await done(tabs.ada, "organization.inviteMember", { email: "alan@east.example", role: "member" });
    const read = await call(tabs.grace, "organization.getInvitation", { query: { id } });
    const accepted = await call(tabs.grace, "organization.acceptInvitation", { invitationId: id });

    assert.deepEqual([read.error.status, accepted.error.status], [403, 403]);
    assert.equal(accepted.error.code, "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION");
});

await test("a role that changes changes what the client may", async () => {
    const allowed = async () => (await done(tabs.grace, "organization.hasPermission", { permissions: { invitation: ["create"] } })).success;
    const { members } = await done(tabs.ada, "organization.listMembers");
    const member = members.find((each) => each.user.email === grace.email);
    const before = await allowed();
    await done(tabs.ada, "organization.updateMemberRole", { memberId: member.id, role: "admin" });

    assert.deepEqual([before, await allowed()], [false, true]);
    await shows(tabs.grace, { role: "admin", "member-role": "admin" });
});

await test("teams and roles made at run time, through the client", async () => {
    const team = await done(tabs.ada, "organization.createTeam", { name: "Printers" });
    await done(tabs.ada, "organization.createRole", { role: "clerk", permission: { invitation: ["create"] } });
    const roles = await done(tabs.ada, "organization.listRoles");
    await done(tabs.ada, "organization.addTeamMember", { teamId: team.id, userId: (await done(tabs.ada, "getSession")).user.id });
    await done(tabs.ada, "organization.setActiveTeam", { teamId: team.id });

    await shows(tabs.ada, { teams: "North, Printers" });
    assert.deepEqual(roles.map((role) => [role.role, role.permission]), [["clerk", { invitation: ["create"] }]]);
    assert.equal((await done(tabs.ada, "getSession")).session.activeTeamId, team.id);
    assert.ok((await done(tabs.ada, "organization.listUserTeams")).some((each) => each.name === "Printers"));
});

await test("two tabs, two organizations, one cookie jar: a client below each slug stays in it", async () => {
    tabs.north = await openTab(jars.ada, url, below("north"));
    tabs.acme = await openTab(jars.ada, url, below("acme"));

    await shows(tabs.north, { session: organizations.north.id, organization: "North & Sons", members: "Ada, Grace" });
    await shows(tabs.acme, { session: organizations.acme.id, organization: "Acme", members: "Ada" });
    await done(tabs.acme, "organization.inviteMember", { email: "only@acme.example", role: "member" });
    const invited = async (tab) => (await done(tab, "organization.listInvitations")).map((each) => each.email);
    assert.deepEqual(await invited(tabs.acme), ["only@acme.example"]);
    assert.ok(!(await invited(tabs.north)).includes("only@acme.example"));
});

await test("setActive in one tab moves no tab that has its own organization", async () => {
    for (const slug of ["acme", "north", "acme"]) await done(tabs.ada, "organization.setActive", { organizationSlug: slug });
    for (const tab of [tabs.north, tabs.acme]) await tab.reload();

    await shows(tabs.north, { session: organizations.north.id, organization: "North & Sons" });
    await shows(tabs.acme, { session: organizations.acme.id, organization: "Acme" });
    await shows(tabs.ada, { session: organizations.acme.id, organization: "Acme" });
});

await test("a tab below a slug does not reach another organization, nor one of others", async () => {
    const moved = await call(tabs.north, "organization.setActive", { organizationId: organizations.acme.id });
    const read = await call(tabs.north, "organization.getFullOrganization", { query: { organizationId: organizations.acme.id } });
    const foreign = await openTab(jars.grace, url, below("acme"));
    const nowhere = await openTab(jars.grace, url, below("nowhere"));
    const answers = await Promise.all([foreign, nowhere].map((tab) => call(tab, "organization.getFullOrganization")));

    assert.deepEqual([moved.error.status, read.error.status], [409, 409]);
    assert.deepEqual(answers[0].error, answers[1].error);
    assert.equal(answers[0].error.status, 404);
    await shows(foreign, { person: "nobody", organization: "none", list: "" });
    await foreign.close();
    await nowhere.close();
});

await test("a change of the person shows in every tab, also where the cookie answers", async () => {
    const updated = await done(tabs.ada, "updateUser", { name: "Ada King" });

    assert.equal(updated.status, true);
    for (const name of ["ada", "north", "acme"]) await shows(tabs[name], { person: "Ada King" });
    assert.equal((await cookiesOf(jars.ada, "better-auth.session_data")).length, 3);
});

await test("the client without React has the same stores", async () => {
    const { error } = await tabs.ada.evaluate(() => window.plain.updateUser({ image: "https://pictures.example/ada.png" }));
    await tabs.ada.waitForFunction(() => window.plain.useSession.get().data?.user.image);

    assert.equal(error, null);
    assert.equal(await tabs.ada.evaluate(() => window.plain.useSession.get().data.user.name), "Ada King");
    assert.deepEqual(await tabs.ada.evaluate(() => [...new Set(window.seen)]), [null, "Ada King"]);
});

await test("with each strategy the cookie of the one before is replaced, and nobody is signed out", async () => {
    for (const strategy of ["jwt", "jwe", "compact"]) {
        await server.stop();
        server = await startProgram(process.argv[2], folder, [...flags, "--cookie-cache-strategy", strategy], server.port);
        const before = await cookiesOf(jars.ada, "better-auth.session_data");
        for (const name of ["north", "acme", "ada"]) await tabs[name].reload();

        await shows(tabs.north, { person: "Ada King", session: organizations.north.id, organization: "North & Sons" });
        await shows(tabs.acme, { person: "Ada King", session: organizations.acme.id, organization: "Acme" });
        await shows(tabs.ada, { person: "Ada King", session: organizations.acme.id });
        const parts = strategy === "jwe" ? 5 : strategy === "jwt" ? 3 : 1;
        const after = await cookiesOf(jars.ada, "better-auth.session_data");
        assert.deepEqual(after.map((cookie) => cookie.value.split(".").length), [parts, parts, parts]);
        assert.ok(after.every((cookie) => before.every((old) => old.value !== cookie.value)));
    }
});

await test("a front end of another, trusted origin signs in and changes things", async () => {
    const jar = await browser.newContext();
    const tab = await openTab(jar, elsewhere.origin, bare);
    await shows(tab, { person: "nobody" });
    await done(tab, "signIn.email", { email: ada.email, password });
    await shows(tab, { person: "Ada King" });
    await done(tab, "organization.setActive", { organizationSlug: "north" });
    await shows(tab, { session: organizations.north.id, organization: "North & Sons" });
    const second = await openTab(jar, elsewhere.origin, below("acme"));

    await shows(second, { person: "Ada King", session: organizations.acme.id, organization: "Acme" });
    assert.equal((await call(tab, "signIn.email", { email: ada.email, password: "wrong horse battery" })).error.status, 401);
    await done(tab, "signOut");
    await shows(second, { person: "nobody" });
    await jar.close();
});

await test("a front end of an origin that is not trusted reads nothing and changes nothing", async () => {
    const tab = await openTab(jars.ada, stranger.origin, bare);
    await shows(tab, { person: "nobody", list: "" });
    const fetched = await tab.evaluate(async (api) => {
        const tried = async (path, options) => await fetch(api + path, options).then((answer) => answer.status, () => "blocked");
        const post = { method: "POST", credentials: "include", body: JSON.stringify({ organizationId: null }) };
        return [
            await tried("/get-session", { credentials: "include" }),
            await tried("/organization/set-active", { ...post, headers: { "content-type": "application/json" } }),
            // What a form could send goes out without a preflight; the answer is not shown, and nothing was done.
            await tried("/sign-out", { ...post, headers: { "content-type": "text/plain" } }),
        ];
    }, bare);

    assert.deepEqual(fetched, ["blocked", "blocked", "blocked"]);
    await tabs.ada.reload();
    await shows(tabs.ada, { person: "Ada King", session: organizations.acme.id });
    await tab.close();
});

await test("every endpoint of the organization plugin is there", async () => {
    const plugin = organization({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } });
    const endpoints = Object.values(plugin.endpoints).filter((endpoint) => endpoint.path);
    const missing = [];
    for (const { path, options } of endpoints) {
        const post = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
        const answer = await fetch(bare + path, options.method === "POST" ? post : {});
        if (answer.status === 404) missing.push(path);
    }

    assert.ok(endpoints.length > 30);
    assert.deepEqual(missing, []);
});

await test("a forgotten password is mailed for and set anew, and an address confirmed, by the links in the mails", async () => {
    await done(tabs.grace, "requestPasswordReset", { email: grace.email, redirectTo: "/front-end/" });
    const reset = mails(outbox).findLast((each) => each.to === grace.email);
    const tab = await jars.grace.newPage();
    await tab.goto(reset.text.match(/https?:\S+\/api\/auth\S+/)[0]);
    const token = new URL(tab.url()).searchParams.get("token");
    await done(tabs.grace, "resetPassword", { newPassword: "battery staple horse", token });
    const again = await call(tabs.grace, "resetPassword", { newPassword: "battery staple horse", token });
    await done(tabs.grace, "signIn.email", { email: grace.email, password: "battery staple horse" });

    assert.equal(again.error.code, "INVALID_TOKEN");
    assert.equal((await done(tabs.grace, "getSession")).user.emailVerified, false);
    await done(tabs.grace, "sendVerificationEmail", { email: grace.email, callbackURL: "/front-end/" });
    await tab.goto(mails(outbox).findLast((each) => each.to === grace.email).text.match(/https?:\S+\/api\/auth\S+/)[0]);
    assert.equal(new URL(tab.url()).pathname, "/front-end/");
    assert.equal((await done(tabs.grace, "getSession")).user.emailVerified, true);
    await tab.close();
});

await test("invitations are declined and canceled, organizations left and deleted", async () => {
    const { id } = await done(tabs.north, "organization.inviteMember", { email: "alan@west.example", role: "member" });
    await done(tabs.north, "organization.cancelInvitation", { invitationId: id });
    const own = await done(tabs.grace, "organization.create", { name: "Grace's", slug: "graces" });
    assert.equal((await call(tabs.grace, "organization.checkSlug", { slug: "graces" })).error.code, "ORGANIZATION_SLUG_ALREADY_TAKEN");
    const invited = await done(tabs.grace, "organization.inviteMember", { email: ada.email, role: "member" });
    await done(tabs.ada, "organization.rejectInvitation", { invitationId: invited.id });
    const last = await call(tabs.grace, "organization.leave", { organizationId: own.id });
    await done(tabs.grace, "organization.delete", { organizationId: own.id });

    assert.equal(last.error.code, "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER");
    await shows(tabs.grace, { session: "none", organization: "none", list: "North & Sons" });
});

await test("whoever is removed is out in the tab that is open", async () => {
    const slugTab = await openTab(jars.grace, url, below("north"));
    await shows(slugTab, { person: "Grace", organization: "North & Sons" });
    await done(tabs.north, "organization.removeMember", { memberIdOrEmail: grace.email });

    const refused = await call(slugTab, "organization.getFullOrganization");
    assert.equal(refused.error.status, 404);
    await tabs.grace.reload();
    await shows(tabs.grace, { person: "Grace", session: "none", organization: "none", list: "" });
    await slugTab.close();
});

await test("sign-out in one tab empties the stores of the others", async () => {
    const paths = listen(tabs.north);
    await done(tabs.ada, "signOut");

    for (const name of ["ada", "north", "acme"]) await shows(tabs[name], { person: "nobody", session: "none" });
    assert.ok(paths.includes("get-session"));
    // What answers below a slug is left to lapse: without the token it opens nothing.
    assert.deepEqual((await cookiesOf(jars.ada, "better-auth")).filter((cookie) => cookie.path === "/"), []);
});

await test("signing in again comes back to where one was; without remembering, cookies end with the browser", async () => {
    await done(tabs.ada, "signIn.email", { email: ada.email, password, rememberMe: false });

    await shows(tabs.ada, { person: "Ada King", session: organizations.acme.id, organization: "Acme" });
    const cookies = (await cookiesOf(jars.ada, "better-auth")).filter((cookie) => cookie.path === "/");
    assert.deepEqual([...new Set(cookies.map((cookie) => cookie.expires))], [-1]);
});

await test("sessions elsewhere are listed and ended", async () => {
    const phone = await newPerson();
    const tab = await openTab(phone, url, bare);
    await done(tab, "signIn.email", { email: ada.email, password });
    const listed = await done(tabs.ada, "listSessions");
    await done(tabs.ada, "revokeOtherSessions");

    assert.equal(listed.length, 2);
    assert.equal((await call(tab, "organization.list")).error.status, 401);
    await phone.close();
});

await browser.close();
await server.stop();
elsewhere.stop();
stranger.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(finish());
