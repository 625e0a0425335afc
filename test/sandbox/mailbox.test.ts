import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { resend } from "./resend.js";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
});
afterAll(() => sandbox.close());

const page = async () =>
  (await fetch(`${sandbox.url}/mailbox`, { headers: { accept: "text/html,*/*" } })).text();

test("before the first mail the mailbox is empty", async () => {
  expect(await (await fetch(`${sandbox.url}/mailbox`)).json()).toEqual([]);
  expect(await page()).toContain("No mail yet");
});

test("each accepted call adds a mail, which JSON shows as the property does", async () => {
  const { id, email } = sandbox.users.initial;
  await resend(sandbox, id);
  const response = await fetch(`${sandbox.url}/mailbox`);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual(sandbox.mailbox);
  expect(sandbox.mailbox).toEqual([
    {
      to: email,
      subject: "Initialize User",
      userId: id,
      link: expect.stringContaining(`${sandbox.url}/ui/login/user/init?`),
      at: "2026-01-02T03:04:05.000Z",
    },
  ]);
});

test("each mail has a link of its own", async () => {
  const { id } = sandbox.addUser();
  await resend(sandbox, id);
  await resend(sandbox, id);
  const links = sandbox.mailbox.filter(({ userId }) => userId === id).map(({ link }) => link);
  expect(new Set(links).size).toBe(2);
  for (const link of links) {
    const query = new URL(link).searchParams;
    expect(query.get("userID")).toBe(id);
    expect(query.get("orgID")).toBe(sandbox.orgs.own.id);
    expect(query.get("code")).toMatch(/^[0-9A-Z]{6}$/);
  }
});

test("the page shows the newest mail first and escapes what callers sent", async () => {
  const { id } = sandbox.addUser();
  await resend(sandbox, id, { email: `"><script>alert('1')</script>&amp;` });
  const html = await page();
  expect(html).not.toContain("<script");
  expect(html).toContain("&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;");
  expect(html.indexOf(id)).toBeLessThan(html.indexOf(sandbox.users.initial.id));
});

test("nothing on the page may run or load", async () => {
  const response = await fetch(`${sandbox.url}/mailbox`, { headers: { accept: "text/html" } });
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("a name that is not the sandbox's own does not get at the mails", async () => {
  const { hostname, port } = new URL(sandbox.url);
  const status = await new Promise((resolve) => {
    request({ hostname, port, path: "/mailbox", headers: { host: "evil.test" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(404);
});
