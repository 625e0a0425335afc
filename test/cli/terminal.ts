import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program on a terminal of its own, types once it has asked, and prints what the terminal showed. */
const PYTHON = `
import json, os, pty, sys
asked, typed = sys.argv[1].encode(), sys.argv[2].encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[3], sys.argv[3:])
shown = b""
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if typed and asked in shown:
        os.write(terminal, typed)
        typed = b""
status = os.waitpid(pid, 0)[1]
print(json.dumps({"shown": shown.decode(), "code": os.waitstatus_to_exitcode(status)}))
`;

/** Why there is no terminal to try; undefined where there is. */
export const noTerminal = (() => {
  try {
    execFileSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "Python 3.9, whose pty module makes a terminal, is not here";
  }
})();

/** Runs Node on a terminal; `typed` is typed when `asked` is shown. */
export async function onTerminal(
  args: readonly string[],
  env: Record<string, string>,
  { asked, typed }: { readonly asked: string; readonly typed: string },
): Promise<{ readonly shown: string; readonly code: number }> {
  const { stdout } = await promisify(execFile)(
    "python3",
    ["-c", PYTHON, asked, typed, process.execPath, ...args],
    { env: { PATH: process.env.PATH, ...env } },
  );
  return JSON.parse(stdout);
}
