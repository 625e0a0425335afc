/** The middle one of several, and how far they lie apart. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** Of what was measured in the same round, so that a machine that is busy for a while harms both alike. */
export function ratio(ours, theirs) {
  return spread(ours.map((value, round) => value / theirs[round]));
}

/** Samples by name, each summed up. */
export function spreads(samples) {
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, spread(values)]));
}
