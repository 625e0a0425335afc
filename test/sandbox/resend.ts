import type { Sandbox } from "../../src/sandbox/index.js";

/** What the sandbox says to a call over REST. */
export async function resend(
  { url, tokens }: Pick<Sandbox, "url" | "tokens">,
  userId: string,
  body: object = {},
  header: Record<string, string> = {},
): Promise<{
  readonly status: number;
  readonly json: { readonly details?: unknown; readonly message?: string };
}> {
  const response = await fetch(`${url}/management/v1/users/${userId}/_resend_initialization`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.valid}`, ...header },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}
