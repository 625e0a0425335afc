import { create, createFileRegistry } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
  type StringValueSchema,
} from "@bufbuild/protobuf/wkt";

type Method<Kind> = { methodKind: Kind; input: typeof StringValueSchema; output: typeof StringValueSchema };

/** A service with a method of each kind, whose messages are texts. */
export type TextService = GenService<{
  say: Method<"unary">;
  list: Method<"server_streaming">;
  collect: Method<"client_streaming">;
  chat: Method<"bidi_streaming">;
}>;

const TEXT = ".google.protobuf.StringValue";
const wrappers = file_google_protobuf_wrappers.proto;
const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      wrappers,
      {
        name: "test/text.proto",
        package: "test",
        syntax: "proto3",
        dependency: [wrappers.name],
        service: [
          {
            name: "TextService",
            method: [
              { name: "Say", inputType: TEXT, outputType: TEXT },
              { name: "List", inputType: TEXT, outputType: TEXT, serverStreaming: true },
              { name: "Collect", inputType: TEXT, outputType: TEXT, clientStreaming: true },
              {
                name: "Chat",
                inputType: TEXT,
                outputType: TEXT,
                clientStreaming: true,
                serverStreaming: true,
              },
            ],
          },
        ],
      },
    ],
  }),
);

// The registry has no way to know this type.
export const TextService = registry.getService("test.TextService") as TextService;
