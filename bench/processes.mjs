import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** Whether each process can be kept to one core: client and server then do not share one. */
export const PINNED = availableParallelism() > 1 && spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;

/** Starts one of this folder's programs on a core; gives what it says first, and the process. */
export async function start(program, args, core, execArgv = []) {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, { execArgv });
  if (PINNED) spawnSync("taskset", ["-a", "-c", "-p", String(core), String(child.pid)]);
  return { child, said: await hear(child) };
}

/** Asks a started process for something. */
export function ask(child, question) {
  const answer = hear(child);
  child.send(question);
  return answer;
}

async function hear(child) {
  const stop = new AbortController();
  const exit = once(child, "exit", stop).then(([code]) => {
    throw new Error(`${child.spawnargs.slice(1).join(" ")} ended with ${code}`);
  });
  try {
    const [said] = await Promise.race([once(child, "message", stop), exit]);
    return said;
  } finally {
    exit.catch(() => {});
    stop.abort();
  }
}
