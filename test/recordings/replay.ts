import { type IncomingHttpHeaders, request as requestHttp1 } from "node:http";
import { type ClientHttp2Session, connect } from "node:http2";
import { gunzipSync, gzipSync } from "node:zlib";
import { bodyOf, type HeaderPairs, type Recording } from "./recording.js";

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly trailers: HeaderPairs;
  readonly body: Buffer;
}

/** What the recorder left out, because its HTTP client wrote it by itself. */
function unrecordedHeaders({ protocol, name }: Recording): [string, string][] {
  if (protocol === "cors") {
    return [
      ["origin", "https://app.example.test"],
      ["access-control-request-method", "POST"],
    ];
  }
  return protocol === "grpc" && name === "unknown-host" ? [["host", "nowhere.test"]] : [];
}

/** Sends a recorded request to another server, with other ids and tokens, over HTTP/1.1 or 2. */
export async function replay(
  recording: Recording,
  recast: (text: string) => string,
  url: string,
  httpVersion: 1 | 2,
): Promise<WireAnswer> {
  const { method, path, headers } = recording.request;
  const pairs = [...headers, ...unrecordedHeaders(recording)].map(([name, value]): [string, string] => [
    name,
    recast(String(value)),
  ]);
  const body = recastBody(recording, recast);
  const header = Object.fromEntries(pairs.filter(([name]) => name !== "content-length"));
  const send = httpVersion === 1 ? sendHttp1 : sendHttp2;
  return send(url, method, recast(path), header, body);
}

/** Ids stand in the body as plain bytes, unless it is packed or in Base64. */
function recastBody({ request }: Recording, recast: (text: string) => string): Buffer {
  const body = bodyOf(request);
  const bytes = (plain: Buffer) => Buffer.from(recast(plain.toString("latin1")), "latin1");
  const headerOf = (name: string) => request.headers.find(([found]) => found === name)?.[1];
  if (headerOf("content-type") === "application/grpc-web-text") {
    return Buffer.from(bytes(Buffer.from(body.toString(), "base64")).toString("base64"));
  }
  if (headerOf("grpc-encoding") !== "gzip") return bytes(body);
  const packed = gzipSync(bytes(gunzipSync(body.subarray(5))));
  const head = Buffer.from([1, 0, 0, 0, 0]);
  head.writeUInt32BE(packed.length, 1);
  return Buffer.concat([head, packed]);
}

type Send = (
  url: string,
  method: string,
  path: string,
  header: Record<string, string>,
  body: Buffer,
) => Promise<WireAnswer>;

/** `node:http` sends the path as it is given, dots and double slashes too. */
const sendHttp1: Send = (url, method, path, header, body) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // A HEAD has no body; what the recorder sent in one was read as the next request.
    const sent = method === "HEAD" ? Buffer.alloc(0) : body;
    const headers = { ...header, "content-length": sent.length };
    const request = requestHttp1({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: pairsOf(response.headers),
          trailers: pairsOf(response.trailers),
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on("error", reject).end(sent);
  });

const sendHttp2: Send = async (url, method, path, { host, ...header }, body) => {
  const session = await openSession(url);
  try {
    return await new Promise<WireAnswer>((resolve, reject) => {
      const authority = host ?? new URL(url).host;
      const target = { ":method": method, ":path": path, ":authority": authority };
      const stream = session.request({ ...target, ...header }, { endStream: false });
      const chunks: Buffer[] = [];
      let headers: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      stream.on("response", (fields) => {
        headers = fields;
      });
      stream.on("trailers", (fields) => {
        trailers = fields;
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("close", () =>
        resolve({
          status: Number(headers[":status"]),
          headers: pairsOf(headers),
          trailers: pairsOf(trailers),
          body: Buffer.concat(chunks),
        }),
      );
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
};

function openSession(url: string): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(url, () => resolve(session));
    session.on("error", reject);
  });
}

/** Node joins repeated headers into one, but for cookies; pseudo-headers are no headers. */
function pairsOf(header: IncomingHttpHeaders): [string, string][] {
  return Object.entries(header)
    .filter(([name]) => !name.startsWith(":"))
    .flatMap(([name, value = ""]) => [value].flat().map((one): [string, string] => [name, String(one)]));
}
