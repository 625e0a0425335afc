import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { expect, it } from "vitest";
import { resendWithStubs } from "../../examples/stubs-only.mjs";
import { createSandbox } from "../../src/sandbox/index.js";

const run = promisify(execFile);

it("examples/stubs-only.mjs mails with a plain Connect transport", async () => {
  await using sandbox = await createSandbox();
  const transport = createGrpcTransport({ baseUrl: sandbox.url });
  const owner = await resendWithStubs(transport, sandbox.tokens.valid, sandbox.users.initial.id);
  expect(owner).toBe(sandbox.orgs.own.id);
  expect(sandbox.mailbox).toMatchObject([{ userId: sandbox.users.initial.id }]);
});

it("examples/grpc-js.mjs mails with the shipped .proto files as they are", async () => {
  await using sandbox = await createSandbox();
  const example = fileURLToPath(new URL("../../examples/grpc-js.mjs", import.meta.url));
  const env = { ...process.env, ZITADEL_URL: sandbox.url, ZITADEL_TOKEN: sandbox.tokens.valid };
  const { stdout } = await run(process.execPath, [example, sandbox.users.initial.id], { env });
  expect(JSON.parse(stdout)).toMatchObject({ details: { resourceOwner: sandbox.orgs.own.id } });
  expect(sandbox.mailbox).toMatchObject([{ userId: sandbox.users.initial.id }]);

  const refused = run(process.execPath, [example, sandbox.users.active.id], { env });
  await expect(refused).rejects.toMatchObject({ code: 1, stdout: '{"code":"FAILED_PRECONDITION"}\n' });
});
