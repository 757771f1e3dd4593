import { adminAc, memberAc, ownerAc } from "better-auth/plugins/organization/access";

// Options of better-auth as flags of `tenantry serve`, and the names of those that have no equal.
const strategies = ["compact", "jwt", "jwe"];

function number(flags, name, value) {
  if (typeof value === "number" && Number.isFinite(value)) flags.push(`--${name}`, String(Math.ceil(value)));
}

// What is set of `options` besides `known`, as "prefix.name".
function others(prefix, options, known) {
  return Object.entries(options ?? {})
    .filter(([name, value]) => value !== undefined && value !== false && !known.includes(name))
    .map(([name]) => (prefix ? `${prefix}.${name}` : name));
}

function sessionFlags(session, flags, outside) {
  number(flags, "session-lifetime", session.expiresIn);
  number(flags, "session-update-age", session.updateAge);
  number(flags, "session-fresh-age", session.freshAge);
  outside.push(...others("session", session, ["expiresIn", "updateAge", "freshAge", "cookieCache"]));
  const cache = session.cookieCache ?? {};
  if (!cache.enabled) {
    flags.push("--cookie-cache", "0");
    return;
  }
  number(flags, "cookie-cache", cache.maxAge);
  if (strategies.includes(cache.strategy)) flags.push("--cookie-cache-strategy", cache.strategy);
  outside.push(...others("session.cookieCache", cache, ["enabled", "maxAge", "strategy"]));
}

const byDefault = { owner: ownerAc, admin: adminAc, member: memberAc };
const words = (statements) => Object.entries(statements).flatMap(([resource, actions]) => actions.map((action) => `${resource}:${action}`));

// Roles of access control are said to the server in words; it adds them to what owner, admin and member may do.
function roleFlags(roles, flags, outside) {
  for (const [name, { statements }] of Object.entries(roles ?? {})) {
    const usual = words(byDefault[name]?.statements ?? {});
    const said = words(statements);
    if (usual.some((word) => !said.includes(word))) outside.push(`organization.roles.${name}, less than by default`);
    const more = said.filter((word) => !usual.includes(word));
    if (more.length > 0 || !byDefault[name]) flags.push("--role", `${name}=${more.join("+")}`);
  }
}

function organizationFlags(options, flags, outside) {
  const known = ["membershipLimit", "organizationLimit", "invitationLimit", "invitationExpiresIn", "teams", "ac", "roles",
    "cancelPendingInvitationsOnReInvite", "dynamicAccessControl", "sendInvitationEmail", "schema"];
  number(flags, "members-per-organization", options.membershipLimit);
  number(flags, "organizations-per-user", options.organizationLimit);
  number(flags, "invitations-per-organization", options.invitationLimit);
  number(flags, "invitation-lifetime", options.invitationExpiresIn);
  for (const name of ["membershipLimit", "organizationLimit", "invitationLimit"]) {
    if (typeof options[name] === "function") outside.push(`organization.${name} as a function`);
  }
  if (options.cancelPendingInvitationsOnReInvite) flags.push("--reinvite", "replace");
  flags.push(`--teams=${options.teams?.enabled ? "on" : "off"}`);
  number(flags, "teams-per-organization", options.teams?.maximumTeams);
  number(flags, "members-per-team", options.teams?.maximumMembersPerTeam);
  for (const name of ["maximumTeams", "maximumMembersPerTeam"]) {
    if (typeof options.teams?.[name] === "function") outside.push(`organization.teams.${name} as a function`);
  }
  if (options.teams?.defaultTeam) outside.push("organization.teams.defaultTeam");
  outside.push(...others("organization.teams", options.teams, ["enabled", "maximumTeams", "maximumMembersPerTeam", "defaultTeam"]));
  flags.push(`--dynamic-roles=${options.dynamicAccessControl?.enabled ? "on" : "off"}`);
  number(flags, "roles-per-organization", options.dynamicAccessControl?.maximumRolesPerOrganization);
  outside.push(...others("organization.dynamicAccessControl", options.dynamicAccessControl, ["enabled", "maximumRolesPerOrganization"]));
  roleFlags(options.roles, flags, outside);
  if (options.schema) outside.push("organization.schema");
  outside.push(...others("organization", options, known));
}

export function flagsOf(options, config) {
  const flags = [];
  const outside = [];
  const email = options.emailAndPassword ?? {};
  sessionFlags(options.session ?? {}, flags, outside);
  for (const plugin of options.plugins ?? []) {
    if (plugin.id === "organization") organizationFlags(plugin.options ?? {}, flags, outside);
    else if (plugin.id !== "bearer") outside.push(`plugin ${plugin.id}`);
  }
  if (options.rateLimit?.enabled) {
    number(flags, "rate-limit-window", options.rateLimit.window);
    number(flags, "rate-limit-requests", options.rateLimit.max);
  } else {
    flags.push("--rate-limit=off");
  }
  outside.push(...others("rateLimit", options.rateLimit, ["enabled", "window", "max"]));
  if (email.requireEmailVerification) flags.push("--require-email-verification");
  if (email.enabled === false) outside.push("emailAndPassword.enabled");
  outside.push(...others("emailAndPassword", email, ["enabled", "requireEmailVerification"]));
  const origins = options.trustedOrigins ?? [];
  if (typeof origins === "function") outside.push("trustedOrigins as a function");
  else for (const origin of origins) flags.push("--trusted-origin", origin);
  if (options.database) outside.push("database");
  if (typeof options.baseURL === "object") outside.push("baseURL by request");
  if (config?.testWith && config.testWith !== "postgres") outside.push(`database ${config.testWith}`);
  const known = ["session", "plugins", "rateLimit", "emailAndPassword", "trustedOrigins", "database", "baseURL", "secret",
    "advanced", "logger", "appName", "telemetry", "basePath", "socialProviders"];
  outside.push(...others("advanced", options.advanced, ["disableCSRFCheck", "disableOriginCheck"]));
  if (options.secret && options.secret.length < 32) outside.push("secret of less than 32 characters");
  const isInferred = "baseURL" in options ? options.baseURL === undefined : process.env.NODE_ENV === "production";
  if (isInferred) outside.push("baseURL by request");
  for (const name of ["disableCSRFCheck", "disableOriginCheck"]) {
    if (options.advanced?.[name]) outside.push(`advanced.${name}`);
  }
  if (options.basePath && options.basePath !== "/api/auth") outside.push("basePath");
  if (options.socialProviders) outside.push("socialProviders");
  return { flags, outside: [...new Set([...outside, ...others("", options, known)])] };
}
