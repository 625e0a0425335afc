import { Code, type ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import { looksSecret } from "./secret-file.js";

/** Looks at the value of one option, and throws InvalidArgument where it makes no sense. */
export type OptionCheck = (name: string, value: unknown) => void;

/** The error of an option that cannot be meant, or cannot be honoured. */
export function optionError(message: string): ConnectError {
  return notSentError(message, Code.InvalidArgument, "invalid_request");
}

/** A value as errors show it: what may be a secret, or is long, by its type alone. */
export function shown(value: unknown): string {
  if (typeof value === "string" && value.length <= 40 && !looksSecret(value)) return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return `of type ${typeof value}`;
}

/** What another place checks, or whatever it may be. */
export const anything: OptionCheck = () => {};

/** A check by a predicate. */
export function expecting(what: string, holds: (value: unknown) => boolean): OptionCheck {
  return (name, value) => {
    if (!holds(value)) throw optionError(`${name} is ${shown(value)}; expected ${what}`);
  };
}

export const aFunction = expecting("a function", (value) => typeof value === "function");
export const aBoolean = expecting("true or false", (value) => typeof value === "boolean");
export const anyNumber = expecting("a number", (value) => typeof value === "number" && !Number.isNaN(value));
export const anObject = expecting("an object", (value) => typeof value === "object" && value !== null);

/** A time that may have no end. */
export const milliseconds = expecting(
  "milliseconds from 1 up, or Infinity",
  (value) => typeof value === "number" && value >= 1,
);

/** A size in bytes; what a message may have is what its length prefix can say. */
export const bytesFrom = (least: number) =>
  expecting(
    `a whole number of bytes from ${least} to 4294967295`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= 0xffff_ffff,
  );

/** One of a few texts. */
export const aTextOf = (...texts: readonly string[]) =>
  expecting(texts.map((text) => JSON.stringify(text)).join(" or "), (value) =>
    texts.some((text) => text === value),
  );

/** An array, each item of which passes. */
export const anArrayOf =
  (item: OptionCheck): OptionCheck =>
  (name, value) => {
    if (!Array.isArray(value)) throw optionError(`${name} is ${shown(value)}; expected an array`);
    for (const [index, each] of value.entries()) item(`${name}[${index}]`, each);
  };

/** An object of options: each that is there has to be known and to pass. One that is undefined is not there. */
export const anObjectOf =
  (checks: Readonly<Record<string, OptionCheck>>): OptionCheck =>
  (name, value) => {
    anObject(name, value);
    checkEach(`${name}.`, value, checks);
  };

/** The same of an object's own properties, each named with the prefix. */
export function checkEach(
  prefix: string,
  options: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
): void {
  for (const [name, value] of Object.entries(Object(options))) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(", ");
      throw optionError(`there is no option ${prefix}${shown(name)}; expected ${known}`);
    }
    check(prefix + name, value);
  }
}
