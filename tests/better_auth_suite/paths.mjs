// What the functions of `auth.api` are on the wire.
const post = { signUpEmail: "/sign-up/email", signInEmail: "/sign-in/email", signOut: "/sign-out", updateUser: "/update-user",
  changePassword: "/change-password", revokeSession: "/revoke-session", revokeSessions: "/revoke-sessions",
  revokeOtherSessions: "/revoke-other-sessions", updateSession: "/update-session", requestPasswordReset: "/request-password-reset",
  resetPassword: "/reset-password", sendVerificationEmail: "/send-verification-email", changeEmail: "/change-email" };
const get = { getSession: "/get-session", listSessions: "/list-sessions", ok: "/ok", verifyEmail: "/verify-email" };
const organizationPost = { createOrganization: "create", updateOrganization: "update", deleteOrganization: "delete",
  setActiveOrganization: "set-active", checkOrganizationSlug: "check-slug", createInvitation: "invite-member",
  cancelInvitation: "cancel-invitation", acceptInvitation: "accept-invitation", rejectInvitation: "reject-invitation",
  updateMemberRole: "update-member-role", removeMember: "remove-member", leaveOrganization: "leave", hasPermission: "has-permission",
  createTeam: "create-team", updateTeam: "update-team", removeTeam: "remove-team", addTeamMember: "add-team-member",
  removeTeamMember: "remove-team-member", setActiveTeam: "set-active-team", createOrgRole: "create-role",
  deleteOrgRole: "delete-role", updateOrgRole: "update-role" };
const organizationGet = { getFullOrganization: "get-full-organization", getOrganization: "get-organization", listOrganizations: "list",
  getInvitation: "get-invitation", listInvitations: "list-invitations", listUserInvitations: "list-user-invitations",
  getActiveMember: "get-active-member", getActiveMemberRole: "get-active-member-role", listMembers: "list-members",
  listOrganizationTeams: "list-teams", listUserTeams: "list-user-teams", listTeamMembers: "list-team-members",
  listOrgRoles: "list-roles", getOrgRole: "get-role" };

const all = (method, names, prefix = "") => Object.entries(names).map(([name, path]) => [name, [method, prefix + path]]);

export const paths = Object.fromEntries([...all("POST", post), ...all("GET", get),
  ...all("POST", organizationPost, "/organization/"), ...all("GET", organizationGet, "/organization/")]);
