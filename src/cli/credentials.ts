import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import {
  type Auth,
  clientCredentials,
  personalAccessToken,
  serviceAccountKey,
  serviceAccountKeyFile,
} from "../node/index.js";
import { readSecretFile } from "../node/secret-file.js";
import { hide } from "./mask.js";
import { readStandardInput } from "./read-input.js";

/** The options that name a credential; at most one of them is set. */
export interface CredentialOptions {
  /** File that holds a personal access token, `-` for standard input. */
  readonly tokenFile?: string;
  /** File that holds the JSON key of a service account, `-` for standard input. */
  readonly keyFile?: string;
}

const TOKEN_FILE = { what: "token file", instead: "pass the token over standard input: --token-file -" };

/** The credential to call with: what an option names, or else the environment. A secret is never an argument. */
export async function readCredential(
  { tokenFile, keyFile }: CredentialOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Auth> {
  if (tokenFile === "-") return token(await readStandardInput("token", signal), "standard input");
  if (tokenFile !== undefined) return token(readSecretFile(tokenFile, TOKEN_FILE), tokenFile);
  if (keyFile === "-") return serviceAccountKey(await readStandardInput("key", signal));
  if (keyFile !== undefined) return serviceAccountKeyFile(keyFile);
  if (env.ZITADEL_TOKEN) return token(env.ZITADEL_TOKEN, "ZITADEL_TOKEN");
  if (env.ZITADEL_KEY_FILE) return serviceAccountKeyFile(env.ZITADEL_KEY_FILE);
  const { ZITADEL_CLIENT_ID: clientId, ZITADEL_CLIENT_SECRET: clientSecret } = env;
  if (clientId && clientSecret) return clientCredentials({ clientId, clientSecret });
  throw noCredential(
    clientId || clientSecret
      ? `${clientId ? "ZITADEL_CLIENT_SECRET" : "ZITADEL_CLIENT_ID"} is missing; set both`
      : "no credential; set ZITADEL_TOKEN, or pass --token-file FILE or --key-file FILE",
  );
}

function token(read: string, from: string): Auth {
  const value = read.trim();
  if (value === "") throw noCredential(`the token from ${from} is empty`);
  hide(value);
  return personalAccessToken(value);
}

function noCredential(message: string) {
  return notSentError(message, Code.Unauthenticated, "unauthenticated");
}
