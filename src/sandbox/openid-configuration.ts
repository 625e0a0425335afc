import { tokenCors } from "./cors.js";
import { type Answer, type Exchange, textAnswer } from "./exchange.js";
import type { Instance } from "./instance.js";
import { issuerOf, JWT_BEARER } from "./token-endpoint.js";

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
