import { grpcWebCors } from "./cors.js";
import type { Answer, AnswerHeader, Exchange } from "./exchange.js";
import { grpcCall } from "./grpc.js";
import { frame, gzipFrame } from "./grpc-message.js";
import type { Instance } from "./instance.js";

/** Tells whether a request speaks gRPC-web. */
export function isGrpcWeb({ method, header }: Exchange): boolean {
  return method === "POST" && header["content-type"]?.startsWith("application/grpc-web") === true;
}

/**
 * Answers a gRPC-web request. An error stands in the HTTP headers, and the body
 * is empty; only a success has its status in a frame behind the message.
 */
export function answerGrpcWeb(instance: Instance, exchange: Exchange): Answer {
  const contentType = exchange.header["content-type"] ?? "";
  // The text form is the same bytes in Base64, both ways.
  const text = contentType.startsWith("application/grpc-web-text");
  const body = text ? Buffer.from(exchange.body.toString("latin1"), "base64") : exchange.body;
  const outcome = grpcCall(instance, exchange, body);
  const robots = { "x-robots-tag": "none" };
  if (!("gzip" in outcome))
    return withCors({ ...outcome, header: { ...outcome.header, ...robots } }, exchange);
  const { message, status, gzip } = outcome;
  const header = {
    "content-type": contentType,
    ...robots,
    ...outcome.header,
    ...(gzip && { "grpc-encoding": "gzip" }),
  };
  if (message === undefined) return withCors({ status: 200, header: { ...header, ...status } }, exchange);
  const trailer = Object.entries(status).map(([name, value]) => `${name}: ${value}\r\n`);
  const frames = Buffer.concat([
    gzip ? gzipFrame(message) : frame(message),
    frame(Buffer.from(trailer.join("")), 0x80),
  ]);
  return withCors(
    { status: 200, header, body: text ? Buffer.from(frames.toString("base64")) : frames },
    exchange,
  );
}

function withCors(answer: Answer, exchange: Exchange): Answer {
  const header: AnswerHeader = { ...answer.header, vary: "Origin" };
  return { ...answer, header: { ...header, ...grpcWebCors(exchange, Object.keys(header)) } };
}
