import { jwtVerify } from "jose";
import { tokenCors } from "./cors.js";
import { publicKeyOf, TOKEN_LIFETIME_S } from "./credentials.js";
import { type Answer, type Exchange, newRequestId, noCacheHeader, textAnswer } from "./exchange.js";
import type { Instance } from "./instance.js";
import { queryOf } from "./target.js";

/** Grant type of RFC 7523. */
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Without it in the scope a token is given out but the API refuses it. */
const API_AUDIENCE = "urn:zitadel:iam:org:project:id:zitadel:aud";

/** An assertion may be this old, in seconds. */
const MAX_ASSERTION_AGE_S = 3_600;

/** Largest form, in bytes. Assertions have about 800. */
const MAX_FORM_BYTES = 64 * 1024;

/** An OAuth error (RFC 6749, section 5.2). */
interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

/** Answers the token endpoint: the grants of service accounts, JWT bearer and client credentials. */
export async function answerToken(instance: Instance, exchange: Exchange): Promise<Answer> {
  if (exchange.bodyBytes > MAX_FORM_BYTES) {
    return oauthAnswer(instance, exchange, 400, invalidRequest("http: request body too large"));
  }
  const form = formOf(exchange);
  const error = (await refuseGrant(instance, exchange, form)) ?? refuseScope(form);
  if (error !== undefined) return oauthAnswer(instance, exchange, 400, error);
  return oauthAnswer(instance, exchange, 200, {
    access_token: instance.tokens.issue({
      orgId: instance.serviceAccountOrgId,
      mayWriteUsers: true,
      forApi: scopesOf(form).includes(API_AUDIENCE),
      expiresAtMs: instance.directory.now() + TOKEN_LIFETIME_S * 1000,
    }),
    token_type: "Bearer",
    expires_in: TOKEN_LIFETIME_S,
  });
}

/** Origin under which a request reached the server; it is the issuer of its tokens. */
const issuerOf = ({ scheme }: Instance, { host }: Exchange) => `${scheme}://${host}`;

/** What came in the query and in the body, as Go reads a form. */
function formOf({ target, header, body }: Exchange): URLSearchParams {
  const isForm = header["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const query = queryOf(target);
  return new URLSearchParams(isForm ? `${body.toString()}&${query}` : query);
}

const scopesOf = (form: URLSearchParams) => (form.get("scope") ?? "").split(" ").filter(Boolean);

async function refuseGrant(
  instance: Instance,
  exchange: Exchange,
  form: URLSearchParams,
): Promise<OAuthError | undefined> {
  const grantType = form.get("grant_type") || undefined;
  switch (grantType) {
    case undefined:
      return invalidRequest("grant_type missing");
    case JWT_BEARER:
      return refuseAssertion(instance, exchange, form.get("assertion"));
    case "client_credentials":
      return refuseClient(instance, exchange, form);
    default:
      return { error: "unsupported_grant_type", error_description: `${grantType} not supported` };
  }
}

function refuseScope(form: URLSearchParams): OAuthError | undefined {
  if (scopesOf(form).length > 0) return undefined;
  return invalidRequest(
    "The scope of your request is missing. Please ensure some scopes are requested. If you have any questions, you may contact the administrator of the application.",
  );
}

/** RFC 7523: the account vouches for itself, with its key, towards this server, for a short time. */
async function refuseAssertion(
  instance: Instance,
  exchange: Exchange,
  assertion: string | null,
): Promise<OAuthError | undefined> {
  if (!assertion) return invalidRequest("assertion missing");
  const { key } = instance.serviceAccount;
  try {
    const { protectedHeader } = await jwtVerify(assertion, publicKeyOf(instance.serviceAccount), {
      algorithms: ["RS256"],
      issuer: key.userId,
      subject: key.userId,
      audience: issuerOf(instance, exchange),
      requiredClaims: ["exp"],
      maxTokenAge: MAX_ASSERTION_AGE_S,
      clockTolerance: 1,
      currentDate: new Date(instance.directory.now()),
    });
    if (protectedHeader.kid === key.keyId) return undefined;
  } catch {
    // The real server does not say either what is wrong with it.
  }
  return { error: "invalid_grant", error_description: "invalid assertion" };
}

/** RFC 6749, section 2.3.1: id and secret in the header, or in the form. */
function refuseClient(
  { serviceAccount }: Instance,
  { header }: Exchange,
  form: URLSearchParams,
): OAuthError | undefined {
  const [id, secret] = basicCredentials(header.authorization) ?? [
    form.get("client_id"),
    form.get("client_secret"),
  ];
  if (!id) return invalidRequest("client_id or client_assertion must be provided");
  if (id !== serviceAccount.clientId) {
    return { error: "invalid_client", error_description: "client not found" };
  }
  return secret === serviceAccount.clientSecret
    ? undefined
    : invalidRequest("Errors.User.Machine.Secret.Invalid");
}

function basicCredentials(authorization: string | undefined): [string, string] | undefined {
  const encoded = /^Basic (.+)$/.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [id, secret] = Buffer.from(encoded, "base64").toString().split(":");
  // Both are form-encoded first; what cannot be decoded counts as missing.
  const [pair] = new URLSearchParams(`${id}=${secret}`);
  return secret === undefined ? undefined : pair;
}

const invalidRequest = (error_description: string): OAuthError => ({
  error: "invalid_request",
  error_description,
});

function oauthAnswer({ directory }: Instance, exchange: Exchange, status: number, body: object): Answer {
  return textAnswer(status, "application/json", `${JSON.stringify(body)}\n`, {
    ...noCacheHeader(directory.now()),
    ...tokenCors(exchange),
    vary: ["Origin", "Cookie"],
    "x-request-id": newRequestId(),
    "x-robots-tag": "none",
  });
}

/** Answers `/.well-known/openid-configuration`: of the real server's document what the sandbox offers. */
export function answerOpenidConfiguration(instance: Instance, exchange: Exchange): Answer {
  const issuer = issuerOf(instance, exchange);
  const document = {
    issuer,
    token_endpoint: `${issuer}/oauth/v2/token`,
    grant_types_supported: ["client_credentials", JWT_BEARER],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    token_endpoint_auth_signing_alg_values_supported: ["RS256"],
  };
  return textAnswer(200, "application/json", JSON.stringify(document), tokenCors(exchange));
}
