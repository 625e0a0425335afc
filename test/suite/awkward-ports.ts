import { createServer, type Server, type Socket } from "node:net";

/** Opens a port that accepts connections and never says a word, and finds one where nobody listens. */
export async function openAwkwardPorts() {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  const silentPort = await listen(silent);
  const gone = createServer();
  const refusingPort = await listen(gone);
  await new Promise((resolve) => gone.close(resolve));
  return {
    urls: (tls: boolean) => {
      const scheme = tls ? "https" : "http";
      return {
        silentUrl: `${scheme}://127.0.0.1:${silentPort}`,
        refusingUrl: `${scheme}://127.0.0.1:${refusingPort}`,
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    },
  };
}

/** Listens on a free port of 127.0.0.1 and gives it back. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}
