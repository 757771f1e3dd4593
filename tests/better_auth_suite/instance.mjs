// The maker of better-auth's test instances: with the same parameters and answer, but the server is
// tenantry's. `auth.handler` and the client speak HTTP to it; `auth.api` calls the endpoint that the
// name stands for; what would reach into the server's process is refused as such.
import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac, randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { APIError } from "better-auth/api";
import { createAuthClient } from "better-auth/client";
import { parseSetCookieHeader, setCookieToHeader } from "better-auth/cookies";
import { makeAdapter } from "./adapter.mjs";
import { flagsOf } from "./options.mjs";
import { paths } from "./paths.mjs";
import { startServer } from "./server.mjs";
import { used } from "./used.mjs";

const defaultSecret = "better-auth-secret-that-is-long-enough-for-validation-test";
const whoAsks = new AsyncLocalStorage();
const servers = new Set();
afterAll(async () => {
  await Promise.all([...servers].map((server) => server.stop()));
  servers.clear();
});

const isDate = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
const revive = (_, value) => (typeof value === "string" && isDate(value) ? new Date(value) : value);

function signed(token, secret) {
  return encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`);
}

function queryText(query) {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => [name, String(each)]));
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

class Instance {
  constructor(options, config) {
    this.options = options;
    this.config = config;
    this.secret = (options.secret ?? defaultSecret).padEnd(32, ".");
    this.origin = new URL(typeof options.baseURL === "string" ? options.baseURL : `http://localhost:${config?.port ?? 3000}`).origin;
    this.plugin = (options.plugins ?? []).find(({ id }) => id === "organization")?.options;
    Object.assign(this, flagsOf(options, config));
    this.cookie = `${this.origin.startsWith("https") ? "__Secure-" : ""}better-auth.session_token`;
  }

  async start() {
    this.server = await startServer({ baseURL: this.origin, secret: this.secret, flags: this.flags });
    servers.add(this.server);
    this.adapter = makeAdapter(this.server);
  }

  // better-auth's tests switch the check of origins off, and let a token stand for its cookie.
  prepare(request) {
    const headers = new Headers(request.headers);
    const { disableCSRFCheck, disableOriginCheck } = this.options.advanced ?? {};
    const isChecked = disableCSRFCheck === false || disableOriginCheck === false;
    if (!isChecked && !headers.has("origin")) headers.set("origin", this.origin);
    const token = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
    if (token) headers.set("cookie", `${this.cookie}=${token.includes(".") ? token : signed(token, this.secret)}`);
    return new Request(request, { headers });
  }

  async ask(request) {
    used.instance(this);
    const { pathname } = new URL(request.url);
    const told = await this.server.ask(this.prepare(request));
    // In its own process better-auth words the status so; on HTTP there is the usual phrase.
    const answer = new Response(told.body, { status: told.status, statusText: statusWords[told.status] ?? told.statusText, headers: told.headers });
    if (pathname.endsWith("/sign-up/email") && answer.ok) await this.hookUser(JSON.parse(await answer.clone().text(), revive).user);
    const mail = this.plugin?.sendInvitationEmail;
    if (mail && pathname.endsWith("/organization/invite-member") && answer.ok) {
      const invitation = JSON.parse(await answer.clone().text(), revive);
      const organization = await this.adapter.findOne({ model: "organization", where: [{ field: "id", value: invitation.organizationId }] });
      const inviter = await this.adapter.findOne({ model: "user", where: [{ field: "id", value: invitation.inviterId }] });
      await mail({ id: invitation.id, email: invitation.email, role: invitation.role, invitation, organization, inviter: { user: inviter } }, request);
    }
    return answer;
  }

  // A hook that sets fields of whoever signs up, as emailVerified, sets them in the row.
  async hookUser(user) {
    const set = (await this.options.databaseHooks?.user?.create?.before?.(user))?.data;
    if (set?.emailVerified !== undefined)
      await this.adapter.update({ model: "user", where: [{ field: "id", value: user.id }], update: { emailVerified: set.emailVerified } });
  }

  async sessionFor(userId) {
    const token = randomBytes(16).toString("hex");
    const now = Date.now();
    await this.adapter.create({ model: "session", data: { token, userId, ipAddress: "", userAgent: "",
      expiresAt: new Date(now + (this.options.session?.expiresIn ?? 604800) * 1000), createdAt: new Date(now), updatedAt: new Date(now) } });
    return { token, userId };
  }

  async call(method, path, { body, query, headers, asResponse, returnHeaders, params } = {}) {
    const sent = new Headers(headers ?? whoAsks.getStore()?.headers ?? {});
    const content = method === "GET" || body === undefined ? undefined : JSON.stringify(body);
    if (content !== undefined) sent.set("content-type", "application/json");
    const where = path.replace(/:(\w+)/g, (_, name) => params?.[name] ?? "");
    const answer = await this.ask(new Request(`${this.origin}/api/auth${where}${queryText(query)}`, { method, headers: sent, body: content }));
    if (asResponse) return answer;
    const text = await answer.text();
    const value = text ? JSON.parse(text, revive) : null;
    if (!answer.ok) throw new APIError(statusWords[answer.status] ?? answer.status, value ?? undefined);
    return returnHeaders ? { headers: answer.headers, response: value } : value;
  }

  // On the server's side only; no such endpoint is on the wire.
  async addMember({ body, headers }) {
    const organizationId = body.organizationId ?? (await this.call("GET", "/get-session", { headers }))?.session.activeOrganizationId;
    if (body.teamId) used.inside("auth.api.addMember to a team");
    const at = [{ field: "organizationId", value: organizationId }];
    const here = [...at, { field: "userId", value: body.userId }];
    if (await this.adapter.findOne({ model: "member", where: here })) used.inside("auth.api.addMember, which answers for the server");
    if ((await this.adapter.count({ model: "member", where: at })) >= (this.plugin?.membershipLimit ?? 100)) used.inside("auth.api.addMember, which answers for the server");
    return this.adapter.create({ model: "member", data: { organizationId, userId: body.userId, role: [body.role].flat().join(",") } });
  }

  // Of the admin plugin: files prepare people with it for tests of other things.
  async createUser({ body }) {
    const { token, user } = await this.call("POST", "/sign-up/email", { body: { name: body.name, email: body.email, password: body.password }, headers: {} });
    await this.adapter.delete({ model: "session", where: [{ field: "token", value: token }] });
    return { user };
  }

  api() {
    return new Proxy({}, {
      get: (_, name) => async (argument = {}) => {
        used.instance(this);
        if (name === "addMember") return this.addMember(argument);
        if (name === "createUser") return this.createUser(argument);
        if (!paths[name]) return used.inside(`auth.api.${String(name)}`);
        const isOnBehalf = argument.body?.userId && !argument.headers && /^(createOrganization|createTeam)$/.test(name);
        const headers = isOnBehalf
          ? new Headers({ cookie: `${this.cookie}=${signed((await this.sessionFor(argument.body.userId)).token, this.secret)}` })
          : argument.headers;
        const isAlone = !headers && !whoAsks.getStore() && /Organization|Team|Invitation|Member|Role/.test(name);
        const isOpen = /^(getInvitation|checkOrganizationSlug|listOrganizations|getFullOrganization)$/.test(name);
        if (isAlone && !isOpen) used.inside(`auth.api.${name} without a session, which the wire refuses`);
        const [method, path] = paths[name];
        return this.call(argument.method ?? method, path, { ...argument, headers });
      },
    });
  }

  // What the internal adapter reads and writes of rows; the server finds them changed, as by another process.
  rows() {
    const { adapter } = this;
    const by = (field, value) => [{ field, value }];
    return {
      createAccount: (data) => adapter.create({ model: "account", data }),
      findAccounts: (userId) => adapter.findMany({ model: "account", where: by("userId", userId) }),
      updateAccount: (id, update) => adapter.update({ model: "account", where: by("id", id), update }),
      findUserById: (id) => adapter.findOne({ model: "user", where: by("id", id) }),
      findUserByEmail: async (email) => {
        const user = await adapter.findOne({ model: "user", where: by("email", email.toLowerCase()) });
        return user && { user, accounts: await adapter.findMany({ model: "account", where: by("userId", user.id) }) };
      },
      updateUser: (id, update) => adapter.update({ model: "user", where: by("id", id), update }),
      listSessions: (userId) => adapter.findMany({ model: "session", where: by("userId", userId) }),
      findSession: async (token) => {
        const session = await adapter.findOne({ model: "session", where: by("token", token) });
        return session && { session, user: await adapter.findOne({ model: "user", where: by("id", session.userId) }) };
      },
      updateSession: (token, update) => adapter.update({ model: "session", where: by("token", token), update }),
      deleteSession: (token) => adapter.delete({ model: "session", where: by("token", token) }),
      deleteSessions: (userId) => adapter.delete({ model: "session", where: by("userId", userId) }),
    };
  }

  context() {
    const refused = ["createOAuthUser", "linkAccount", "deleteUser", "createVerificationValue", "findVerificationValue",
      "deleteVerificationValue", "deleteVerificationByIdentifier", "updateVerificationValue", "findCredentialAccount"];
    const internal = Object.fromEntries(refused.map((name) => [name, () => used.inside(`internalAdapter.${name}`)]));
    Object.assign(internal, this.rows());
    internal.createSession = (userId) => this.sessionFor(userId);
    this.internal = internal;
    const known = { adapter: this.adapter, internalAdapter: internal, secret: this.secret, options: this.options,
      baseURL: `${this.origin}/api/auth`,
      authCookies: { sessionToken: { name: this.cookie, attributes: {} }, sessionData: { name: this.cookie.replace("session_token", "session_data"), attributes: {} } } };
    return new Proxy(known, { get: (target, name) => (name in target || name === "then" ? target[name] : used.inside(`$context.${String(name)}`)) });
  }
}

const statusWords = { 400: "BAD_REQUEST", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED",
  409: "CONFLICT", 422: "UNPROCESSABLE_ENTITY", 429: "TOO_MANY_REQUESTS", 500: "INTERNAL_SERVER_ERROR" };

function cookieOf(instance, context) {
  const header = context.response.headers.get("set-cookie") ?? "";
  return `${instance.cookie}=${parseSetCookieHeader(header).get(instance.cookie)?.value}`;
}

export async function getTestInstance(options = {}, config = {}) {
  const instance = new Instance(options, config);
  await instance.start();
  const testUser = { email: "test@test.com", password: "test123456", name: "test user", ...config.testUser };
  const auth = { handler: (request) => instance.ask(request), api: instance.api(), options, $context: Promise.resolve(instance.context()) };
  if (!config.disableTestUser) await instance.call("POST", "/sign-up/email", { body: testUser }).catch(() => {});

  const customFetchImpl = (url, init) => {
    const headers = new Headers(whoAsks.getStore()?.headers ?? {});
    new Headers(init?.headers ?? {}).forEach((value, name) => headers.set(name, value));
    return instance.ask(new Request(url, { ...init, headers }));
  };
  const client = createAuthClient({ ...config.clientOptions, baseURL: `${instance.origin}/api/auth`, fetchOptions: { customFetchImpl } });
  const signInWithUser = async (email, password) => {
    const headers = new Headers();
    const onSuccess = (context) => headers.set("cookie", cookieOf(instance, context));
    const { data } = await client.signIn.email({ email, password, fetchOptions: { onSuccess } });
    return { res: data, headers };
  };
  return {
    auth, client, testUser, customFetchImpl, signInWithUser, cookieSetter: setCookieToHeader, db: instance.adapter,
    sessionSetter: (headers) => (context) => {
      if (context.response.headers.get("set-cookie")) headers.set("cookie", cookieOf(instance, context));
    },
    async signInWithTestUser() {
      const { res, headers } = await signInWithUser(testUser.email, testUser.password);
      return { session: res?.session, user: res?.user, headers,
        setCookie: (name, value) => headers.set("cookie", `${headers.get("cookie") ?? ""}; ${name}=${value}`),
        runWithUser: (run) => whoAsks.run({ headers }, () => run(headers)) };
    },
    async runWithUser(email, password, run) {
      const { headers } = await signInWithUser(email, password);
      return whoAsks.run({ headers }, () => run(headers));
    },
  };
}
