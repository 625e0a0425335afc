import { type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import { http } from "../../gen/google/api/annotations_pb.js";
import type { HttpRule } from "../../gen/google/api/http_pb.js";

/** A rule as a server sees it: by regular expression, unlike the client. */
export interface Route {
  readonly method: DescMethod;
  readonly rule: HttpRule;
  readonly httpMethod: string;
  readonly path: RegExp;
  readonly fields: readonly string[];
}

/** The rules of a service, the one that is asked first in front: grpc-gateway takes the last. */
export function routesOf(service: DescService): Route[] {
  return service.methods
    .flatMap((method) => {
      const rule = getOption(method, http);
      return [rule, ...rule.additionalBindings].flatMap((one) => routeOf(method, one) ?? []);
    })
    .reverse();
}

function routeOf(method: DescMethod, rule: HttpRule): Route | undefined {
  const { pattern } = rule;
  if (pattern.case === undefined) return undefined;
  const [httpMethod, template] =
    pattern.case === "custom"
      ? [pattern.value.kind, pattern.value.path]
      : [pattern.case.toUpperCase(), pattern.value];
  const fields: string[] = [];
  const source = template.replace(/\{([\w.]+)(?:=([^}]*))?\}|[^{}]+/g, (text, field, inner = "*") => {
    if (field === undefined) return segments(text);
    fields.push(field);
    return `(${segments(inner)})`;
  });
  return { method, rule, httpMethod, path: new RegExp(`^${source}$`, "s"), fields };
}

function segments(pattern: string): string {
  return pattern.replace(/\*\*|\*|[.+?^$()|[\]\\]/g, (token) =>
    token === "**" ? ".*" : token === "*" ? "[^/]*" : `\\${token}`,
  );
}
