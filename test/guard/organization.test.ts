import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, test, vi } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient, type Warning } from "../../src/web/index.js";

/** A server where every user belongs to organisation 1, whatever is asked for. */
const transport = createRouterTransport(({ service }) =>
  service(ManagementService, {
    resendHumanInitialization({ userId }) {
      if (userId === "nobody") throw new ConnectError("", Code.NotFound);
      return userId === "bare" ? {} : { details: { resourceOwner: "1" } };
    },
  }),
);

describe("after a success", () => {
  test.each([
    ["in the organisation that was named", { orgId: "1" }, "42", 0],
    ["in another one", { orgId: "2" }, "42", 1],
    ["with none named", {}, "42", 0],
    ["with another one named by a header", { headers: { "X-Zitadel-OrgId": "2" } }, "42", 1],
    ["with an answer that does not say", { orgId: "2" }, "bare", 0],
  ])("%s", async (_, call, userId, count) => {
    const warnings: Warning[] = [];
    const client = createResendClient({ transport, onWarning: (warning) => warnings.push(warning) });
    await client.resendHumanInitialization({ userId }, call);
    expect(warnings).toHaveLength(count);
    for (const warning of warnings) {
      expect(warning).toEqual({
        kind: "other_organization",
        message: expect.stringMatching(/organisation 2.*belongs to 1/),
        orgId: "2",
        resourceOwner: "1",
      });
    }
  });

  test("nothing is printed where nobody listens", async () => {
    const printers = [
      vi.spyOn(console, "warn"),
      vi.spyOn(console, "error"),
      vi.spyOn(process, "emitWarning"),
    ];
    await createResendClient({ transport, orgId: "2" }).resendHumanInitialization({ userId: "42" });
    for (const printer of printers) expect(printer).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test("a listener that throws does not make the call fail", async () => {
    const later: (() => void)[] = [];
    const queue = vi.spyOn(globalThis, "queueMicrotask").mockImplementation((run) => void later.push(run));
    const onWarning = () => {
      throw new Error("listener");
    };
    const client = createResendClient({ transport, orgId: "2", onWarning });
    const { details } = await client.resendHumanInitialization({ userId: "42" });
    queue.mockRestore();
    expect(details?.resourceOwner).toBe("1");
    expect(later).toHaveLength(1);
    expect(later[0]).toThrow("listener");
  });
});

describe("after a failure, the hint knows whether an organisation was named", () => {
  test.each([
    [{}, /another organisation/],
    [{ orgId: "1" }, /Check userId and orgId/],
  ])("%o", async (options, hint) => {
    const client = createResendClient({ transport, guard: false, ...options });
    const error = await client
      .resendHumanInitialization({ userId: "nobody" })
      .catch((error: unknown) => error);
    expect(explainError(error)).toMatchObject({
      reason: "user_not_found",
      hint: expect.stringMatching(hint),
    });
  });
});
