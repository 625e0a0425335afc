import type { Binding } from "./rule.js";
import { matchSegments, type Template } from "./template.js";

/**
 * The rule that a server would take a path for in place of ours, if there is
 * one: `/users/{id}` with the id `me`, say, where the service also has
 * `/users/me`. grpc-gateway decodes a path before it looks for a rule, so that
 * escaping does not help.
 */
export function rivalOf(binding: Binding, path: string): Binding | undefined {
  const rivals = rivalsOf(binding);
  if (rivals.length === 0) return undefined;
  const segments = decodeURIComponent(path).slice(1).split("/");
  return rivals.find(({ template }) => matches(template, segments));
}

const known = new WeakMap<Binding, readonly Binding[]>();

/** Rules that a server may take a path of this one for: grpc-gateway asks the rules in turn, the last one first. */
function rivalsOf(binding: Binding): readonly Binding[] {
  const rivals = known.get(binding) ?? binding.later().filter((other) => canOverlap(binding, other));
  known.set(binding, rivals);
  return rivals;
}

function matches({ segments, verb }: Template, path: readonly string[]): boolean {
  if (verb === "") return matchSegments(segments, path);
  const last = path.at(-1) ?? "";
  const bare = last.slice(0, -verb.length - 1);
  return last === `${bare}:${verb}` && matchSegments(segments, [...path.slice(0, -1), bare]);
}

/** Whether some path could belong to both; a quick answer, rather yes than no. */
function canOverlap(one: Binding, other: Binding): boolean {
  if (one.httpMethod !== other.httpMethod) return false;
  const [a, b] = [one.template, other.template];
  if (a.segments.includes("**") || b.segments.includes("**")) return true;
  const last = a.segments.length - 1;
  return (
    a.segments.length === b.segments.length &&
    a.segments.every((segment, at) => {
      const theirs = b.segments[at];
      // A verb hides in the last segment.
      const isOpen = segment === "*" || theirs === "*" || (at === last && a.verb + b.verb !== "");
      return isOpen || segment === theirs;
    })
  );
}
