import { Code } from "@connectrpc/connect";
import {
  type ResendHumanInitializationRequest,
  ResendHumanInitializationRequestSchema,
} from "../../gen/zitadel/management_pb.js";
import { notSentError } from "../errors/facts.js";
import { isEmailAddress, maskEmail } from "./email-address.js";

/** Most characters (code points) that the server takes in either field. */
const MAX_CHARACTERS = 200;

/**
 * Throws InvalidArgument for a request that would do harm, or cannot work.
 *
 * The server only checks how long the fields are: it takes any text as the new
 * address and forgets the old one.
 */
export function checkRequest({ userId, email }: ResendHumanInitializationRequest): void {
  checkText("userId", userId);
  if (userId === "") throw invalid("userId is missing; expected the id of a user");
  // Spaces inside are left alone: ids that an administrator chose may have them.
  if (/^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}]/u.test(userId)) {
    throw invalid("userId starts or ends with a space, or holds an invisible character");
  }
  checkText("email", email);
  if (email === "") return;
  if (email === userId)
    throw invalid("email is the same as userId; leave email out to keep the user's address");
  if (!isEmailAddress(email)) {
    throw invalid(
      `email ${JSON.stringify(maskEmail(email))} is not an e-mail address; the server would take it, and lose the user's own`,
    );
  }
}

/**
 * Throws InvalidArgument for a field that the request does not have: a mistyped
 * `email` would be dropped, and the mail go to the address on file.
 */
export function checkFieldNames(request: object): void {
  const { field } = ResendHumanInitializationRequestSchema;
  const unknown = Object.keys(request).find((name) => !name.startsWith("$") && !Object.hasOwn(field, name));
  if (unknown !== undefined) {
    const known = Object.keys(field).join(" and ");
    throw invalid(`the request has no field ${JSON.stringify(unknown)}; its fields are ${known}`);
  }
}

function checkText(name: string, value: unknown): void {
  // Callers without types: a long id as a number has lost digits already.
  if (typeof value !== "string") throw invalid(`${name} is of type ${typeof value}; expected a string`);
  if (value.length <= MAX_CHARACTERS) return;
  const characters = [...value].length;
  if (characters <= MAX_CHARACTERS) return;
  throw invalid(`${name} has ${characters} characters; at most ${MAX_CHARACTERS} are allowed`);
}

function invalid(message: string) {
  return notSentError(message, Code.InvalidArgument, "invalid_request");
}
