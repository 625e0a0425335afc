import { create, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf";

/** Whether this is `google.api.HttpBody`, whose content travels as it is instead of as JSON. */
export function isHttpBody(desc: DescMessage): boolean {
  return desc.typeName === "google.api.HttpBody";
}

/** Content of an `HttpBody`, and its type. */
export function contentOf(message: Message): { bytes: Uint8Array<ArrayBuffer>; contentType: string } {
  const data: unknown = Reflect.get(message, "data");
  return {
    bytes: data instanceof Uint8Array ? new Uint8Array(data) : new Uint8Array(),
    contentType: String(Reflect.get(message, "contentType") || "application/octet-stream"),
  };
}

/** An `HttpBody` with this content. Its `extensions` have no place in an answer. */
export function httpBody<Desc extends DescMessage>(
  desc: Desc,
  bytes: Uint8Array,
  contentType: string | null,
): MessageShape<Desc> {
  return Object.assign(create(desc), { data: bytes, contentType: contentType ?? "" });
}
