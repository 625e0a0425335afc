// Every call in a log: a Connect interceptor. It sees a call once, with all its
// attempts, and never the credential.
import type { Interceptor } from "@connectrpc/connect";
import { explainError } from "zitadel-resend";

/** What pino, bunyan, winston and console have in common. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Logs how each call ended. Not the message: it may hold a mail address. */
export function logging(logger: Logger, now: () => number = Date.now): Interceptor {
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
