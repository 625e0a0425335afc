// Who is measured. Each makes the same call against a server at `url`, as a
// program would that uses it for nothing else: with an access token and, where
// it has deadlines, with one of 10 seconds. What is not needed for one peer is
// not loaded for it.
import { fileURLToPath } from "node:url";

const TOKEN = "dGhpcy1pcy1ub3QtYS1yZWFsLXRva2VuLWJ1dC1hcy1sb25nLWFzLW9uZQ";
const USER_ID = "163840776835432705";
const TIMEOUT_MS = 10_000;
const RPC_PATH = "/zitadel.management.v1.ManagementService/ResendHumanInitialization";
const REST_PATH = `/management/v1/users/${USER_ID}/_resend_initialization`;

const authorization = `Bearer ${TOKEN}`;
const request = { userId: USER_ID };

/** Peers by the wire they use; the first one is bare Node or undici, what the others are compared with. */
export const peers = {
  grpc: {
    "node:http2": bareHttp2,
    "zitadel-resend": (url) => ours(url, "application/grpc"),
    "connect-node": connectGrpc,
    "@zitadel/client": officialClient,
    "grpc-js": grpcJs,
    "nice-grpc": niceGrpc,
  },
  rest: {
    "undici Pool": bareUndici,
    "zitadel-resend": (url) => ours(url, "application/json"),
    fetch: bareFetch,
  },
  "grpc-web": {
    "zitadel-resend": (url) => ours(url, "application/grpc-web+proto"),
    "connect-node": connectGrpcWeb,
  },
};

/** The whole client as it comes: deadline, retry, credential and guard are on. */
async function ours(baseUrl, contentType) {
  const { createResendClient, personalAccessToken } = await import("zitadel-resend");
  const client = createResendClient({ baseUrl, contentType, auth: personalAccessToken(TOKEN) });
  return (options) => client.resendHumanInitialization(request, options);
}

async function bareHttp2(url) {
  const { connect } = await import("node:http2");
  const { create, fromBinary, toBinary } = await import("@bufbuild/protobuf");
  const {
    ResendHumanInitializationRequestSchema: Request,
    ResendHumanInitializationResponseSchema: Response,
  } = await import("zitadel-resend/gen/zitadel/management_pb.js");
  const session = connect(url);
  const headers = {
    ":method": "POST",
    ":path": RPC_PATH,
    "content-type": "application/grpc+proto",
    te: "trailers",
    "user-agent": "bench/1",
    "grpc-accept-encoding": "gzip",
    "grpc-timeout": `${TIMEOUT_MS}m`,
    authorization,
  };
  return () =>
    new Promise((resolve, reject) => {
      const message = toBinary(Request, create(Request, request));
      const body = Buffer.allocUnsafe(5 + message.length);
      body[0] = 0;
      body.writeUInt32BE(message.length, 1);
      body.set(message, 5);
      const stream = session.request({ ...headers });
      const parts = [];
      let status;
      stream.on("data", (part) => parts.push(part));
      stream.on("trailers", (trailers) => {
        status = trailers["grpc-status"];
      });
      stream.on("error", reject);
      stream.on("end", () => {
        if (status !== "0") return reject(new Error(`grpc-status ${status}`));
        const data = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        resolve(fromBinary(Response, data.subarray(5)));
      });
      stream.end(body);
    });
}

async function connectClient(transport) {
  const { createClient } = await import("@connectrpc/connect");
  const { ManagementService } = await import("zitadel-resend/gen/zitadel/management_pb.js");
  const client = createClient(ManagementService, transport);
  const headers = { authorization };
  return () => client.resendHumanInitialization(request, { headers, timeoutMs: TIMEOUT_MS });
}

async function connectGrpc(baseUrl) {
  const { createGrpcTransport } = await import("@connectrpc/connect-node");
  return connectClient(createGrpcTransport({ baseUrl }));
}

async function connectGrpcWeb(baseUrl) {
  const { createGrpcWebTransport } = await import("@connectrpc/connect-node");
  return connectClient(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }));
}

async function officialClient(baseUrl) {
  const { createManagementServiceClient } = await import("@zitadel/client/v1");
  const { createServerTransport } = await import("@zitadel/client/node");
  const client = createManagementServiceClient(createServerTransport(TOKEN, { baseUrl }));
  return () => client.resendHumanInitialization(request, { timeoutMs: TIMEOUT_MS });
}

/** The shipped .proto files, read at run time as grpc-js's users do. */
async function loadService() {
  const { default: grpc } = await import("@grpc/grpc-js");
  const { loadSync } = await import("@grpc/proto-loader");
  const proto = fileURLToPath(import.meta.resolve("zitadel-resend/proto/zitadel/management.proto"));
  const includeDirs = [fileURLToPath(new URL("..", `file://${proto}`))];
  const { zitadel } = grpc.loadPackageDefinition(loadSync(proto, { includeDirs }));
  return { grpc, Client: zitadel.management.v1.ManagementService };
}

async function grpcJs(url) {
  const { grpc, Client } = await loadService();
  const client = new Client(new URL(url).host, grpc.credentials.createInsecure());
  return () =>
    new Promise((resolve, reject) => {
      const metadata = new grpc.Metadata();
      metadata.set("authorization", authorization);
      const settle = (error, response) => (error ? reject(error) : resolve(response));
      client.resendHumanInitialization(request, metadata, { deadline: Date.now() + TIMEOUT_MS }, settle);
    });
}

/** Without a deadline: nice-grpc has it in another package. Names are those of the .proto file. */
async function niceGrpc(url) {
  const { Client } = await loadService();
  const { createChannel, createClient, Metadata } = await import("nice-grpc");
  const client = createClient(Client.service, createChannel(new URL(url).host));
  return () => client.ResendHumanInitialization(request, { metadata: new Metadata({ authorization }) });
}

const jsonHeaders = { "content-type": "application/json", accept: "application/json", authorization };

async function bareUndici(url) {
  const { Pool } = await import("undici");
  const pool = new Pool(url);
  return async () => {
    const { statusCode, body } = await pool.request({
      path: REST_PATH,
      method: "POST",
      headers: jsonHeaders,
      body: JSON.stringify({}),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
    return JSON.parse(text);
  };
}

async function bareFetch(url) {
  return async () => {
    const body = JSON.stringify({});
    const response = await fetch(url + REST_PATH, { method: "POST", headers: jsonHeaders, body });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  };
}
