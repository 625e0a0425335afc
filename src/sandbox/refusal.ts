import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";

/** An error as ZITADEL gives it: the id stands in the message and, once more, in a detail. */
export function refusal(code: Code, message: string, id: string): ConnectError {
  return new ConnectError(`${message} (${id})`, code, undefined, [
    { desc: ErrorDetailSchema, value: { id, message } },
  ]);
}

/** An error without an id, as gRPC itself and ZITADEL's validation give it. */
export function plainRefusal(code: Code, message: string): ConnectError {
  return new ConnectError(message, code);
}

/** The texts that ZITADEL translates. */
const TEXTS = {
  en: { notFound: "User could not be found", alreadyInitialised: "User is already initialized" },
  de: {
    notFound: "Benutzer konnte nicht gefunden werden",
    alreadyInitialised: "Benutzer ist bereits initialisiert",
  },
} as const;

/** An error whose text follows the caller's language: German, else English. */
export function translatedRefusal(
  code: Code,
  text: keyof typeof TEXTS.en,
  id: string,
  acceptLanguage: string | undefined,
): ConnectError {
  const language = /^de\b/i.test(favourite(acceptLanguage ?? "")) ? "de" : "en";
  return refusal(code, TEXTS[language][text], id);
}

/** The language that a caller likes best; the server looks at no other. */
function favourite(acceptLanguage: string): string {
  const weighted = acceptLanguage.split(",").map((choice) => {
    const [language = "", weight = "q=1"] = choice.split(";").map((part) => part.trim());
    return { language, weight: Number(weight.replace("q=", "")) };
  });
  return weighted.toSorted((a, b) => b.weight - a.weight)[0]?.language ?? "";
}

/** Refuses a call whose deadline has passed. */
export function deadlineRefusal(): ConnectError {
  return plainRefusal(Code.DeadlineExceeded, "context deadline exceeded");
}

/** The ids and texts of an error, apart from its code. */
export function detailsOf(error: ConnectError): { id: string; message: string }[] {
  return error.findDetails(ErrorDetailSchema).map(({ id, message }) => ({ id, message }));
}
