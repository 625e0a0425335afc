import type { ClientHttp2Stream } from "node:http2";
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
        const onStream = (stream: ClientHttp2Stream) => {
          // Connect listens for errors a moment later; one before that would end the process.
          stream.on("error", () => {});
          resolve(stream);
        };
        connection.open({ path, headers, onStream, onNoStream: reject });
      }),
    notifyResponseByteRead: ({ session }) => connection.heard(session),
  };
}
