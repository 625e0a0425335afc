/** Header fields as Node and undici give them, pseudo-headers included. */
export type IncomingFields = Readonly<Record<string, string | string[] | number | undefined>>;

/** Header fields as Connect hands them to callers, without pseudo-headers. */
export function toHeaders(...all: readonly (IncomingFields | undefined)[]): Headers {
  const headers = new Headers();
  for (const fields of all) {
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (name.startsWith(":") || value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [String(value)]) headers.append(name, one);
    }
  }
  return headers;
}
