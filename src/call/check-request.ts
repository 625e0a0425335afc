import { create, type DescMessage, type DescMethod, type Message } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { notSentError, withFacts } from "../errors/facts.js";
import { nameOfRpc, rpcNamed } from "../zitadel/rpcs.js";
import { isEmailAddress, maskEmail } from "./email-address.js";
import type { Unary } from "./unary.js";

/** Most characters (code points) that the server takes in an id or an address. */
const MAX_CHARACTERS = 200;

/**
 * Throws InvalidArgument for a request that would do harm, or cannot work, and
 * for a method that the table of rpcs does not hold.
 *
 * The server only checks how long the fields are: it takes any text as the new
 * address and forgets the old one.
 */
function checkRequest(method: DescMethod, request: Message): void {
  const rpc = rpcNamed(nameOfRpc(method));
  if (rpc === undefined) throw refusedRequest(`this client does not call ${nameOfRpc(method)}`);
  const userId: unknown = Reflect.get(request, "userId");
  for (const [name, kind] of Object.entries(rpc.fields)) {
    const value: unknown = Reflect.get(request, name);
    checkText(name, value);
    if (kind === "userId") checkId(name, value);
    else checkEmail(name, value, userId);
  }
}

function checkId(name: string, id: string): void {
  if (id === "") throw refusedRequest(`${name} is missing`);
  // Spaces inside are left alone: ids that an administrator chose may have them.
  if (/^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}]/u.test(id)) {
    throw refusedRequest(`${name} has a space at an end, or an invisible character`);
  }
}

function checkEmail(name: string, email: string, userId: unknown): void {
  if (email === "") return;
  if (email === userId) {
    throw refusedRequest(`${name} is the same as userId; leave ${name} out to keep the user's address`);
  }
  if (!isEmailAddress(email)) {
    throw refusedRequest(`${name} ${JSON.stringify(maskEmail(email))} is not an e-mail address`);
  }
}

/**
 * Throws InvalidArgument for a field that the request does not have: a mistyped
 * `email` would be dropped, and the mail go to the address on file.
 */
export function checkFieldNames({ field }: DescMessage, request: object): void {
  const unknown = Object.keys(request).find((name) => !name.startsWith("$") && !Object.hasOwn(field, name));
  if (unknown !== undefined) {
    const known = Object.keys(field).join(" and ");
    throw refusedRequest(`the request has no field ${JSON.stringify(unknown)}; its fields are ${known}`);
  }
}

function checkText(name: string, value: unknown): asserts value is string {
  // Callers without types: a long id as a number has lost digits already.
  if (typeof value !== "string")
    throw refusedRequest(`${name} is of type ${typeof value}; expected a string`);
  if (value.length <= MAX_CHARACTERS) return;
  const characters = [...value].length;
  if (characters <= MAX_CHARACTERS) return;
  throw refusedRequest(`${name} has ${characters} characters; at most ${MAX_CHARACTERS} are allowed`);
}

function refusedRequest(message: string) {
  return notSentError(message, Code.InvalidArgument, "invalid_request");
}

/** Refuses with InvalidArgument, before anything is sent, what {@link checkRequest} finds. */
export function withGuard(next: Unary): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    let request: ReturnType<typeof create<typeof method.input>>;
    try {
      request = create(method.input, input);
      checkRequest(method, request);
    } catch (thrown) {
      // Also what a getter of the caller's object throws.
      throw withFacts(thrown, { delivery: "not_sent" });
    }
    return next(method, signal, timeoutMs, header, request, contextValues);
  };
}
