import type { ExitCode } from "./exit-code.js";

/**
 * How far the call of this process has come. The exit code follows it, whatever
 * happens beside it: what was accepted stays accepted.
 */
export const callState: {
  /** Something may have been sent. */
  begun: boolean;
  /** How the call ended. */
  exitCode?: ExitCode;
} = { begun: false };
