import { Code, createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { isCleartext } from "../../src/auth/checks.js";
import { clientCredentials, createResendClient, personalAccessToken } from "../../src/node/index.js";
import { caught } from "./caught.js";

const auth = personalAccessToken("secret-token");

describe("isCleartext", () => {
  it.each([
    "https://zitadel.example",
    "http://localhost",
    "http://LOCALHOST:8080",
    "http://127.0.0.1",
    "http://127.255.255.254:1",
    "http://127.1",
    "http://0x7f000001",
    "http://[::1]:8080",
    "http://[0:0:0:0:0:0:0:1]",
  ])("%s: nobody listens in", (url) => {
    expect(isCleartext(new URL(url))).toBe(false);
  });

  it.each([
    "http://zitadel.example",
    "http://zitadel",
    "http://10.0.0.1",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://[::]",
    "http://[::2]",
    "http://[::ffff:10.0.0.1]",
    "http://notlocalhost",
    "http://localhost.",
    "http://zitadel.localhost",
    "http://127.0.0.1.localhost:8080",
    "http://localhost.example",
    "http://127.0.0.1.example",
    "http://l\u00f3calhost",
  ])("%s: readable on the way", (url) => {
    expect(isCleartext(new URL(url))).toBe(true);
  });
});

const bringsToken: Interceptor = (next) => (request) => {
  request.header.set("authorization", "Bearer secret-token");
  return next(request);
};

describe("a client that would send a credential in the clear", () => {
  const refused = {
    code: Code.InvalidArgument,
    message: expect.stringMatching(/http:\/\/zitadel\.example.*https:\/\/.*allowInsecure: true/),
  };

  it.each(["application/grpc", "application/grpc-web+proto"] as const)(
    "is not made: %s",
    async (contentType) => {
      const make = () => createResendClient({ baseUrl: "http://zitadel.example", contentType, auth });
      const error = await caught(async () => make());
      expect(error).toMatchObject(refused);
      expect(error.message).not.toContain("secret-token");
    },
  );

  it("is made over loopback, over TLS and by permission", async () => {
    for (const options of [
      { baseUrl: "http://[::1]:1" },
      { baseUrl: "https://zitadel.example" },
      { baseUrl: "http://zitadel.example", allowInsecure: true },
    ]) {
      await createResendClient({ ...options, auth }).close();
    }
  });

  it.each([
    ["its caller", { headers: { authorization: "Bearer secret-token" } }, []],
    ["an interceptor", {}, [bringsToken]],
  ])(
    "refuses a credential that a call has from %s, before anything is sent",
    async (_, call, interceptors) => {
      const sent: unknown[] = [];
      await using client = createResendClient({
        baseUrl: "http://zitadel.example",
        contentType: "application/grpc-web+proto",
        interceptors,
        fetch: async (...call) => {
          sent.push(call);
          return new Response();
        },
      });
      const error = await caught(() => client.resendHumanInitialization({ userId: "1" }, call));
      expect(error).toMatchObject(refused);
      expect(sent).toEqual([]);
    },
  );

  it("does not ask for a token in the clear either", async () => {
    const transport = createRouterTransport(({ service }) => void service(ManagementService, {}));
    const options = { issuer: "http://zitadel.example" };
    const own = clientCredentials({ clientId: "id", clientSecret: "secret" }, options);
    expect(await caught(async () => createResendClient({ transport, auth: own }))).toMatchObject(refused);
    await createResendClient({ transport, auth: own, allowInsecure: true }).close();
  });
});
