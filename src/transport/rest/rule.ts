import { type DescMethod, type DescService, fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import { http } from "../../../gen/rest/google/api/annotations_pb.js";
import { type HttpRule, HttpRuleSchema } from "../../../gen/rest/google/api/http_pb.js";
import { notSentError } from "../../errors/facts.js";
import { type FieldPath, resolveFieldPath } from "./fields.js";
import { matchSegments, parseTemplate, type Template } from "./template.js";

/** One way to reach a method: a rule of its `google.api.http` option, taken apart. */
export interface Binding {
  readonly httpMethod: string;
  readonly template: Template;
  /** The path: text as it is, and the fields in between. */
  readonly pieces: readonly (string | PathVariable)[];
  /** What the body holds; an empty path is nothing. */
  readonly body: "*" | FieldPath;
  /** The response field that the answer's body is; an empty path is the whole response. */
  readonly responseBody: FieldPath;
  /** Names of the fields that are in the path, or are the body. */
  readonly notInQuery: ReadonlySet<string>;
  /** The rules of the same service that come after this one. */
  readonly later: () => readonly Binding[];
}

/** A field in the path. */
export interface PathVariable {
  readonly path: FieldPath;
  readonly name: string;
  /** What its value must match; one `*` is a single segment. */
  readonly pattern: readonly string[];
}

/** All of a method's, in order. */
export type Bindings = readonly [Binding, ...Binding[]];
type Rules = ReadonlyMap<DescMethod, Bindings | Error>;
const compiled = new WeakMap<DescService, Rules>();

/**
 * The HTTP rules of a method, first `google.api.http` itself and then its
 * additional bindings. Read once for a service and kept. Fails with
 * Unimplemented where the method has none, or one that is not valid.
 */
export function bindingsOf(method: DescMethod): Bindings {
  let rules = compiled.get(method.parent);
  if (rules === undefined) {
    rules = compileService(method.parent);
    compiled.set(method.parent, rules);
  }
  const bindings = rules.get(method);
  if (bindings instanceof Error)
    throw unimplemented(method, `its HTTP rule is not valid: ${bindings.message}`);
  if (bindings === undefined) throw unimplemented(method, "it has no google.api.http rule");
  return bindings;
}

/** The error of a method that REST cannot reach at all. */
export function unimplemented(method: DescMethod, why: string) {
  const message = `${method.parent.typeName}.${method.name} cannot be called over REST: ${why}; use gRPC or gRPC-web`;
  return notSentError(message, Code.Unimplemented, "not_supported");
}

function compileService(service: DescService): Rules {
  const rules = new Map<DescMethod, Bindings | Error>();
  const all: Binding[] = [];
  for (const method of service.methods) {
    try {
      const rule = readRule(method);
      if (rule === undefined) continue;
      const [first, ...others] = [rule, ...rule.additionalBindings]
        .filter(({ pattern }) => pattern.case !== undefined)
        .map((one) => compileRule(method, one, all));
      if (first === undefined) continue;
      rules.set(method, [first, ...others]);
      all.push(first, ...others);
    } catch (error) {
      rules.set(method, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return rules;
}

/** The method's option; by hand, because all for it is there already but the library's way to extensions. */
function readRule({ proto }: DescMethod): HttpRule | undefined {
  const option = proto.options?.$unknown?.find(({ no }) => no === http.number);
  return option && fromBinary(HttpRuleSchema, new BinaryReader(option.data).bytes());
}

function compileRule(method: DescMethod, rule: HttpRule, all: readonly Binding[]): Binding {
  const [httpMethod, text] = verbAndPath(rule);
  if (httpMethod === "GET" && rule.body !== "") throw new Error("GET with a body");
  const template = parseTemplate(text);
  const binding: Binding = {
    httpMethod,
    template,
    pieces: piecesOf(method, template),
    body: rule.body === "*" ? "*" : fieldPathOf(method.input, rule.body),
    notInQuery: new Set([rule.body, ...template.variables.map(({ fieldPath }) => fieldPath)]),
    responseBody: rule.responseBody === "*" ? [] : fieldPathOf(method.output, rule.responseBody),
    later: () => all.slice(all.indexOf(binding) + 1),
  };
  return binding;
}

function verbAndPath({ pattern, body }: HttpRule): [httpMethod: string, path: string] {
  switch (pattern.case) {
    case "get":
    case "put":
    case "post":
    case "delete":
    case "patch":
      return [pattern.case.toUpperCase(), pattern.value];
    case "custom": {
      const { kind, path } = pattern.value;
      // Any verb will do.
      return [kind === "*" ? (body === "" ? "GET" : "POST") : kind, path];
    }
    case undefined:
      return ["", ""];
    default:
      pattern satisfies never;
      throw new Error("unknown pattern");
  }
}

function fieldPathOf(message: DescMethod["input"], text: string): FieldPath {
  return text === "" ? [] : resolveFieldPath(message, text);
}

function piecesOf({ input }: DescMethod, { segments, variables, verb }: Template): Binding["pieces"] {
  const pieces: (string | PathVariable)[] = [];
  let text = "";
  for (let at = 0; at < segments.length; ) {
    text += "/";
    const variable = variables.find(({ start }) => start === at);
    if (variable === undefined) {
      const segment = segments[at++] ?? "";
      // A wildcard outside a variable stands for anything.
      text += segment === "*" || segment === "**" ? "-" : segment;
    } else {
      const { fieldPath, start, end } = variable;
      pieces.push(text, {
        path: resolveFieldPath(input, fieldPath),
        name: fieldPath,
        pattern: segments.slice(start, end),
      });
      text = "";
      at = end;
    }
  }
  pieces.push(segments.length === 0 ? "/" : text + (verb && `:${verb}`));
  return pieces;
}

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
