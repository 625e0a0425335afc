import type { Message } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";
import { fieldOf } from "../errors/from-causes.js";
import type { Warning } from "../options.js";
import { ORG_ID_HEADER } from "../zitadel/headers.js";
import { nameOfRpc, rpcNamed } from "../zitadel/rpcs.js";
import type { Unary } from "./unary.js";

/**
 * Looks after the organisation that a call names: warns when the server acted
 * in another one, and lets errors know whether one was named, and which rpc was called. A warning never
 * makes a call fail: what `onWarning` throws is thrown apart from it.
 */
export function withOrganization(next: Unary, onWarning?: (warning: Warning) => void): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    const call = next(method, signal, timeoutMs, header, input, contextValues).catch((error) => {
      throw noteFacts(ConnectError.from(error), {
        rpc: nameOfRpc(method),
        orgNamed: orgIdIn(header) !== undefined,
      });
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
  const message = `organisation ${orgId} was named, but the user belongs to ${resourceOwner}; the mail was sent`;
  return { kind: "other_organization", message, orgId, resourceOwner };
}

function orgIdIn(header: HeadersInit | undefined): string | undefined {
  return new Headers(header).get(ORG_ID_HEADER) || undefined;
}
