import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import tls from "node:tls";

/** A server on a loopback port that does what a script says, byte by byte. */
export interface SocketPeer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts one. `onSocket` gets each socket and its number, from 0; what it throws
 * comes out of `close`, so that a broken script fails its test.
 */
export async function socketPeer(
  onSocket: (socket: net.Socket, index: number) => void | Promise<void>,
  options: { readonly tls?: tls.TlsOptions } = {},
): Promise<SocketPeer> {
  const sockets = new Set<net.Socket>();
  const failures: unknown[] = [];
  let accepted = 0;
  const accept = async (socket: net.Socket) => {
    sockets.add(socket.setNoDelay());
    socket
      .on("error", () => {})
      .on("close", () => {
        sockets.delete(socket);
        server.emit("socketClosed");
      });
    try {
      await onSocket(socket, accepted++);
    } catch (error) {
      failures.push(error);
      socket.destroy();
    }
  };
  const server = options.tls ? tls.createServer(options.tls, accept) : net.createServer(accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    if (failures.length > 0) throw failures[0];
  };
  return {
    port,
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    async idle() {
      while (sockets.size > 0) await once(server, "socketClosed");
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
