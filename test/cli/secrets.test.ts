/** A secret that stands where it does not belong is printed from no place. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli } from "./built-package.js";
import { listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
let url: string;
beforeAll(async () => {
  built = buildCli();
  const server = createServer();
  url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
}, 60_000);
afterAll(() => built?.remove());

const pem = generateKeyPairSync("rsa", { modulusLength: 1024 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
const key = JSON.stringify({ type: "serviceaccount", keyId: "1", key: pem, userId: "2" });
const jwt = ['{"alg":"RS256","kid":"1"}', '{"sub":"163840776835432705"}']
  .map((part) => Buffer.from(part).toString("base64url"))
  .concat(randomBytes(64).toString("base64url"))
  .join(".");

/** Each with a part that only the secret has. */
const SECRETS: Readonly<Record<string, string>> = {
  JWT: jwt,
  "personal access token": randomBytes(53).toString("base64url"),
  "key file in Base64": (
    Buffer.from(key)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\n"),
  "key file": key,
  PEM: pem,
};

/** Pieces of a secret that no message of ours has. */
function piecesOf(secret: string): string[] {
  const core = secret
    .replace(/-----[A-Z ]+-----|\\n/g, " ")
    .split(/[^\w+/=-]+/)
    .filter((word) => word.length >= 16);
  return core.flatMap((word) => [
    word.slice(0, 12),
    word.slice(-12),
    word.slice(word.length / 2 - 6, word.length / 2 + 6),
  ]);
}

type Place = (secret: string) => { readonly args: readonly string[]; readonly env?: Record<string, string> };
const send = (...args: string[]) => ["send", "1", "--url", url, "--retry", "off", ...args];
const TOKEN = { ZITADEL_TOKEN: "a-token" };

const PLACES: Readonly<Record<string, Place>> = {
  "a command": (secret) => ({ args: [secret] }),
  "an option": (secret) => ({ args: ["send", `--${secret}`] }),
  "a value of an unknown option": (secret) => ({ args: ["send", `--token=${secret}`] }),
  "an argument too many": (secret) => ({ args: ["send", "1", secret] }),
  USER_ID: (secret) => ({ args: ["send", secret, "--url", url, "--retry", "off"], env: TOKEN }),
  "USER_ID over REST": (secret) => ({
    args: ["send", `${secret}/..`, "--url", url, "--retry", "off", "--content-type", "application/json"],
    env: TOKEN,
  }),
  "--content-type": (secret) => ({ args: ["send", "1", "--content-type", secret] }),
  "--timeout": (secret) => ({ args: ["send", "1", "--timeout", secret] }),
  "--timeout=": (secret) => ({ args: ["send", "1", `--timeout=${secret}`] }),
  "--retry": (secret) => ({ args: ["send", "1", "--retry", secret] }),
  "--url": (secret) => ({ args: ["send", "1", "--url", secret], env: TOKEN }),
  "the host of --url": (secret) => ({
    args: ["send", "1", "--retry", "off", "--url", `http://${secret}`],
    env: TOKEN,
  }),
  "--org": (secret) => ({ args: send("--org", secret), env: TOKEN }),
  "--email": (secret) => ({ args: send("--email", secret), env: TOKEN }),
  "--token-file": (secret) => ({ args: send("--token-file", secret) }),
  "--key-file": (secret) => ({ args: send("--key-file", secret) }),
  "--ca": (secret) => ({ args: send("--ca", secret), env: TOKEN }),
  ZITADEL_TOKEN: (secret) => ({ args: send(), env: { ZITADEL_TOKEN: secret } }),
  ZITADEL_KEY_FILE: (secret) => ({ args: send(), env: { ZITADEL_KEY_FILE: secret } }),
  ZITADEL_URL: (secret) => ({ args: ["send", "1"], env: { ...TOKEN, ZITADEL_URL: secret } }),
  ZITADEL_ORG_ID: (secret) => ({ args: send(), env: { ...TOKEN, ZITADEL_ORG_ID: secret } }),
  ZITADEL_CLIENT_ID: (secret) => ({ args: send(), env: { ZITADEL_CLIENT_ID: secret } }),
  "--port of the sandbox": (secret) => ({ args: ["sandbox", "--port", secret] }),
  "--host of the sandbox": (secret) => ({ args: ["sandbox", "--host", secret] }),
  "--allow-remote of the sandbox": (secret) => ({ args: ["sandbox", "--allow-remote", `${secret}:80`] }),
};

// In turn, which halves the time: both ways of printing go through the same mask.
const places = Object.keys(PLACES).map((place, index) => [place, index % 2 === 1] as const);

describe.each(places)("as %s, --json: %j", (place, json) => {
  it.each(Object.keys(SECRETS))("a %s", async (kind) => {
    const secret = SECRETS[kind] ?? "";
    const { args, env = {} } = PLACES[place]?.(secret) ?? { args: [] };
    const { code, stdout, stderr } = await runCli(built.bin, json ? [...args, "--json"] : args, { env });
    expect(code, stderr).toBeGreaterThan(0);
    for (const piece of piecesOf(secret)) expect(stdout + stderr).not.toContain(piece);
  });
});
