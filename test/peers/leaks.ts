import { until } from "../suite/until.js";

/** What keeps the process alive, counted by kind. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Runs something, then waits until no socket and no timer is left of it. */
export async function leavesNothing<T>(run: () => Promise<T>): Promise<T> {
  const before = resources();
  const result = await run();
  let left: string[] = [];
  const gone = () => {
    const after = resources();
    left = ["TCPSocketWrap", "TLSWrap", "Timeout"].filter(
      (kind) => (after.get(kind) ?? 0) > (before.get(kind) ?? 0),
    );
    return left.length === 0;
  };
  await until("sockets and timers to go", gone, 5_000).catch(() => {
    throw new Error(`left behind: ${left.join(", ")}`);
  });
  return result;
}
