const UNIT_MS = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 } as const;

/** Reads a `grpc-timeout` header, in milliseconds: without limit where there is none, `undefined` where it is malformed. */
export function parseGrpcTimeout(value: string | readonly string[] | undefined): number | undefined {
  if (!value) return Number.POSITIVE_INFINITY;
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(value)) ?? [];
  return digits !== undefined && isUnit(unit) ? Number(digits) * UNIT_MS[unit] : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && text in UNIT_MS;
}
