import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import {
  createResendClient,
  createTransport,
  explainError,
  personalAccessToken,
} from "../../src/node/index.js";
import { createSandbox } from "../../src/sandbox/index.js";
import { rejectionOf } from "../retry/scripted-unary.js";

/** What code around a call may throw, whatever the call did. */
const THROWN: Record<string, () => unknown> = {
  "an error": () => new Error("audit"),
  "an error caused by a refusal": () => new Error("audit", { cause: new ConnectError("no", Code.NotFound) }),
  "a refused connection": refusedConnection,
  "an error caused by a refused connection": () => new Error("log sink", { cause: refusedConnection() }),
  "a frozen error": () => Object.freeze(new ConnectError("no", Code.Unknown)),
  "a text": () => "no",
  undefined: () => undefined,
};

function refusedConnection(): Error {
  return Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
}

/** Where an interceptor stands. */
type Place = "client" | "transport of this package" | "transport of connect-node";
const PLACES: readonly Place[] = ["client", "transport of this package", "transport of connect-node"];

/** Makes one call through an interceptor, and tells how it failed and how many mails went out. */
async function callThrough(interceptor: Interceptor, place: Place) {
  await using sandbox = await createSandbox();
  const auth = personalAccessToken(sandbox.tokens.valid);
  const wire = { baseUrl: sandbox.url, interceptors: [interceptor] };
  await using own = createTransportAt(place, wire);
  await using client =
    own === undefined ? createResendClient({ ...wire, auth }) : createResendClient({ transport: own, auth });
  const error = await rejectionOf(client.resendHumanInitialization({ userId: sandbox.users.initial.id }));
  return { failure: explainError(error), mails: sandbox.mailbox.length };
}

function createTransportAt(place: Place, options: { baseUrl: string; interceptors: Interceptor[] }) {
  switch (place) {
    case "client":
      return undefined;
    case "transport of this package": {
      const transport = createTransport(options);
      return { ...transport, [Symbol.asyncDispose]: () => transport.close() };
    }
    case "transport of connect-node":
      return { ...createGrpcTransport(options), [Symbol.asyncDispose]: async () => {} };
    default:
      return place satisfies never;
  }
}

describe.each(Object.entries(THROWN))("%s", (_, thrown) => {
  test.each(PLACES)(
    "thrown after a success by an interceptor of the %s: one mail, and it is told",
    async (place) => {
      const { failure, mails } = await callThrough(
        (next) => async (request) => {
          await next(request);
          throw thrown();
        },
        place,
      );
      expect(mails).toBe(1);
      expect(failure).toMatchObject({ delivery: "maybe_sent", retryable: false });
      // Of a transport of somebody else nobody knows whether it had sent anything.
      if (place !== "transport of connect-node") expect(failure.reason).toBe("unknown");
    },
  );

  test.each(PLACES)("thrown while the call is under way by an interceptor of the %s", async (place) => {
    const { failure } = await callThrough(
      (next) => async (request) => {
        next(request).catch(() => {});
        throw thrown();
      },
      place,
    );
    expect(failure.delivery).toBe("maybe_sent");
  });

  test.each(PLACES.slice(0, 2))(
    "thrown by an interceptor of the %s before anything is sent",
    async (place) => {
      const { failure, mails } = await callThrough(() => async () => Promise.reject(thrown()), place);
      expect(mails).toBe(0);
      expect(failure.delivery).toBe("not_sent");
    },
  );

  test.each(["onHeader", "onTrailer"])("thrown by %s", async (callback) => {
    await using sandbox = await createSandbox();
    await using client = createResendClient({
      baseUrl: sandbox.url,
      auth: personalAccessToken(sandbox.tokens.valid),
    });
    const fail = () => {
      throw thrown();
    };
    const request = { userId: sandbox.users.initial.id };
    const error = await rejectionOf(client.resendHumanInitialization(request, { [callback]: fail }));
    expect(sandbox.mailbox).toHaveLength(1);
    expect(explainError(error)).toMatchObject({ reason: "unknown", delivery: "maybe_sent" });
  });
});

describe("an interceptor that repeats a call", () => {
  const repeat =
    (first: (request: Parameters<ReturnType<Interceptor>>[0]) => void): Interceptor =>
    (next) =>
    async (request) => {
      first(request);
      try {
        await next(request);
      } catch {
        // Whatever it was.
      }
      request.header.set("x-zitadel-orgid", "none such");
      return next(request);
    };

  test("and is refused then: the first one counts too", async () => {
    const { failure, mails } = await callThrough(
      repeat(() => {}),
      "client",
    );
    expect(mails).toBe(1);
    expect(failure).toMatchObject({ reason: "organization_not_found", delivery: "maybe_sent" });
  });

  test("and is refused both times: nothing was sent", async () => {
    const { failure, mails } = await callThrough(
      repeat((request) => request.header.set("x-zitadel-orgid", "no such either")),
      "client",
    );
    expect(mails).toBe(0);
    expect(failure).toMatchObject({ reason: "organization_not_found", delivery: "not_sent" });
  });
});

test("a getter that throws is told as not sent", async () => {
  await using sandbox = await createSandbox();
  await using client = createResendClient({ baseUrl: sandbox.url });
  const request = {
    get userId(): string {
      throw new Error("lazy");
    },
  };
  const error = await rejectionOf(client.resendHumanInitialization(request));
  expect(explainError(error).delivery).toBe("not_sent");
});
