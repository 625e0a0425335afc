import { once } from "node:events";
import { createServer as createHttp1, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { ConnectError } from "@connectrpc/connect";
import { afterAll, describe, expect, test } from "vitest";
import { type ContentType, createResendClient, personalAccessToken } from "../../src/node/index.js";
import { rejectionOf } from "../retry/scripted-unary.js";

/*
 * Peers that send back what they were sent, as some proxies do in their error
 * pages: no error may show the token.
 */

const TOKEN = "very-secret-token_0123456789";
const COOKIE = "session=another-secret-value";
const GRPC = { ":status": 200, "content-type": "application/grpc+proto" };

/** What a peer of HTTP/1.1 answers. */
const OVER_HTTP1: Record<string, (sent: string, response: ServerResponse) => void> = {
  "a page": (sent, response) =>
    response.writeHead(502, { "content-type": "text/html" }).end(`<p>${sent}</p>`),
  "the message of an error in JSON": (sent, response) =>
    response
      .writeHead(400, { "content-type": "application/json" })
      .end(JSON.stringify({ code: 3, message: `no: ${sent}` })),
  "a redirect": (sent, response) =>
    response.writeHead(302, { location: `https://${sent.replace(/\W+/g, "-")}.test/` }).end(),
  "grpc-message": (sent, response) =>
    response
      .writeHead(200, {
        "content-type": "application/grpc-web+proto",
        "grpc-status": "3",
        "grpc-message": sent,
      })
      .end(),
  "grpc-status": (sent, response) =>
    response.writeHead(200, { "content-type": "application/grpc-web+proto", "grpc-status": sent }).end(),
};

const OVER_HTTP2: Record<string, (sent: string, stream: ServerHttp2Stream) => void> = {
  "grpc-message": (sent, stream) =>
    stream.respond({ ...GRPC, "grpc-status": "3", "grpc-message": sent }, { endStream: true }),
  "grpc-status": (sent, stream) => stream.respond({ ...GRPC, "grpc-status": sent }, { endStream: true }),
  "a page": (sent, stream) => {
    stream.respond({ ":status": 502, "content-type": "text/html" });
    stream.end(`<p>${sent}</p>`);
  },
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo = (headers: IncomingHttpHeaders) => `${headers.authorization} ${headers.cookie}`;

async function errorOf(baseUrl: string, contentType: ContentType) {
  await using client = createResendClient({
    baseUrl,
    contentType,
    auth: personalAccessToken(TOKEN),
    retry: false,
  });
  const headers = { cookie: COOKIE };
  const error = await rejectionOf(client.resendHumanInitialization({ userId: "1" }, { headers }));
  return ConnectError.from(error);
}

function expectNoSecret({ message, rawMessage }: ConnectError): void {
  for (const text of [message, rawMessage]) {
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain("another-secret-value");
    expect(text).not.toContain(TOKEN.slice(0, 12));
  }
}

describe.each(Object.entries(OVER_HTTP1))("a peer that repeats the credential in %s", (_, answer) => {
  test.each(["application/json", "application/grpc-web+proto"] as const)("over %s", async (contentType) => {
    const url = await listen(createHttp1((request, response) => answer(echo(request.headers), response)));
    expectNoSecret(await errorOf(url, contentType));
  });
});

describe.each(Object.entries(OVER_HTTP2))(
  "a peer of HTTP/2 that repeats the credential in %s",
  (_, answer) => {
    test("over application/grpc", async () => {
      const server = createHttp2();
      server.on("stream", (stream, headers) => answer(echo(headers), stream));
      expectNoSecret(await errorOf(await listen(server), "application/grpc"));
    });
  },
);

test.each(["application/json", "application/grpc-web+proto"] as const)(
  "redirects whose pages do not end do not use up the connections, over %s",
  async (contentType) => {
    const url = await listen(
      createHttp1((_, response) => response.writeHead(302, { location: "/login" }).write("<p>")),
    );
    await using client = createResendClient({ baseUrl: url, contentType, retry: false });
    // More than there are connections, one after the other.
    for (let call = 0; call < 120; call++) {
      const error = await rejectionOf(client.resendHumanInitialization({ userId: "1" }));
      expect(ConnectError.from(error).rawMessage).toMatch(/^the server redirects/);
    }
  },
);
