/** A path template of `google.api.http`, taken apart. */
export interface Template {
  /** As it is written. */
  readonly text: string;
  /** Literals as they are written; `*` is one segment, `**` one or more. */
  readonly segments: readonly string[];
  readonly variables: readonly Variable[];
  /** What stands behind the last segment, after a colon; empty where nothing does. */
  readonly verb: string;
}

/** A request field in a path: it spans the segments from `start` up to, not including, `end`. */
export interface Variable {
  /** Proto names, joined with dots. */
  readonly fieldPath: string;
  readonly start: number;
  readonly end: number;
}

/** One segment: a variable with its pattern, a wildcard, or a literal of what RFC 3986 allows in a path. */
const SEGMENT = /\/(?:\{([A-Za-z_][\w.]*)(?:=([^{}]+))?\}|((?:[\w.~!$&'()*+,;=:@-]|%[\dA-Fa-f]{2})+))/y;
/** A colon stands for a verb where no literal could hold it: after a variable or a wildcard. */
const VERB = /[}*]:([^/{}]+)$/;

/**
 * Parses a path template; fails on one that is not valid.
 *
 * Source: the grammar in google/api/http.proto, "Path template syntax".
 */
export function parseTemplate(text: string): Template {
  const verb = VERB.exec(text)?.[1] ?? "";
  const path = verb === "" ? text : text.slice(0, -verb.length - 1);
  const segments: string[] = [];
  const variables: Variable[] = [];
  SEGMENT.lastIndex = 0;
  // `/` alone is a path without segments.
  while (path !== "/" && SEGMENT.lastIndex < path.length) {
    const [whole, fieldPath, pattern = "*", plain] = SEGMENT.exec(path) ?? [];
    if (whole === undefined) throw new Error(`${JSON.stringify(text)} is not a path template`);
    const start = segments.length;
    segments.push(...(plain ?? pattern).split("/"));
    if (fieldPath !== undefined) variables.push({ fieldPath, start, end: segments.length });
  }
  const deep = segments.filter((segment) => segment === "**").length;
  if (path === "" || segments.includes("") || deep > 1) {
    throw new Error(`${JSON.stringify(text)} is not a path template`);
  }
  return { text, segments, variables, verb };
}

/** Whether the segments of a path match those of a pattern. */
export function matchSegments(pattern: readonly string[], segments: readonly string[]): boolean {
  const extra = segments.length - pattern.length;
  if (extra < 0 || (extra > 0 && !pattern.includes("**"))) return false;
  let at = 0;
  for (const part of pattern) {
    if (part !== "*" && part !== "**" && part !== segments[at]) return false;
    at += part === "**" ? extra + 1 : 1;
  }
  return true;
}
