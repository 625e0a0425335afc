import type { GrpcTransportOptions } from "@connectrpc/connect-node";
import type { Http2Connection } from "./http2-connection.js";

/** Lets Connect's own transports open their streams on a connection of ours. */
export function sessionManager(
  connection: Http2Connection,
): Required<GrpcTransportOptions>["sessionManager"] {
  return {
    authority: connection.url.origin,
    request: (_method, path, headers) =>
      new Promise((resolve, reject) => {
        connection.open({ path, headers, onStream: resolve, onNoStream: reject });
      }),
    notifyResponseByteRead: ({ session }) => connection.heard(session),
  };
}
