import { goodAnswer, type PeerWire } from "./answers.js";
import { type AwkwardPeer, answering, everywhere, type Outcome } from "./awkward-peer.js";

/** A page of a proxy or of some other server, under a status. */
function page(status: number, header: Readonly<Record<string, string>> = {}) {
  return answering(() => ({
    status,
    header: { "content-type": "text/html; charset=utf-8", ...header },
    body: `<!doctype html><html><head><title>${status}</title></head><body><h1>Proxy says ${status}</h1></body></html>`,
  }));
}

/** What a wire's answer looks like when another wire's was asked for. */
const OTHER: Readonly<Record<PeerWire, PeerWire>> = {
  gRPC: "REST",
  "gRPC-web": "REST",
  "gRPC-web on HTTP/2": "REST",
  REST: "gRPC-web",
};

const notSupported: Outcome = ["Internal", "not_supported", "maybe_sent"];

/** Somebody else than ZITADEL answers, or something in between does. */
export const proxyPeers: readonly AwkwardPeer[] = [
  {
    name: "HTML with status 200",
    ...page(200),
    outcome: everywhere(["Unknown", "not_supported", "maybe_sent"]),
  },
  {
    name: "HTML with status 404",
    ...page(404),
    outcome: {
      ...everywhere(["Unimplemented", "not_supported", "not_sent"]),
      REST: ["NotFound", "not_supported", "not_sent"],
    },
  },
  {
    // The connection leads to another server than the one that the request is for (RFC 9110, section 15.5.20).
    name: "HTML with status 421",
    ...page(421),
    outcome: everywhere(["Unknown", "not_supported", "not_sent"]),
  },
  {
    name: "HTML with status 429",
    ...page(429, { "retry-after": "7" }),
    outcome: {
      ...everywhere(["Unavailable", "rate_limited", "not_sent"]),
      REST: ["ResourceExhausted", "rate_limited", "not_sent"],
    },
  },
  {
    name: "HTML with status 502",
    ...page(502),
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "HTML with status 503",
    ...page(503),
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "301 to another origin",
    // Nobody listens there: following it would come out as unreachable.
    ...page(301, { location: "http://127.0.0.1:1/elsewhere" }),
    outcome: everywhere(["Unknown", "not_supported", "not_sent"]),
  },
  {
    name: "another wire's content type",
    ...answering((wire) => goodAnswer(OTHER[wire])),
    outcome: everywhere(["Unknown", "not_supported", "maybe_sent"]),
  },
  {
    name: "no content type and no body",
    ...answering(() => ({ status: 200, header: {} })),
    outcome: everywhere(["Unknown", "not_supported", "maybe_sent"]),
  },
  {
    name: "HTTP/1.1 where HTTP/2 was spoken",
    http2(connection) {
      connection.write(Buffer.from("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"));
      connection.end();
    },
    silent: true,
    // It answers the preface: no request has left.
    outcome: {
      gRPC: ["Internal", "not_supported", "not_sent"],
      "gRPC-web on HTTP/2": ["Internal", "not_supported", "not_sent"],
    },
  },
  {
    name: "HTTP/2 where HTTP/1.1 was spoken",
    async http1(connection) {
      await connection.nextRequest();
      connection.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      connection.end();
    },
    outcome: { "gRPC-web": notSupported, REST: notSupported },
  },
  {
    name: "an informational answer before the real one",
    async http1(connection, wire) {
      await connection.nextRequest();
      connection.head(103, { link: "</style.css>; rel=preload" });
      const { header, body } = goodAnswer(wire);
      connection.answer(200, header, body);
    },
    outcome: { "gRPC-web": "answer", REST: "answer" },
  },
];
