import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type ResendHumanInitializationRequest,
  ResendHumanInitializationRequestSchema,
} from "../../gen/zitadel/management_pb.js";
import { MAX_MESSAGE_BYTES, messageTooLarge } from "./grpc-message.js";
import { plainRefusal } from "./refusal.js";

/**
 * Reads a REST body, with the messages of the real server's JSON readers for a
 * bad one. Unknown fields are dropped, and the path's user id always wins.
 */
export function readJsonRequest(
  body: Buffer,
  userId: string,
): ResendHumanInitializationRequest | ConnectError {
  const text = body.toString();
  const value = text.trim() === "" ? {} : parse(text);
  if (value instanceof ConnectError) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const token = Array.isArray(value) ? "[" : text.trim();
    return invalidJson(
      `proto:\u00a0syntax error (${position(text, text.search(/\S/))}): unexpected token ${token}`,
    );
  }
  let email = "";
  for (const [name, field] of Object.entries(value)) {
    if (name !== "email" && name !== "userId" && name !== "user_id") continue;
    if (field !== null && typeof field !== "string") return wrongType(text, name);
    if (name === "email") email = field ?? "";
  }
  const request = create(ResendHumanInitializationRequestSchema, { userId, email });
  const size = toBinary(ResendHumanInitializationRequestSchema, request).length;
  return size > MAX_MESSAGE_BYTES ? messageTooLarge(size) : request;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = String(error);
    // What stands behind a first whole value is not read.
    const [, end] = /after JSON at position (\d+)/.exec(message) ?? [];
    if (end !== undefined) return JSON.parse(text.slice(0, Number(end)));
    const [, at] = /at position (\d+)/.exec(message) ?? [];
    const sign = at === undefined ? /token '(.)'/su.exec(message)?.[1] : text[Number(at)];
    return invalidJson(
      sign === undefined || message.includes("Unterminated")
        ? "unexpected EOF"
        : `invalid character '${sign}' looking for beginning of value`,
    );
  }
}

function wrongType(text: string, name: string): ConnectError {
  const found = new RegExp(`"${name}"\\s*:\\s*([[{]|[^\\s,}]+)`).exec(text);
  const token = found?.[1] ?? "";
  const at = position(text, (found?.index ?? 0) + (found?.[0].length ?? 0) - token.length);
  const field = name === "email" ? name : "userId";
  return invalidJson(`proto:\u00a0(${at}): invalid value for string field ${field}: ${token}`);
}

function position(text: string, index: number): string {
  const lines = text.slice(0, index).split("\n");
  return `line ${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

const invalidJson = (message: string) => plainRefusal(Code.InvalidArgument, message);
