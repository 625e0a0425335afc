// @ts-check
// Every call in a log: a Connect interceptor. It sees a call once, with all its
// attempts, and never the credential.
import { explainError } from "zitadel-resend";

/**
 * What pino, bunyan, winston and console have in common.
 *
 * @typedef {object} Logger
 * @property {(fields: object, message: string) => void} info
 * @property {(fields: object, message: string) => void} warn
 */

/**
 * Logs how each call ended. It leaves out the error's message, which may hold a
 * mail address.
 *
 * @param {Logger} logger
 * @param {() => number} now the time, in milliseconds
 * @returns {import("@connectrpc/connect").Interceptor}
 */
export function logging(logger, now = Date.now) {
  return (next) => async (request) => {
    const start = now();
    const call = { method: `${request.service.typeName}/${request.method.name}` };
    try {
      const response = await next(request);
      logger.info({ ...call, durationMs: now() - start }, "call accepted");
      return response;
    } catch (error) {
      const { reason, delivery, id } = explainError(error);
      logger.warn({ ...call, durationMs: now() - start, reason, delivery, id }, "call failed");
      throw error;
    }
  };
}
