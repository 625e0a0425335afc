import { ownOptions } from "../call/own-options.js";
import { markSent, toAbortSignal } from "../call/stop.js";
import { readAll } from "./bytes.js";
import type { HttpClient } from "./client.js";

/** HTTP through a `fetch`; the runtime's own unless one is given. */
export function fetchClient(fetch: typeof globalThis.fetch = globalThis.fetch): HttpClient {
  return async ({ url, method, fields, body, signal }) => {
    markSent(signal);
    const init = ownOptions<RequestInit>({
      method,
      headers: fields,
      redirect: "manual",
      ...(body && { body }),
      ...(signal && { signal: toAbortSignal(signal) }),
    });
    const response = await fetch(url, init);
    const chunks = () => (response.body ? readChunks(response.body) : readWhole(response));
    return {
      status: response.status,
      field: (name) => response.headers.get(name),
      header: response.headers,
      chunks,
      bytes: (maxBytes) => readAll(chunks(), maxBytes),
      discard: () => void response.body?.cancel().catch(() => {}),
    };
  };
}

async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const part = await reader.read();
      if (part.done) return;
      yield part.value;
    }
  } finally {
    // Ends the exchange when the reader left early; after the end it does nothing.
    await reader.cancel().catch(() => {});
  }
}

/** React Native has no stream for a body, only the whole of it. */
async function* readWhole(response: Response): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength > 0) yield bytes;
}
