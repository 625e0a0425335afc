const UNITS = [
  [1, "m"],
  [1000, "S"],
  [60_000, "M"],
] as const;

/**
 * A time limit as `grpc-timeout` has it: at most eight digits and a unit,
 * rounded up. Source: gRPC over HTTP/2, "Timeout".
 */
export function grpcTimeout(timeoutMs: number): string {
  for (const [ms, unit] of UNITS) {
    const amount = Math.ceil(timeoutMs / ms);
    if (amount < 1e8) return `${amount}${unit}`;
  }
  return `${Math.min(Math.ceil(timeoutMs / 3_600_000), 99_999_999)}H`;
}
