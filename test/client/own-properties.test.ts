import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as node from "../../src/node/index.js";
import { createSandbox, type Sandbox, type SandboxRequest } from "../../src/sandbox/index.js";
import * as grpcWeb from "../../src/web/grpc-web.js";
import * as rest from "../../src/web/rest.js";
import { rejectionOf } from "../retry/scripted-unary.js";

const { explainError } = node;

const fails = () => {
  throw new Error("put on Object.prototype");
};

/** What other code, or a JSON document that it has merged, may have put on `Object.prototype`. */
const PUT_THERE: Readonly<Record<string, unknown>> = {
  allowInsecure: true,
  guard: false,
  transport: { unary: fails, stream: fails },
  fetch: fails,
  auth: () => fails,
  orgId: "123",
  retry: { ambiguous: true, initialDelayMs: 0 },
  ambiguous: true,
  maxAttempts: 1,
  initialDelayMs: 0,
  onRetry: fails,
  onWarning: fails,
  timeoutMs: Number.NaN,
  defaultTimeoutMs: 1,
  interceptors: [fails],
  contentType: "none such",
  tls: { ca: "none" },
  http2: { connectTimeoutMs: 1 },
  connectTimeoutMs: 1,
  httpVersion: "2",
  sendCompression: "gzip",
  compressMinBytes: 0,
  acceptCompression: [],
  readMaxBytes: 1,
  writeMaxBytes: 1,
  pathPrefix: "/elsewhere",
  headerPrefix: "Elsewhere-",
  registry: {},
  headers: { "x-zitadel-orgid": "123" },
  onHeader: fails,
  onTrailer: fails,
  graceMs: 0,
  email: "attacker@example.test",
  userId: "123",
  issuer: "https://attacker.example",
  scope: "openid",
  tokenTimeoutMs: -1,
  clockSkewMs: -1,
  delivery: "not_sent",
  reason: "already_initialized",
  allowRemote: ["attacker.example"],
  // Not onRequest of the sandbox: the test runner itself would call it.
};

/** Runs with one property on every object that has a prototype. */
async function polluted<T>(name: string, work: () => Promise<T>): Promise<T> {
  Object.defineProperty(Object.prototype, name, {
    ...{ value: PUT_THERE[name], configurable: true, enumerable: true, writable: true },
  });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}

const BUILDS = [
  ["Node, gRPC", node.createResendClient, {}],
  ["Node, gRPC-web", node.createResendClient, { contentType: "application/grpc-web+proto" }],
  ["Node, REST", node.createResendClient, { contentType: "application/json" }],
  ["pages, gRPC-web", grpcWeb.createResendClient, {}],
  ["pages, REST", rest.createResendClient, {}],
] as const;

let sandbox: Sandbox;
const requests: SandboxRequest[] = [];
beforeAll(async () => {
  sandbox = await createSandbox({ onRequest: (request) => requests.push(request) });
});
afterAll(() => sandbox.close());

/** A call with a token that is fetched for it, and what arrived. */
async function callOnce(createClient: typeof rest.createResendClient, options: object) {
  requests.length = 0;
  const mails = sandbox.mailbox.length;
  const auth = node.serviceAccountKey(sandbox.serviceAccount.key);
  const client = createClient({ ...options, baseUrl: sandbox.url, auth });
  const { details } = await client.resendHumanInitialization({ userId: sandbox.users.initial.id });
  await client.close();
  const [mail] = sandbox.mailbox.slice(mails);
  return { resourceOwner: details?.resourceOwner, to: mail?.to, requests: [...requests] };
}

describe.each(BUILDS)("%s: nothing on Object.prototype is an option", (build, createClient, options) => {
  // node:http2 trips over "headers" itself, before anything is sent.
  const isOurs = (name: string) => name !== "headers" || build !== "Node, gRPC";
  test.each(Object.keys(PUT_THERE).filter(isOurs))("%s", async (name) => {
    const expected = await callOnce(createClient, options);
    expect(await polluted(name, () => callOnce(createClient, options))).toEqual(expected);
  });

  test("allowInsecure and guard stay what they are", async () => {
    const auth = node.personalAccessToken("token");
    await polluted("allowInsecure", async () => {
      expect(() => createClient({ ...options, baseUrl: "http://zitadel.example", auth })).toThrow(
        /over http:/,
      );
    });
    await polluted("guard", async () => {
      const client = createClient({ ...options, baseUrl: sandbox.url, auth });
      const error = await rejectionOf(client.resendHumanInitialization({ userId: " 1" }));
      expect(error).toMatchObject({ code: Code.InvalidArgument });
    });
  });
});

test.each(["retry", "ambiguous", "delivery"])("%s does not repeat what may have been sent", async (name) => {
  let calls = 0;
  const fetch = async () => {
    calls++;
    return new Response("", { status: 503 });
  };
  const error = await polluted(name, () => {
    const client = rest.createResendClient({ baseUrl: "https://zitadel.example", fetch, retry: {} });
    return rejectionOf(client.resendHumanInitialization({ userId: "1" }));
  });
  expect(calls).toBe(1);
  expect(explainError(error).delivery).toBe("maybe_sent");
});

test("graceMs does not end the calls that close() waits for", async () => {
  let answer = (_: Response) => {};
  const fetch = () => new Promise<Response>((resolve) => (answer = resolve));
  const client = rest.createResendClient({ baseUrl: "https://zitadel.example", fetch });
  const call = client.resendHumanInitialization({ userId: "1" });
  await polluted("graceMs", async () => {
    const closed = client.close();
    await new Promise((resolve) => setTimeout(resolve, 10));
    answer(Response.json({ details: {} }));
    await closed;
  });
  expect(await call).toMatchObject({ details: {} });
});

test.each(["issuer", "scope", "tokenTimeoutMs", "clockSkewMs"])("%s of a credential", async (name) => {
  await polluted(name, async () => {
    const { clientId, clientSecret } = sandbox.serviceAccount;
    const auth = node.clientCredentials({ clientId, clientSecret });
    await using client = node.createResendClient({ baseUrl: sandbox.url, auth });
    await client.resendHumanInitialization({ userId: sandbox.users.initial.id });
  });
});

test("the sandbox lets no other machine in", async () => {
  await polluted("allowRemote", async () => {
    await expect(createSandbox({ host: "0.0.0.0" })).rejects.toThrow(/does not listen/);
  });
});

test("what a call refuses stays a ConnectError when getters throw", async () => {
  const client = node.createResendClient({ baseUrl: sandbox.url });
  const request = {
    get userId(): string {
      throw new Error("mine");
    },
  };
  expect(await rejectionOf(client.resendHumanInitialization(request))).toBeInstanceOf(ConnectError);
  await client.close();
});
