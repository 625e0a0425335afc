import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type OutgoingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { bodyOf, type HeaderPairs, type Recording } from "./recording.js";

/** Gives a recorded answer to every request, whatever it asks. */
export interface PlaybackServer {
  readonly url: string;
  /** What is answered from now on. */
  play(response: Recording["response"]): void;
  close(): void;
}

/** Starts one, of the version of HTTP that the answers were recorded over. */
export async function openPlaybackServer(httpVersion: 1 | 2): Promise<PlaybackServer> {
  let playing: Recording["response"] = { status: 500, headers: [] };
  const server = httpVersion === 1 ? playHttp1(() => playing) : playHttp2(() => playing);
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address()));
  });
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    play: (response) => {
      playing = response;
    },
    close: () => server.close(),
  };
}

type Playing = () => Recording["response"];

function playHttp1(playing: Playing) {
  return createHttp1((request, response) => {
    request.resume().on("end", () => {
      const { status, headers } = playing();
      response.sendDate = false;
      response.writeHead(
        status,
        headers.flatMap(([name, value]) => [name, String(value)]),
      );
      response.write(bodyOf(playing()));
      response.end();
    });
  });
}

function playHttp2(playing: Playing) {
  const server = createHttp2();
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.resume().on("end", () => {
      const { status, headers, trailers } = playing();
      const waitForTrailers = trailers !== undefined && trailers.length > 0;
      stream.respond({ ":status": status, ...headersOf(headers) }, { waitForTrailers });
      stream.on("wantTrailers", () => stream.sendTrailers(headersOf(trailers ?? [])));
      stream.end(bodyOf(playing()));
    });
  });
  return server;
}

function headersOf(pairs: HeaderPairs): OutgoingHttpHeaders {
  const header: Record<string, string[]> = {};
  for (const [name, value] of pairs) header[name] = [...(header[name] ?? []), String(value)];
  return header;
}
