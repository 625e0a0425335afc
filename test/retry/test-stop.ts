import { Stop } from "../../src/call/stop.js";

/** A `Stop` that keeps the time by a clock of the test's own. */
export class TestStop extends Stop {
  readonly #leftMs: () => number;

  constructor(leftMs: () => number) {
    super();
    this.#leftMs = leftMs;
  }

  override leftMs(): number {
    return Math.max(1, Math.ceil(this.#leftMs()));
  }
}
