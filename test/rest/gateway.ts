import {
  type DescField,
  type DescMessage,
  type JsonValue,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import type { HttpClient } from "../../src/http/client.js";
import { fetchClient } from "../../src/http/fetch-client.js";
import { isJsonObject } from "../../src/transport/rest/json.js";
import { Library, types } from "./library.js";
import { type Route, routesOf } from "./route.js";
import { readRequest } from "./server-message.js";

/** A call as it came through. */
export interface Received {
  readonly method: string;
  readonly message: Message;
}

const routes = routesOf(Library);

/**
 * A small gateway over the library, without a network: it routes by the same
 * rules, reads the message, and answers with that message. What does not get
 * through is an HTTP error, as with grpc-gateway; a path that has to be cleaned
 * is redirected, as Go's router does.
 */
export function gateway(): { readonly http: HttpClient; readonly received: Received[] } {
  const received: Received[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    // Decoded before it is split, by grpc-gateway's default.
    const path = decodeURIComponent(url.pathname);
    if (/\/\/|\/\.{1,2}(\/|$)/.test(path)) return Response.redirect(new URL("/elsewhere", url), 301);
    const body = await request.text();
    for (const route of routes) {
      const isMethod = route.httpMethod === request.method || route.httpMethod === "*";
      const [, ...values] = (isMethod && route.path.exec(path)) || [];
      if (!isMethod || !route.path.test(path)) continue;
      try {
        const message = readRequest(route, values, url.search.slice(1), body);
        received.push({ method: route.method.name, message });
        const json = toJson(route.method.output, message, { registry: types, alwaysEmitImplicit: true });
        return answer(bodyOf(route, json), 200);
      } catch (error) {
        return answer(JSON.stringify({ code: 3, message: String(error), details: [] }), 400);
      }
    }
    return answer(JSON.stringify({ code: 5, message: "Not Found", details: [] }), 404);
  };
  return { http: fetchClient(fetch), received };
}

function answer(json: string, status: number): Response {
  return new Response(json, { status, headers: { "content-type": "application/json" } });
}

/** The answer's text: of a field that is no message as Go writes it, bare numbers and `[]` for no bytes. */
function bodyOf({ method, rule }: Route, whole: JsonValue): string {
  if (rule.responseBody === "") return JSON.stringify(whole);
  let desc: DescMessage | undefined = method.output;
  let field: DescField | undefined;
  let json: JsonValue | undefined = whole;
  for (const name of rule.responseBody.split(".")) {
    field = desc?.fields.find((one) => one.name === name);
    desc = field?.message;
    json = isJsonObject(json) && field ? json[field.jsonName] : undefined;
  }
  const text = JSON.stringify(json ?? null);
  if (field?.scalar === ScalarType.BYTES && text === '""') return "[]";
  return field?.scalar === ScalarType.INT64 ? text.replace(/"(-?\d+)"(?!:)/g, "$1") : text;
}
