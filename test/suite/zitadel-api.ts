/** What ZITADEL's own API says to a request of the test's preparation. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls ZITADEL's REST API, to prepare what the cases need. */
export type ZitadelApi = (method: string, path: string, body?: unknown, orgId?: string) => Promise<ApiAnswer>;

/** The API of a server, as one caller sees it. */
export function zitadelApi(url: string, token: string): ZitadelApi {
  return async (method, path, body, orgId) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(orgId !== undefined && { "x-zitadel-orgid": orgId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: response.status, body: await response.json() };
  };
}

/** Reads a text out of an answer, by the names on the way to it. */
export function textIn({ status, body }: ApiAnswer, ...names: readonly string[]): string {
  let value = body;
  for (const name of names) {
    value =
      typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
  }
  if (typeof value === "string") return value;
  throw new Error(
    `no ${names.join(".")} in the answer (HTTP ${status}): ${JSON.stringify(body).slice(0, 300)}`,
  );
}
