#!/usr/bin/env node
import { callState, EXIT, type ExitCode } from "./exit-code.js";
import { run } from "./program.js";

const args = process.argv.slice(2);

/** The exit code if the process ended now: that of the call, as far as it has come. */
const exitCodeNow = (): ExitCode => callState.exitCode ?? (callState.begun ? EXIT.maybeSent : EXIT.refused);

/** Ends the process after an error that nobody caught. */
async function endUnexpectedly(error: unknown): Promise<void> {
  process.exitCode = exitCodeNow();
  try {
    const { printUnexpected } = await import("./print-failure.js");
    printUnexpected(error, args.includes("--json"));
  } finally {
    // Whatever the error left behind does not hold up the end.
    process.exit();
  }
}
process.on("uncaughtException", endUnexpectedly).on("unhandledRejection", endUnexpectedly);

// Help and version are written past the functions that drop what cannot be written.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

// A call that nothing keeps alive ends without an answer.
process.on("exit", () => {
  process.exitCode ??= exitCodeNow();
});

run(args).then((exitCode) => {
  process.exitCode = exitCode;
}, endUnexpectedly);
