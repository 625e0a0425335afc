import { generateKeyPairSync } from "node:crypto";
import { createRegistry } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { beforeAll, describe, expect, test } from "vitest";
import { createResendClient, createTransport, explainError } from "../../src/node/index.js";
import { CONTENT_TYPES } from "../../src/options.js";
import { createCertificate, type ServerIdentity } from "../../src/sandbox/certificate.js";

const baseUrl = "https://zitadel.example";
const fetch = async () => Response.json({});
const noop = () => {};

/** What making a client, or a transport, of any options is refused with; undefined where it is not. */
function refusalOf(make: (options: never) => unknown, options: object): ConnectError | undefined {
  try {
    Reflect.apply(make, undefined, [options]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    expect(error.code).toBe(Code.InvalidArgument);
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    return error;
  }
}

const MAKERS = [
  ["client", createResendClient],
  ["transport", createTransport],
] as const;

/** How HTTP can be done on Node. */
const WAYS = {
  gRPC: { contentType: "application/grpc" },
  "gRPC, by default": {},
  "gRPC-web": { contentType: "application/grpc-web+proto" },
  "gRPC-web on HTTP/2": { contentType: "application/grpc-web+proto", httpVersion: "2" },
  "gRPC-web by fetch": { contentType: "application/grpc-web+proto", fetch },
  REST: { contentType: "application/json" },
  "REST by fetch": { contentType: "application/json", fetch },
} as const;
type Way = keyof typeof WAYS;
const EVERYWHERE = Object.keys(WAYS);
const GRPC: readonly Way[] = ["gRPC", "gRPC, by default"];
const GRPC_WEB: readonly Way[] = ["gRPC-web", "gRPC-web on HTTP/2", "gRPC-web by fetch"];
const REST: readonly Way[] = ["REST", "REST by fetch"];
const OWN_SOCKETS: readonly Way[] = [...GRPC, "gRPC-web", "gRPC-web on HTTP/2", "REST"];

/** Which way honours what; each row is one option. */
const HONOURED: readonly (readonly [option: object, ways: readonly string[]])[] = [
  [{ fetch }, ["gRPC-web", "gRPC-web by fetch", ...REST]],
  [{ tls: {} }, OWN_SOCKETS],
  [{ http2: {} }, [...GRPC, "gRPC-web on HTTP/2"]],
  [{ sendCompression: "gzip" }, [...GRPC, ...GRPC_WEB]],
  [{ compressMinBytes: 1 }, [...GRPC, ...GRPC_WEB]],
  [{ acceptCompression: [] }, [...GRPC, ...GRPC_WEB, "REST"]],
  [{ httpVersion: "2" }, [...GRPC, "gRPC-web", "gRPC-web on HTTP/2"]],
  [{ httpVersion: "1.1" }, ["gRPC-web", "gRPC-web on HTTP/2", "REST"]],
  [{ pathPrefix: "" }, REST],
  [{ headerPrefix: "" }, REST],
  [{ registry: createRegistry() }, REST],
  [{ interceptors: [] }, EVERYWHERE],
  [{ readMaxBytes: 1 }, EVERYWHERE],
  [{ writeMaxBytes: 4_294_967_295 }, EVERYWHERE],
  [{ defaultTimeoutMs: 0 }, EVERYWHERE],
];

describe.each(MAKERS)("a %s on Node", (_, make) => {
  describe("refuses what would silently not happen, and names it", () => {
    const rows = HONOURED.flatMap(([option, ways]) =>
      Object.entries(WAYS).map(([way, options]) => ({
        way,
        option,
        options,
        isHonoured: ways.includes(way),
      })),
    );
    test.each(rows)("$option with $way: $isHonoured", ({ option, options, isHonoured }) => {
      const refusal = refusalOf(make, { baseUrl, ...options, ...option });
      if (isHonoured) return expect(refusal).toBeUndefined();
      expect(refusal?.rawMessage).toContain(Object.keys(option)[0]);
      expect(refusal?.rawMessage).toMatch(/has no effect on .*; leave it out, or set a contentType for/);
    });
  });

  test.each(CONTENT_TYPES)("takes undefined for what is not there: %s", (contentType) => {
    const absent = Object.fromEntries(
      HONOURED.flatMap(([option]) => Object.keys(option)).map((name) => [name, undefined]),
    );
    expect(refusalOf(make, { ...absent, baseUrl, contentType })).toBeUndefined();
  });

  test.each([
    [
      { http2: { pingIntervalMs: -1 } },
      "http2.pingIntervalMs is -1; expected milliseconds from 1 up, or Infinity",
    ],
    [{ http2: { pingTimeoutMs: Number.NaN } }, "http2.pingTimeoutMs is NaN"],
    [{ http2: { idleConnectionTimeoutMs: 0 } }, "http2.idleConnectionTimeoutMs is 0"],
    [{ http2: { connectTimeoutMs: "10000" } }, 'http2.connectTimeoutMs is "10000"'],
    [
      { http2: { pingIdleConnection: "false" } },
      'http2.pingIdleConnection is "false"; expected true or false',
    ],
    [{ http2: { keepAliveMs: 1 } }, 'there is no option http2."keepAliveMs"; expected connectTimeoutMs, '],
    [{ http2: 5 }, "http2 is 5; expected an object"],
    [{ readMaxBytes: 0 }, "readMaxBytes is 0; expected a whole number of bytes from 1 to 4294967295"],
    [{ readMaxBytes: Number.NaN }, "readMaxBytes is NaN"],
    [{ writeMaxBytes: 2 ** 32 }, "writeMaxBytes is 4294967296"],
    [{ writeMaxBytes: 1.5 }, "writeMaxBytes is 1.5"],
    [{ compressMinBytes: -1 }, "compressMinBytes is -1"],
    [{ defaultTimeoutMs: Number.NaN }, "defaultTimeoutMs is NaN"],
    [{ defaultTimeoutMs: "5" }, 'defaultTimeoutMs is "5"'],
    [{ sendCompression: "br" }, 'sendCompression is "br"; expected "gzip"'],
    [{ acceptCompression: ["gzip", "br"] }, 'acceptCompression[1] is "br"'],
    [{ acceptCompression: "gzip" }, 'acceptCompression is "gzip"; expected an array'],
    [{ httpVersion: 2 }, 'httpVersion is 2; expected "1.1" or "2"'],
    [{ fetch: {} }, "fetch is of type object; expected a function"],
    [{ interceptors: [noop, undefined] }, "interceptors[1] is of type undefined"],
    [{ pathPrefix: 1 }, "pathPrefix is 1"],
    [{ headerPrefix: "a b" }, 'headerPrefix is "a b"'],
    [
      { tls: { rejectUnauthorized: false } },
      'there is no option tls."rejectUnauthorized"; expected ca, cert, key, serverName',
    ],
    [{ tls: null }, "tls is null; expected an object"],
    [{ nodeOptions: {} }, 'there is no option "nodeOptions"; expected '],
    [{ eyJhbGciOiJSUzI1NiJ9: 1 }, "there is no option of type string"],
  ])("refuses %o", (option, message) => {
    expect(refusalOf(make, { baseUrl, ...option })?.rawMessage).toContain(message);
  });

  test("takes a connection that never ends for want of use", () => {
    const http2 = { idleConnectionTimeoutMs: Number.POSITIVE_INFINITY };
    expect(refusalOf(make, { baseUrl, http2 })).toBeUndefined();
  });
});

describe("options of a client alone", () => {
  test.each([
    [{ allowInsecure: "false" }, 'allowInsecure is "false"; expected true or false'],
    [{ guard: 0 }, "guard is 0"],
    [{ auth: "token" }, 'auth is "token"; expected a function'],
    [{ onWarning: true }, "onWarning is true"],
    [{ retry: true }, "retry is true"],
    [{ retry: { ambiguous: "false" } }, 'retry.ambiguous is "false"'],
    [{ retry: { retries: 3 } }, 'there is no option retry."retries"; expected maxAttempts, '],
    [{ retry: { maxAttempts: "3" } }, 'retry.maxAttempts is "3"'],
    [{ orgID: "1" }, 'there is no option "orgID"'],
  ])("%o is refused", (option, message) => {
    expect(refusalOf(createResendClient, { baseUrl, ...option })?.rawMessage).toContain(message);
  });

  test.each(["auth", "allowInsecure", "orgId", "timeoutMs", "retry", "guard", "onWarning"])(
    "a transport would not hear of %s",
    (name) => {
      const refusal = refusalOf(createTransport, { baseUrl, [name]: noop });
      expect(refusal?.rawMessage).toContain(`there is no option "${name}"`);
    },
  );

  test.each([{ fetch }, { tls: {} }, { baseUrl }, { contentType: "application/json" }, { readMaxBytes: 5 }])(
    "a client with a transport of somebody else would not hear of %o",
    (option) => {
      const transport = createTransport({ baseUrl });
      expect(refusalOf(createResendClient, { transport, interceptors: [], retry: false })).toBeUndefined();
      const refusal = refusalOf(createResendClient, { transport, ...option });
      expect(refusal?.rawMessage).toContain(`there is no option "${Object.keys(option)[0]}"`);
    },
  );

  test.each([null, "5", Number.NaN, -1])("close({ graceMs: %j }) is refused", async (graceMs) => {
    const client = createResendClient({ baseUrl });
    const closed = Reflect.apply(client.close, client, [{ graceMs }]);
    await expect(closed).rejects.toThrow(/graceMs is .*; expected a number from 0 up/);
    await client.close();
  });

  test("frozen options, and those with getters, are as good as others", () => {
    const http2 = Object.freeze({ pingTimeoutMs: 5 });
    expect(
      refusalOf(createResendClient, Object.freeze({ baseUrl, http2, interceptors: [] })),
    ).toBeUndefined();
    const lazy = {
      get baseUrl() {
        return baseUrl;
      },
    };
    expect(refusalOf(createResendClient, lazy)).toBeUndefined();
  });
});

describe("TLS", () => {
  let identity: ServerIdentity;
  beforeAll(async () => {
    identity = await createCertificate(Date.now());
  });
  const encrypted = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
  } as const);

  test.each<[string, (pem: ServerIdentity) => object, string]>([
    ["no text", () => ({ ca: "" }), "tls.ca is empty; leave it out, or pass PEM"],
    ["spaces", () => ({ ca: " \n" }), "tls.ca is empty"],
    ["no bytes", () => ({ ca: Buffer.alloc(0) }), "tls.ca is empty"],
    ["an empty array", () => ({ ca: [] }), "tls.ca is empty"],
    ["an empty text among others", ({ cert }) => ({ ca: [cert, ""] }), "tls.ca[1] is empty"],
    ["a file name", () => ({ ca: "/etc/ca.pem" }), "tls.ca holds no certificate in PEM"],
    ["a key in its place", ({ key }) => ({ ca: key }), "tls.ca holds no certificate in PEM"],
    ["DER", () => ({ ca: Uint8Array.of(0x30, 0x82) }), "tls.ca holds no certificate in PEM"],
    [
      "a damaged one",
      ({ cert }) => ({ ca: cert.replace(/MII/, "AAA") }),
      "tls.ca holds a certificate that cannot be read",
    ],
    ["one cut off behind a good one", ({ cert }) => ({ ca: cert + cert.slice(0, 200) }), "among 2"],
    ["null", () => ({ ca: null }), "tls.ca is of type object; expected PEM"],
    ["an empty client certificate", ({ key }) => ({ cert: "", key }), "tls.cert is empty"],
    ["an empty key", ({ cert }) => ({ cert, key: "" }), "tls.key is empty"],
    ["a certificate as key", ({ cert }) => ({ cert, key: cert }), "tls.key holds no private key in PEM"],
    ["a key with a passphrase", ({ cert }) => ({ cert, key: encrypted }), "without a passphrase"],
    ["a certificate without its key", ({ cert }) => ({ cert }), "tls holds only one of cert and key"],
    ["a key without its certificate", ({ key }) => ({ key }), "tls holds only one of cert and key"],
    ["no server name", () => ({ serverName: "" }), 'tls.serverName is ""; expected a host name'],
    ["a server name of spaces", () => ({ serverName: " " }), "tls.serverName"],
  ])("%s is refused, and nothing of it shown", (_, tlsOf, message) => {
    for (const [, make] of MAKERS) {
      const said = refusalOf(make, { baseUrl, tls: tlsOf(identity) })?.rawMessage;
      expect(said).toContain(message);
      expect(said).not.toMatch(/MII/);
    }
  });

  test.each<[string, (pem: ServerIdentity) => object]>([
    ["PEM", ({ cert }) => ({ ca: cert })],
    ["PEM with words around it", ({ cert }) => ({ ca: `# ours\n${cert}\n# theirs\n${cert}` })],
    ["bytes of a larger buffer", ({ cert }) => ({ ca: Buffer.from(` ${cert}`).subarray(1) })],
    [
      "all of it",
      ({ cert, key }) => ({ ca: [cert], cert, key: Buffer.from(key), serverName: "zitadel.example" }),
    ],
  ])("%s is taken", (_, tlsOf) => {
    expect(refusalOf(createResendClient, { baseUrl, tls: tlsOf(identity) })).toBeUndefined();
  });
});
