import type { ConnectError } from "@connectrpc/connect";

/**
 * A credential, made by `personalAccessToken`, `serviceAccountKey` or
 * `clientCredentials`. Pass it on as it is: it shows nothing of what it holds,
 * and several clients may use the same one.
 */
export type Auth = (host: AuthHost) => Credential;

/** The server that a credential is used for, as one client reaches it. */
export interface AuthHost {
  /** Origin of `baseUrl`, which is who issues tokens; missing where only a transport is known. */
  readonly issuer: string | undefined;
  /** Whether a secret may travel over `http://` to any host. */
  readonly allowInsecure: boolean;
  readonly http: AuthHttp;
  /** Explains what {@link http} failed with, or the reading of its answer, as calls explain it. */
  readonly networkError: (error: unknown, url: string) => ConnectError;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Gives the token of a call, never one that equals `refused` if there is
 * another. The same answer again says that the credential cannot be renewed.
 *
 * @param callHeader header fields of the call, for requests that are made on its behalf
 * @param refused the token that the server has just refused
 */
export type Credential = (callHeader: Headers, refused?: string) => string | Promise<string>;

/** One HTTP exchange, without following redirects; the part of the transport's that this folder needs. */
export type AuthHttp = (request: {
  readonly method: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
}) => Promise<AuthHttpResponse>;

/** The answer to one. */
export interface AuthHttpResponse {
  readonly status: number;
  field(name: string): string | null;
  /** Reads the body; fails with ResourceExhausted past `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
}
