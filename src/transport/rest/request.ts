import type { DescMethod, Message, Registry } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { notSentError } from "../../errors/facts.js";
import { saidBy } from "../../errors/from-causes.js";
import type { Body, Codec } from "./exchange.js";
import { expandPath } from "./path.js";
import { type Binding, bindingsOf } from "./rule.js";

/** A message on its way, by the rule that fits it. */
export interface RestRequest {
  readonly binding: Binding;
  /** Path and query, to go behind base URL and prefix. */
  readonly target: string;
  readonly body?: Body;
}

/**
 * Makes the request of a call by the first of the method's rules whose path
 * fields are all set and match. Fails with InvalidArgument where none does, or
 * a field cannot travel where the rule puts it, and with ResourceExhausted
 * where body or query are larger than `maxBytes`: nothing has been sent then.
 */
export function requestOf(
  method: DescMethod,
  message: Message,
  codec: Codec,
  registry: Registry,
  maxBytes: number,
): RestRequest {
  try {
    const [binding, path] = chooseBinding(bindingsOf(method), message, codec);
    const query = codec.queryOf(binding, method.input, message);
    const body = codec.bodyOf(binding, method.input, message, registry);
    const size = Math.max(query.length, body?.bytes.byteLength ?? 0);
    if (size > maxBytes) throw requestTooLarge(size, maxBytes);
    return { binding, target: path + query, ...(body && { body }) };
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    const why = saidBy(error);
    throw notSentError(
      `the request of ${method.name} cannot travel over REST: ${why}`,
      Code.InvalidArgument,
      "invalid_request",
      error,
    );
  }
}

function chooseBinding(
  bindings: readonly Binding[],
  message: Message,
  codec: Codec,
): [Binding, path: string] {
  const misfits: string[] = [];
  // A number that is 0 is a value too, but one that says more goes before it.
  for (const zeros of [false, true]) {
    for (const binding of bindings) {
      const path = expandPath(binding, message, codec, zeros);
      if (typeof path === "string") return [binding, path];
      if (zeros && !misfits.includes(path.misfit)) misfits.push(path.misfit);
    }
  }
  throw new Error(misfits.join(", "));
}

function requestTooLarge(size: number, maxBytes: number): ConnectError {
  return notSentError(
    `the request has ${size} bytes, more than ${maxBytes}; writeMaxBytes sets the limit`,
    Code.ResourceExhausted,
    "too_large",
  );
}
