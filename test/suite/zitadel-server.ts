import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { openAwkwardPorts } from "./awkward-ports.js";
import type { TestServer, TestUser } from "./test-server.js";
import { until } from "./until.js";
import { textIn, type ZitadelApi, zitadelApi } from "./zitadel-api.js";

/** Where a real server is, and what a test needs to use it. */
export interface ZitadelAccess {
  readonly url: string;
  /** Personal access token of an organisation owner. */
  readonly token: string;
  /** JSON key of a service account with the same rights. */
  readonly keyFile: string;
  /** File with one JSON line per mail that the server sent. */
  readonly mailbox: string;
}

/** Prepares users and tokens of its own on a real server, for one run of the suite. */
export async function openZitadel(access: ZitadelAccess): Promise<TestServer> {
  const { url, token, keyFile, mailbox } = access;
  const api = zitadelApi(url, token);
  const mailsTo = async (email: string) =>
    readFileSync(mailbox, "utf8")
      .split("\n")
      .filter((line) => line.includes(JSON.stringify(email))).length;
  const humans = humanFactory(api, mailsTo);
  const own = textIn(await api("GET", "/management/v1/orgs/me"), "org", "id");
  const other = textIn(await api("POST", "/management/v1/orgs", { name: randomUUID() }), "id");
  const machine = await makeMachine(api);
  const ports = await openAwkwardPorts();
  return {
    kind: "real",
    url,
    ...ports.urls(false),
    orgs: { own, other },
    users: {
      initial: await humans.initial(),
      active: await humans.initialised(),
      deactivated: await humans.initialised("POST", "_deactivate"),
      locked: await humans.initialised("POST", "_lock"),
      lockedInitial: await humans.initial("POST", "_lock"),
      removed: await humans.initial("DELETE"),
      machine: { id: machine, email: "" },
      otherOrg: await humans.inOrg(other),
    },
    tokens: await makeTokens(api, url, token),
    serviceAccount: {
      keyJson: readFileSync(keyFile, "utf8"),
      ...(await makeClientCredentials(api, url)),
    },
    addUser: () => humans.initial(),
    mailsTo,
    revokeTokens: () => Promise.reject(new Error("only the sandbox can revoke every token")),
    close: ports.close,
  };
}

function humanFactory(api: ZitadelApi, mailsTo: (email: string) => Promise<number>) {
  async function make(more: object, email: object, orgId?: string): Promise<TestUser> {
    const name = randomUUID();
    const user = { id: "", email: `${name}@example.test` };
    const body = {
      userName: name,
      profile: { firstName: "Test", lastName: "User" },
      email: { email: user.email, ...email },
      ...more,
    };
    return { ...user, id: textIn(await api("POST", "/management/v1/users/human", body, orgId), "userId") };
  }
  async function change(user: TestUser, method?: string, action?: string): Promise<TestUser> {
    if (method === undefined) return user;
    const path = ["/management/v1/users", user.id, ...(action === undefined ? [] : [action])].join("/");
    const { status, body } = await api(method, path, method === "POST" ? {} : undefined);
    if (status !== 200) throw new Error(`${method} ${path}: HTTP ${status} ${JSON.stringify(body)}`);
    return user;
  }
  async function uninitialised(orgId?: string): Promise<TestUser> {
    const user = await make({}, {}, orgId);
    // The server sends one when it makes the user; a case counts those behind it.
    await until(`the first mail to ${user.email}`, async () => (await mailsTo(user.email)) > 0);
    return user;
  }
  return {
    initial: async (method?: string, action?: string) => change(await uninitialised(), method, action),
    inOrg: (orgId: string) => uninitialised(orgId),
    initialised: async (method?: string, action?: string) =>
      change(
        await make({ initialPassword: `A1!${randomUUID()}` }, { isEmailVerified: true }),
        method,
        action,
      ),
  };
}

async function makeMachine(api: ZitadelApi): Promise<string> {
  const name = randomUUID();
  return textIn(await api("POST", "/management/v1/users/machine", { userName: name, name }), "userId");
}

async function makeTokens(api: ZitadelApi, url: string, valid: string): Promise<TestServer["tokens"]> {
  const machine = await makeMachine(api);
  const path = `/management/v1/users/${machine}/pats`;
  // The server makes none that is over already.
  const soon = new Date(Date.now() + 2000).toISOString();
  const expiring = textIn(await api("POST", path, { expirationDate: soon }), "token");
  const withoutPermission = textIn(await api("POST", path, {}), "token");
  const revocable = await api("POST", path, {});
  const revoked = textIn(revocable, "token");
  const statusOf = async (token: string) => (await zitadelApi(url, token)("GET", "/auth/v1/users/me")).status;
  await until("new tokens to work", async () => (await statusOf(revoked)) === 200);
  await until("new tokens to work", async () => (await statusOf(withoutPermission)) === 200);
  await api("DELETE", `${path}/${textIn(revocable, "tokenId")}`);
  await until("a token to be revoked", async () => (await statusOf(revoked)) === 401);
  await until("a token to expire", async () => (await statusOf(expiring)) === 401);
  return { valid, withoutPermission, expired: expiring, revoked };
}

async function makeClientCredentials(api: ZitadelApi, url: string) {
  const machine = await makeMachine(api);
  await api("POST", "/management/v1/orgs/me/members", { userId: machine, roles: ["ORG_OWNER"] });
  const made = await api("PUT", `/management/v1/users/${machine}/secret`, {});
  const credentials = { clientId: textIn(made, "clientId"), clientSecret: textIn(made, "clientSecret") };
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    scope: "openid urn:zitadel:iam:org:project:id:zitadel:aud",
  });
  await until("new client credentials to work", async () => {
    const response = await fetch(`${url}/oauth/v2/token`, { method: "POST", body: form });
    if (!response.ok) return false;
    const token = textIn({ status: response.status, body: await response.json() }, "access_token");
    return (await zitadelApi(url, token)("GET", "/management/v1/orgs/me")).status === 200;
  });
  return credentials;
}
