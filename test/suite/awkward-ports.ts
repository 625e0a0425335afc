import { socketPeer } from "../peers/socket-peer.js";

/** Opens a port that accepts connections and never says a word, and finds one where nobody listens. */
export async function openAwkwardPorts() {
  const silent = await socketPeer(() => {});
  const gone = await socketPeer(() => {});
  await gone.close();
  return {
    urls: (tls: boolean) => {
      const scheme = tls ? "https" : "http";
      return {
        silentUrl: `${scheme}://127.0.0.1:${silent.port}`,
        refusingUrl: `${scheme}://127.0.0.1:${gone.port}`,
      };
    },
    close: silent.close,
  };
}
