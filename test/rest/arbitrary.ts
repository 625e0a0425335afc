import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { BookSchema, book } from "./library.js";

/** Text that has a meaning somewhere on its way. */
const AWKWARD = [
  ...[
    "",
    ".",
    "..",
    "...",
    "/",
    "a/b",
    "a//b",
    "/a",
    "a/",
    "%2F",
    "%2e%2e",
    "%",
    "?",
    "#",
    "a?b=c&d",
    "a+b c",
  ],
  ...[
    "shelves/1/books/2",
    "shelves/1/books/..",
    "shelves//books/2",
    "shelves/a b/books/ü",
    "shelves/1/books/2:read",
  ],
  ...[
    "all",
    "x:archive",
    ":archive",
    "x:read",
    "author.name",
    "\\",
    "\r\n",
    "\u0000",
    "€😀",
    "\ud800",
    "a,b",
    "a[b",
    "]",
  ],
];

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom(...AWKWARD));

/** A book of any fields, some of them for certain. */
export function arbitraryBook(...certain: string[]): fc.Arbitrary<Message> {
  const others = BookSchema.fields.filter(({ name }) => !certain.includes(name));
  return fc
    .subarray(others, { maxLength: 3 })
    .chain((some) => {
      const fields = [...BookSchema.fields.filter(({ name }) => certain.includes(name)), ...some];
      return fc.tuple(...fields.map((field) => arbitraryField(field).map((value) => ({ field, value }))));
    })
    .map((values) => {
      const init: Record<string, unknown> = {};
      for (const { field, value } of values) {
        if (field.oneof === undefined) init[field.localName] = value;
        else init[field.oneof.localName] = { case: field.localName, value };
      }
      return book(init);
    });
}

const name = fc.oneof(
  text,
  fc.constantFrom("shelves/1/books/2", "shelves/ü ?/books/a:b", "shelves/%2F/books/+"),
);

/** Any value of a field, in the form that stubs hold it. */
function arbitraryField(field: DescField): fc.Arbitrary<unknown> {
  if (field.name === "name") return name;
  if (field.fieldKind === "list") return fc.array(value(field), { maxLength: 3 });
  if (field.fieldKind === "map") return fc.dictionary(text, value(field), { maxKeys: 2 });
  return value(field);
}

function value(field: DescField): fc.Arbitrary<unknown> {
  if (field.enum) return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  if (field.scalar) return scalar(field.scalar);
  return field.message ? message(field.message, field) : fc.constant(undefined);
}

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 6 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      // JSON has no -0.
      return fc.double({ noNaN: true }).map((number) => (number === 0 ? 0 : number));
    case ScalarType.FLOAT:
      return fc.float({ noNaN: true }).map((number) => (number === 0 ? 0 : number));
    case ScalarType.INT32:
      return fc.integer();
    case ScalarType.UINT64:
      return fc.bigInt(0n, 2n ** 64n - 1n);
    default:
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
  }
}

function message(desc: DescMessage, field: DescField): fc.Arbitrary<unknown> {
  const valueField = desc.fields[0];
  switch (desc.typeName) {
    case "google.protobuf.Timestamp":
      return fc
        .record({
          seconds: fc.bigInt(-62135596800n, 253402300799n),
          nanos: fc.integer({ min: 0, max: 999_999_999 }),
        })
        .map((init) => create(desc, init));
    case "google.protobuf.Duration":
      return fc
        .record({ seconds: fc.bigInt(0n, 9_000_000_000n), nanos: fc.integer({ min: 0, max: 999_999_999 }) })
        .map((init) => create(desc, init));
    case "google.protobuf.FieldMask":
      return fc
        .array(fc.constantFrom("name", "in_print", "author.pen_name"), { maxLength: 2 })
        .map((paths) => create(desc, { paths }));
    case "google.protobuf.Struct":
      return fc.constantFrom({}, { a: 1, b: ["x", null, { c: true }] });
    case "google.protobuf.Value":
      return fc
        .constantFrom(
          { case: "nullValue", value: 0 },
          { case: "stringValue", value: '"q"' },
          { case: "numberValue", value: 1.5 },
        )
        .map((kind) => create(desc, { kind }));
    case "google.protobuf.Any":
      return fc.constant(anyPack(BookSchema, book({ id: "inside" })));
    case "google.protobuf.ListValue":
    case "google.protobuf.Empty":
    case "google.api.HttpBody":
      return fc.constant(create(desc));
    case "library.Mark":
      return fc
        .constantFrom(
          { case: undefined },
          { case: "note", value: "" },
          { case: "note", value: "n" },
          { case: "page", value: 0 },
        )
        .map((kind) => create(desc, { kind }));
    case "library.Author":
      return fc
        .record({
          name: text,
          born: fc.bigInt(-3n, 3n),
          penName: fc.option(text, { nil: undefined }),
          teacher: fc.constantFrom(undefined, create(desc), create(desc, { name: "t" })),
          prizes: fc.array(text, { maxLength: 2 }),
        })
        .map((init) => create(desc, init));
    default: {
      if (valueField?.scalar === undefined) throw new Error(`no arbitrary ${desc.typeName}`);
      const inner = scalar(valueField.scalar);
      // Stubs hold a wrapper as what it wraps, but not in a oneof.
      return field.oneof === undefined ? inner : inner.map((one) => create(desc, { value: one }));
    }
  }
}
