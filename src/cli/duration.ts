const UNITS_MS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** Longest time that a timer can wait for, in milliseconds. */
const MAX_MS = 2 ** 31 - 1;

/** Reads "10s", "500ms" or "1.5m" as milliseconds; undefined where it is none of these, or none that a timer can wait for. */
export function parseDurationMs(text: string): number | undefined {
  const { amount, unit } = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m)$/.exec(text)?.groups ?? {};
  if (amount === undefined || (unit !== "ms" && unit !== "s" && unit !== "m")) return undefined;
  const durationMs = Math.round(Number(amount) * UNITS_MS[unit]);
  return durationMs >= 1 && durationMs <= MAX_MS ? durationMs : undefined;
}
