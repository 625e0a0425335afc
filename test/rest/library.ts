import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescMethod,
  type DescMethodClientStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type Message,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const buf = join(dirname(require.resolve("@bufbuild/buf/package.json")), "bin", "buf");
const modules = { version: "v2", modules: [{ path: "proto" }, { path: "test/rest/proto" }] };

/** The types of `proto/library.proto`, compiled here: stubs that nobody but these tests would need are not kept. */
export const types = createFileRegistry(
  fromBinary(
    FileDescriptorSetSchema,
    execFileSync(process.execPath, [buf, "build", "--config", JSON.stringify(modules), "-o", "-"], {
      cwd: root,
    }),
  ),
);

export const Library = known(types.getService("library.Library"));
export const BookSchema: DescMessage = known(types.getMessage("library.Book"));
export const HttpBodySchema: DescMessage = known(types.getMessage("google.api.HttpBody"));

/** A message of fields that nobody checks but the library, as the types are not known before. */
export function book(fields: Record<string, unknown> = {}): Message {
  return create(BookSchema, fields);
}

export function methodOf(name: string): DescMethod {
  return known(Library.methods.find((method) => method.name === name));
}

export function unaryMethodOf(name: string): DescMethodUnary {
  return known(Library.methods.filter(isUnary).find((method) => method.name === name));
}

export function streamMethodOf(name: string): DescMethodServerStreaming {
  return known(Library.methods.filter(isServerStreaming).find((method) => method.name === name));
}

export const uploadMethod = known(
  Library.methods.filter(isClientStreaming).find(({ name }) => name === "Upload"),
);

function isClientStreaming(method: DescMethod): method is DescMethodClientStreaming {
  return method.methodKind === "client_streaming";
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function isServerStreaming(method: DescMethod): method is DescMethodServerStreaming {
  return method.methodKind === "server_streaming";
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("library.proto lacks something that a test asks for");
  return value;
}
