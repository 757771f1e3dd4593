// A front end as better-auth's own documentation has it: its client, unchanged, with React. What its stores hold
// stands on the page; a test calls `window.client`, and reads.
import { createAuthClient } from "better-auth/react";
import { createAuthClient as createPlainClient } from "better-auth/client";
import { organizationClient } from "better-auth/client/plugins";
import { createRoot } from "react-dom/client";

const baseURL = new URLSearchParams(location.search).get("api");
const plugins = [organizationClient({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } })];
const client = createAuthClient({ baseURL, plugins });

// The same without React: a store is subscribed to, and says each state it goes through.
const plain = createPlainClient({ baseURL, plugins });
const seen = [];
plain.useSession.subscribe(({ data, isPending }) => isPending || seen.push(data?.user.name ?? null));

function App() {
    const session = client.useSession();
    const active = client.useActiveOrganization();
    const list = client.useListOrganizations();
    const member = client.useActiveMember();
    const role = client.useActiveMemberRole();
    if (session.isPending) return <p>…</p>;
    return (
        <dl>
            <dd id="person">{session.data?.user.name ?? "nobody"}</dd>
            <dd id="session">{session.data?.session.activeOrganizationId ?? "none"}</dd>
            <dd id="organization">{active.data?.name ?? "none"}</dd>
            <dd id="members">{active.data?.members.map((each) => each.user.name).sort().join(", ")}</dd>
            <dd id="invitations">{active.data?.invitations.map((each) => `${each.email} ${each.status}`).sort().join(", ")}</dd>
            <dd id="teams">{active.data?.teams.map((each) => each.name).sort().join(", ")}</dd>
            <dd id="list">{(list.data ?? []).map((each) => each.name).sort().join(", ")}</dd>
            <dd id="role">{member.data?.role ?? "none"}</dd>
            <dd id="member-role">{role.data?.role ?? "none"}</dd>
        </dl>
    );
}

Object.assign(window, { client, plain, seen });
createRoot(document.getElementById("root")).render(<App />);
