import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a run of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run finds besides its arguments. */
export interface Surroundings {
  /** All of its environment but PATH. */
  readonly env?: Record<string, string>;
  /** Its standard input; the end of it where there is none. */
  readonly input?: string;
  /** Called when it runs, for what a terminal would do. */
  readonly during?: (child: ChildProcessWithoutNullStreams) => unknown;
}

/** Runs the command line in a process of its own. */
export async function runCli(
  bin: string,
  args: readonly string[],
  surroundings: Surroundings = {},
): Promise<Ended> {
  const { env = {}, input, during } = surroundings;
  const child = spawn(process.execPath, [bin, ...args], { env: { PATH: process.env.PATH, ...env } });
  if (during === undefined) child.stdin.end(input);
  const ended = new Promise<Pick<Ended, "code" | "signal">>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, end] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
    during?.(child),
  ]);
  return { ...end, stdout, stderr };
}
