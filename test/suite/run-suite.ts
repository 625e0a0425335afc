import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import type { ResendClient } from "../../src/client.js";
import type { ContentType } from "../../src/transport/content-type.js";
import { suiteCases } from "./cases.js";
import type { CaseClientOptions, ClientOptions, SuiteCase } from "./suite-case.js";
import type { TestServer } from "./test-server.js";

declare module "vitest" {
  interface TaskMeta {
    /** Where a case of the suite ran; the summary counts by it. */
    suite?: { readonly wire: string; readonly where: string };
  }
}

/** A case that a wire cannot do where it runs, and why. */
export interface Skip {
  readonly case: string;
  readonly reason: string;
}

/** One run of the suite: a wire, a place, and a server to call. */
export interface SuiteRun {
  readonly wire: ContentType;
  /** Runtime and connection, as the summary calls them. */
  readonly where: string;
  readonly skip: readonly Skip[];
  openServer(): Promise<TestServer>;
  createClient(options: ClientOptions, server: TestServer): ResendClient;
}

/** Runs every case of the suite on one wire in one place. */
export function runSuite(run: SuiteRun): void {
  describe(`${run.wire} in ${run.where}`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await run.openServer();
    }, 60_000);
    afterAll(() => server?.close());

    for (const suiteCase of suiteCases) {
      test(suiteCase.name, async (context) => {
        context.task.meta.suite = { wire: run.wire, where: run.where };
        const { skipped } = await runOrSkip(run, suiteCase, server.kind, () =>
          runCase(run, suiteCase, server),
        );
        if (skipped !== undefined) context.skip(skipped);
      });
    }

    test("every skip names a case", () => {
      expect(straySkips(run.skip, suiteCases)).toEqual([]);
    });
  });
}

/**
 * Runs a case, or leaves it out for the reason that is given for it. A skipped
 * case runs all the same: it is skipped only as long as it fails.
 */
export async function runOrSkip(
  run: Pick<SuiteRun, "skip">,
  suiteCase: Pick<SuiteCase, "name" | "only">,
  serverKind: TestServer["kind"],
  runIt: () => Promise<void>,
): Promise<{ readonly skipped?: string }> {
  const { only, name } = suiteCase;
  if (only !== undefined && only.server !== serverKind) return { skipped: only.because };
  const skip = run.skip.find((candidate) => candidate.case === name);
  if (skip === undefined) {
    await runIt();
    return {};
  }
  const failed = await runIt().then(
    () => false,
    () => true,
  );
  if (!failed) throw new Error(`passes, so the skip is not needed: ${skip.reason}`);
  return { skipped: skip.reason };
}

/** Skips that name no case; there should be none. */
export function straySkips(skip: readonly Skip[], cases: readonly Pick<SuiteCase, "name">[]): string[] {
  return skip.map((it) => it.case).filter((name) => !cases.some((known) => known.name === name));
}

async function runCase(run: SuiteRun, suiteCase: SuiteCase, server: TestServer): Promise<void> {
  const clients: ResendClient[] = [];
  const newClient = ({ anonymous = false, ...options }: CaseClientOptions = {}) => {
    const client = run.createClient(
      {
        baseUrl: server.url,
        contentType: run.wire,
        ...(!anonymous && { auth: personalAccessToken(server.tokens.valid) }),
        ...options,
      },
      server,
    );
    clients.push(client);
    return client;
  };
  try {
    await suiteCase.run({ wire: run.wire, server, newClient });
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}
