/** Nothing that the sandbox serves may be read as another type, or be shown inside another page. */
import { request as requestHttp1 } from "node:http";
import { connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { REST, RPC } from "./ask-router.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

type Header = Readonly<Record<string, string>>;

const REQUESTS: readonly [string, string, string, Header, number][] = [
  ["the mailbox", "GET", "/mailbox", {}, 200],
  ["the mailbox as a page", "GET", "/mailbox", { accept: "text/html" }, 200],
  ["the discovery document", "GET", "/.well-known/openid-configuration", {}, 200],
  ["the token endpoint", "POST", "/oauth/v2/token", {}, 400],
  ["REST", "POST", REST, {}, 401],
  ["a method that is not REST's", "PUT", REST, {}, 405],
  ["a path that is not there", "GET", "/x", {}, 404],
  ["a path that is none", "GET", "/%zz", {}, 400],
  ["a redirect", "GET", "//x", {}, 301],
  ["a preflight", "OPTIONS", REST, { "access-control-request-method": "POST", origin: "http://a.test" }, 204],
  ["gRPC-web", "POST", RPC, { "content-type": "application/grpc-web+proto" }, 200],
  ["an expectation that nobody has", "POST", REST, { expect: "200-ok" }, 417],
];

function overHttp1(method: string, path: string, headers: Header): Promise<object> {
  const { hostname, port } = new URL(sandbox.url);
  return new Promise((resolve, reject) => {
    requestHttp1({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve({ ":status": response.statusCode, ...response.headers });
    })
      .on("error", reject)
      .end();
  });
}

function overHttp2(method: string, path: string, headers: Header): Promise<object> {
  const session = connect(sandbox.url);
  const target = method === "CONNECT" ? { ":authority": "a.test:443" } : { ":path": path };
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": method, ...target, ...headers });
    stream
      .on("error", reject)
      .on("response", resolve)
      .on("close", () => session.close());
    stream.resume().end();
  });
}

function expectSafe(header: object, status: number) {
  expect(header).toMatchObject({
    ":status": status,
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  });
}

describe("over HTTP/1.1", () => {
  test.each(REQUESTS)("%s", async (_, method, path, header, status) => {
    expectSafe(await overHttp1(method, path, header), status);
  });
});

describe("over HTTP/2", () => {
  test.each([
    ...REQUESTS,
    ["gRPC", "POST", RPC, { "content-type": "application/grpc" }, 200] as const,
    ["CONNECT", "CONNECT", "", {}, 405] as const,
  ])("%s", async (_, method, path, header, status) => {
    expectSafe(await overHttp2(method, path, header), status);
  });
});
