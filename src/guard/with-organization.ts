import type { Message } from "@bufbuild/protobuf";
import type { Unary } from "../call/unary.js";
import { fieldOf } from "../errors/causes.js";
import { withFacts } from "../errors/facts.js";
import { ORG_ID_HEADER } from "../zitadel/headers.js";
import { nameOfRpc, rpcNamed } from "../zitadel/rpcs.js";

/** Something that went well, but perhaps not as it was meant. */
export interface Warning {
  /** The server acted in another organisation than the call named, and a mail has gone out (zitadel#12482). */
  readonly kind: "other_organization";
  /** What happened, in English. */
  readonly message: string;
  /** The organisation that the call named. */
  readonly orgId: string;
  /** The organisation of the user that got the mail. */
  readonly resourceOwner: string;
}

/**
 * Looks after the organisation that a call names: warns when the server acted
 * in another one, and lets errors know whether one was named, and which rpc was called. A warning never
 * makes a call fail: what `onWarning` throws is thrown apart from it.
 */
export function withOrganization(next: Unary, onWarning?: (warning: Warning) => void): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    const call = next(method, signal, timeoutMs, header, input, contextValues).catch((error) => {
      throw withFacts(error, { rpc: nameOfRpc(method), orgNamed: orgIdIn(header) !== undefined });
    });
    if (onWarning === undefined || !rpcNamed(nameOfRpc(method))?.sendsMail) return call;
    return call.then((response) => {
      const warning = warningOf(response.message, orgIdIn(header));
      if (warning !== undefined) queueMicrotask(() => onWarning(warning));
      return response;
    });
  };
}

function warningOf(response: Message, orgId: string | undefined): Warning | undefined {
  const resourceOwner = fieldOf(Reflect.get(response, "details"), "resourceOwner");
  if (!orgId || !resourceOwner || orgId === resourceOwner) return undefined;
  const message = `the call named organisation ${orgId}, but the user belongs to ${resourceOwner}; the mail was sent`;
  return { kind: "other_organization", message, orgId, resourceOwner };
}

function orgIdIn(header: HeadersInit | undefined): string | undefined {
  return new Headers(header).get(ORG_ID_HEADER) || undefined;
}
