import {
  createRegistry,
  type DescFile,
  type DescMethod,
  type DescService,
  type Registry,
} from "@bufbuild/protobuf";
import type { ContextValues, Transport } from "@connectrpc/connect";
import type { StopSignal } from "../../call/stop.js";
import type { Unary } from "../../call/unary.js";
import { parseBaseUrl } from "../../http/base-url.js";
import type { WireRuntime } from "../../http/client.js";
import { networkError } from "../../http/network-error.js";
import { defaults, type TransportOptions } from "../../options.js";
import { LazyUnaryResponse, runUnary, timeoutOf } from "../unary-call.js";
import type { WireTransport } from "../wire.js";
import { readMessage } from "./answer.js";
import { answerError } from "./errors.js";
import type { Codec, Exchange } from "./exchange.js";
import { metadataOf, requestFields } from "./headers.js";
import { requestOf } from "./request.js";
import { bindingsOf, unimplemented } from "./rule.js";

/** What all calls of a service have in common. */
interface Mount {
  /** Base URL and prefix. */
  readonly url: string;
  readonly registry: Registry;
}

/**
 * REST and JSON, as grpc-gateway and others speak it, for any service with
 * `google.api.http` rules, which are read from its descriptors at run time.
 *
 * Interceptors see the URL as the method's first rule has it, with `{field}` in
 * its path: what stands there depends on the message, which they may change.
 */
export function restTransport(options: TransportOptions, runtime: WireRuntime, codec: Codec): WireTransport {
  const baseUrl = parseBaseUrl(options.baseUrl).href.replace(/\/$/, "");
  const maxBytes = options.readMaxBytes ?? defaults.maxBytes;
  const writeMaxBytes = options.writeMaxBytes ?? defaults.maxBytes;
  const { interceptors, defaultTimeoutMs, pathPrefix = "", headerPrefix = "" } = options;

  const mounts = new WeakMap<DescService, Mount>();
  const mountOf = (service: DescService): Mount => {
    let mount = mounts.get(service);
    if (mount === undefined) {
      const prefix = typeof pathPrefix === "string" ? pathPrefix : pathPrefix(service);
      const path = prefix.replace(/^\/+|\/+$/g, "");
      const registry = registryOf(service.file, options.registry);
      mount = { url: path === "" ? baseUrl : `${baseUrl}/${path}`, registry };
      mounts.set(service, mount);
    }
    return mount;
  };

  const exchange: Exchange = async (method, message, fields, signal) => {
    const { url: mountUrl, registry } = mountOf(method.parent);
    const { binding, target, body } = requestOf(method, message, codec, registry, writeMaxBytes);
    const url = mountUrl + target;
    if (body) fields["content-type"] = body.contentType;
    const request = {
      method: binding.httpMethod,
      url,
      fields,
      ...(body && { body: body.bytes }),
      ...(signal && { signal }),
    };
    try {
      const response = await runtime.http(request);
      return { response, binding, reading: { url, fields, codec, registry, maxBytes } };
    } catch (error) {
      throw signal?.aborted ? error : networkError(error, url);
    }
  };

  const callOf = <Method extends DescMethod, Input, Signal extends StopSignal | undefined>(
    method: Method,
    signal: Signal,
    timeout: number | undefined,
    header: HeadersInit | undefined,
    input: Input,
    contextValues: ContextValues | undefined,
  ) => {
    const [{ httpMethod: requestMethod, template }] = bindingsOf(method);
    const url = mountOf(method.parent).url + template.text;
    const timeoutMs = timeoutOf(signal, timeout, defaultTimeoutMs);
    const fields = requestFields(header, headerPrefix, timeoutMs, runtime.timeoutText);
    return { method, requestMethod, url, fields, input, signal, timeoutMs, contextValues };
  };

  const unary: Unary = async (method, signal, timeout, header, input, contextValues) => {
    const call = callOf(method, signal, timeout, header, input, contextValues);
    return runUnary(interceptors, call, async ({ fields, message, signal }) => {
      const { response, binding, reading } = await exchange(method, message, fields, signal);
      try {
        const answer = await readMessage(response, method.output, binding, reading);
        return new LazyUnaryResponse(method, answer, response, metadataOf);
      } catch (error) {
        throw signal?.aborted ? error : answerError(error, response, reading);
      }
    });
  };

  const stream: Transport["stream"] = async (method, signal, timeout, header, input, contextValues) => {
    if (method.methodKind !== "server_streaming" || codec.runServerStream === undefined) {
      throw unimplemented(method, "a request is one message there");
    }
    const call = callOf(method, signal, timeout, header, input, contextValues);
    return codec.runServerStream(interceptors, call, exchange);
  };
  return { unary, stream, close: runtime.close ?? (async () => {}) };
}

/**
 * The types that JSON may name: the caller's, and those of a service's file
 * and of what it imports.
 */
function registryOf(file: DescFile, own: Registry | undefined): Registry {
  const files = new Set<DescFile>();
  const add = (file: DescFile) => {
    if (files.has(file)) return;
    files.add(file);
    file.dependencies.forEach(add);
  };
  add(file);
  return createRegistry(...files, ...(own ?? []));
}
