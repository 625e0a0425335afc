import { TLSSocket } from "node:tls";
import { Code } from "@connectrpc/connect";
import { beforeAll, describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import type { TlsOptions } from "../../src/options.js";
import { createCertificate, type ServerIdentity } from "../../src/sandbox/certificate.js";
import { caught } from "../auth/caught.js";
import { H2_CODE } from "../peers/h2-frames.js";
import { h2Peer } from "../peers/h2-peer.js";
import { socketPeer } from "../peers/socket-peer.js";
import { answers, GRPC_HEADERS, textClient, textMessage, withRequest } from "./text-client.js";

let identity: ServerIdentity;
beforeAll(async () => {
  identity = await createCertificate(Date.now());
});

describe("TLS", () => {
  test.each([
    ["as text", (pem: string): TlsOptions => ({ ca: pem })],
    ["as bytes", (pem: string): TlsOptions => ({ ca: Buffer.from(pem) })],
    ["among others", (pem: string): TlsOptions => ({ ca: [pem, pem] })],
  ])("trusts an authority that tls.ca names %s", async (_how, tlsOf) => {
    await using peer = await h2Peer(answers(), { tls: identity });
    await using client = textClient(peer.url, { tls: tlsOf(identity.cert) });
    expect((await client.say({})).value).toBe("hi");
  });

  test("does not trust one that nobody named, and says which option would", async () => {
    await using peer = await h2Peer(answers(), { tls: identity });
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.rawMessage).toMatch(
      /^127\.0\.0\.1:\d+ has a certificate that is not trusted: its authority goes into tls\.ca/,
    );
    expect(explainError(error)).toMatchObject({
      reason: "unreachable",
      delivery: "not_sent",
      retryable: false,
    });
  });

  test("wants the certificate to name the host, or what tls.serverName says", async () => {
    await using peer = await h2Peer(answers(), { tls: identity });
    const other = { ca: identity.cert, serverName: "zitadel.example" };
    await using wrong = textClient(peer.url, { tls: other });
    const error = await caught(() => wrong.say({}));
    expect(error.rawMessage).toMatch(/another name into tls\.serverName/);
    expect(explainError(error)).toMatchObject({ delivery: "not_sent", retryable: false });
    await using right = textClient(peer.url, { tls: { ca: identity.cert, serverName: "localhost" } });
    expect((await right.say({})).value).toBe("hi");
  });

  test("shows the client's certificate to a server that asks for one", async () => {
    const shown: unknown[] = [];
    const asking = { ...identity, requestCert: true, rejectUnauthorized: false };
    await using peer = await h2Peer(
      (connection) => {
        if (connection.socket instanceof TLSSocket)
          shown.push(connection.socket.getPeerCertificate().subject?.CN);
        return answers()(connection);
      },
      { tls: asking },
    );
    const { cert, key } = identity;
    await using client = textClient(peer.url, { tls: { ca: cert, cert, key: Buffer.from(key) } });
    expect((await client.say({})).value).toBe("hi");
    expect(shown).toEqual(["localhost"]);
  });

  test("says what a server holds against a client without one", async () => {
    const asking = { ...identity, ca: identity.cert, requestCert: true, rejectUnauthorized: true };
    await using peer = await h2Peer(answers(), { tls: asking });
    await using client = textClient(peer.url, { tls: { ca: identity.cert } });
    const error = await caught(() => client.say({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.rawMessage).toMatch(/certificate required/);
    expect(explainError(error).delivery).toBe("not_sent");
  });

  test("meets a server without TLS, and the other way round", async () => {
    await using plain = await h2Peer(answers());
    await using tlsClient = textClient(plain.url.replace("http:", "https:"));
    expect(explainError(await caught(() => tlsClient.say({})))).toMatchObject({ delivery: "not_sent" });
    await using secure = await socketPeer((socket) => void socket.resume(), { tls: identity });
    await using plainClient = textClient(secure.url.replace("https:", "http:"));
    expect((await caught(() => plainClient.say({}))).rawMessage).toMatch(/does not speak HTTP\/2/);
  });

  test("meets a server of HTTP/1.1", async () => {
    const http1 = { ...identity, ALPNProtocols: ["http/1.1"] };
    await using peer = await socketPeer(
      (socket) => {
        socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      },
      { tls: http1 },
    );
    await using client = textClient(peer.url, { tls: { ca: identity.cert } });
    const error = await caught(() => client.say({}));
    expect(error.rawMessage).toMatch(
      /does not speak HTTP\/2.*use contentType "application\/grpc-web\+proto"/,
    );
    expect(explainError(error)).toMatchObject({ reason: "not_supported" });
  });

  // Over TLS, Node says later that an answer has ended, when its stream is closed already.
  test("does not change how an answer without trailers, or one that ends at once, is read", async () => {
    const whole = withRequest(async (connection, id) => {
      connection.socket.cork();
      connection.headers(id, GRPC_HEADERS);
      await connection.data(id, textMessage("hi"), { endStream: true });
      connection.socket.uncork();
    });
    const none = withRequest((connection, id) => {
      connection.socket.cork();
      connection.headers(id, GRPC_HEADERS);
      connection.reset(id, H2_CODE.NO_ERROR);
      connection.socket.uncork();
    });
    const codes: Code[] = [];
    for (const options of [{}, { tls: identity }]) {
      for (const script of [whole, none]) {
        await using peer = await h2Peer(script, options);
        await using client = textClient(peer.url, { tls: { ca: identity.cert } });
        codes.push((await caught(() => client.say({}))).code);
      }
    }
    expect(codes).toEqual([Code.Internal, Code.Unavailable, Code.Internal, Code.Unavailable]);
  });
});
