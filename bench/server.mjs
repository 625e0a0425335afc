// A server that costs little, so that the client is what limits: on plain
// sockets, it looks for the end of each request and writes the same success
// every time. What it speaks it knows from the first bytes: HTTP/2 for gRPC,
// HTTP/1.1 for gRPC-web and REST. It is no server for anything else.
import { createServer } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { ResendHumanInitializationResponseSchema as Response } from "zitadel-resend/gen/zitadel/management_pb.js";

const details = {
  sequence: 1000n,
  changeDate: { seconds: 1726763833n, nanos: 999000000 },
  resourceOwner: "69629012906488334",
};
const message = Buffer.from(toBinary(Response, create(Response, { details })));

const server = createServer((socket) => {
  socket.setNoDelay(true).on("error", () => {});
  let answer;
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    answer ??= rest[0] === PREFACE[0] && rest[1] === PREFACE[1] ? http2Answers() : http1Answers();
    const { consumed, answers } = answer(rest);
    rest = rest.subarray(consumed);
    if (answers.length > 0) socket.write(answers.length === 1 ? answers[0] : Buffer.concat(answers));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ url: `http://127.0.0.1:${server.address().port}` }));
process.on("disconnect", () => process.exit());

// HTTP/2 (RFC 9113) and its header compression (RFC 7541).

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const [DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE] = [0, 1, 4, 6, 8];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];

function frame(type, flags, streamId, payload) {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  payload.copy(bytes, 9);
  return bytes;
}

const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A field that the peer keeps in its table, as entry 62; what was there moves on to 63. */
const kept = (name, value) =>
  Buffer.concat([
    Buffer.from([0x40, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
const STATUS_200 = 0x88;
const entry = (index) => 0x80 | index;

/** Header, message and trailer, and where their stream ids stand. */
function grpcAnswer(header, trailer) {
  const data = Buffer.concat([Buffer.from([0]), uint32(message.length), message]);
  const bytes = [
    frame(HEADERS, END_HEADERS, 0, header),
    frame(DATA, 0, 0, data),
    frame(HEADERS, END_HEADERS | END_STREAM, 0, trailer),
  ];
  const idsAt = [5, bytes[0].length + 5, bytes[0].length + bytes[1].length + 5];
  return { bytes: Buffer.concat(bytes), idsAt };
}

const FIRST_ANSWER = grpcAnswer(
  Buffer.concat([Buffer.from([STATUS_200]), kept("content-type", "application/grpc")]),
  kept("grpc-status", "0"),
);
const NEXT_ANSWER = grpcAnswer(Buffer.from([STATUS_200, entry(63)]), Buffer.from([entry(62)]));

/** A window that no run uses up: about 30 million requests of this size. */
const MAX_WINDOW = 2 ** 30;
const MAX_CONCURRENT_STREAMS = Buffer.from([0, 3, 0, 0, 0x03, 0xff]);

function http2Answers() {
  let greeted = false;
  let next = FIRST_ANSWER;
  return (bytes) => {
    const answers = [];
    let at = 0;
    if (!greeted) {
      if (bytes.length < PREFACE.length) return { consumed: 0, answers };
      greeted = true;
      at = PREFACE.length;
      answers.push(
        frame(SETTINGS, 0, 0, MAX_CONCURRENT_STREAMS),
        frame(WINDOW_UPDATE, 0, 0, uint32(MAX_WINDOW)),
      );
    }
    for (let end = 0; bytes.length - at >= 9; at = end) {
      end = at + 9 + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const [type, flags] = [bytes[at + 3], bytes[at + 4]];
      if (type === SETTINGS && !(flags & ACK)) answers.push(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
      else if (type === PING && !(flags & ACK))
        answers.push(frame(PING, ACK, 0, bytes.subarray(at + 9, end)));
      else if ((type === DATA || type === HEADERS) && flags & END_STREAM) {
        const answer = Buffer.from(next.bytes);
        for (const idAt of next.idsAt) bytes.copy(answer, idAt, at + 5, at + 9);
        answers.push(answer);
        next = NEXT_ANSWER;
      }
    }
    return { consumed: at, answers };
  };
}

// HTTP/1.1 (RFC 9112).

function httpAnswer(contentType, body) {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const trailer = Buffer.from("grpc-status: 0\r\n");
const GRPC_WEB_ANSWER = httpAnswer(
  "application/grpc-web+proto",
  Buffer.concat([
    Buffer.from([0]),
    uint32(message.length),
    message,
    Buffer.from([0x80]),
    uint32(trailer.length),
    trailer,
  ]),
);
const REST_ANSWER = httpAnswer(
  "application/json",
  Buffer.from(
    JSON.stringify({
      details: {
        sequence: "1000",
        changeDate: "2024-09-19T16:43:53.999Z",
        resourceOwner: details.resourceOwner,
      },
    }),
  ),
);

function http1Answers() {
  return (bytes) => {
    const answers = [];
    let at = 0;
    for (;;) {
      const headEnd = bytes.indexOf("\r\n\r\n", at);
      if (headEnd < 0) break;
      const head = bytes.latin1Slice(at, headEnd);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      const end = length === undefined ? endOfChunks(bytes, headEnd + 4) : headEnd + 4 + Number(length);
      if (end === undefined || end > bytes.length) break;
      answers.push(/\r\ncontent-type: *application\/grpc-web/i.test(head) ? GRPC_WEB_ANSWER : REST_ANSWER);
      at = end;
    }
    return { consumed: at, answers };
  };
}

/** Where a chunked body ends; undefined while it has not. */
function endOfChunks(bytes, start) {
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (size === 0) return at;
  }
}
