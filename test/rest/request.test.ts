import { create, createRegistry, type Message } from "@bufbuild/protobuf";
import { anyPack, DurationSchema, FieldMaskSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import { generalCodec } from "../../src/transport/rest/codec.js";
import { requestOf } from "../../src/transport/rest/request.js";
import { BookSchema, book, HttpBodySchema, methodOf, types } from "./library.js";

function request(method: string, message: Message, maxBytes = 1e6) {
  const { binding, target, body } = requestOf(methodOf(method), message, generalCodec, types, maxBytes);
  const text = body && new TextDecoder().decode(body.bytes);
  return `${binding.httpMethod} ${target}${text === undefined ? "" : ` ${text}`}`;
}

function refusal(method: string, message: Message, maxBytes = 1e6): ConnectError {
  try {
    request(method, message, maxBytes);
  } catch (error) {
    if (error instanceof ConnectError) return error;
  }
  throw new Error("not refused");
}

const author = { name: "a" };

describe("a request by its rule", () => {
  it.each<[method: string, fields: Record<string, unknown>, request: string]>([
    ["Search", {}, "GET /search"],
    ["Put", { id: "1" }, "PUT /books/1 {}"],
    ["Put", { id: "1", inPrint: true, sold: 5n }, 'PUT /books/1 {"sold":"5","inPrint":true}'],
    [
      "Put",
      { id: "a b?c#d%2F+ü€😀&=;\\" },
      "PUT /books/a%20b%3Fc%23d%252F%2B%C3%BC%E2%82%AC%F0%9F%98%80%26%3D%3B%5C {}",
    ],
    ["Put", { id: "...", name: "x" }, 'PUT /books/... {"name":"x"}'],
    ["Get", { name: "shelves/1/books/a b:c" }, "GET /v1/shelves/1/books/a%20b%3Ac"],
    ["Read", { name: "shelves/1/books/2" }, "GET /v1/shelves/1/books/2:read"],
    ["Open", { name: "a/b c/d" }, "GET /files/a/b%20c/d"],
    ["Lend", { name: "shelves/1/2/3" }, "POST /lend/shelves/1/2/3:lend {}"],
    [
      "ByAuthor",
      { author: { name: "n", born: -5n, prizes: ["p", "q"] } },
      "GET /authors/n/born/-5?author.prizes=p&author.prizes=q",
    ],
    [
      "ByNumbers",
      {
        pages: -1,
        sold: -(2n ** 63n),
        isbn: 2n ** 64n - 1n,
        price: 1e21,
        inPrint: true,
        genre: 2,
        cover: new Uint8Array([251, 255]),
      },
      "GET /numbers/-1/-9223372036854775808/18446744073709551615/1e%2B21/true/POETRY/-_8%3D",
    ],
    ["ByNumbers", { cover: new Uint8Array([1]) }, "GET /numbers/0/0/0/0/false/GENRE_UNSPECIFIED/AQ%3D%3D"],
    [
      "ByNumbers",
      { price: Number.NaN, genre: 7, cover: new Uint8Array([1]) },
      "GET /numbers/0/0/0/NaN/false/7/AQ%3D%3D",
    ],
    ["ByTags", { tags: ["a", "b c"], ratings: [1n, -2n] }, "GET /tags/a%2Cb%20c/1%2C-2"],
    ["ByRoom", { shelf: { case: "room", value: "r" }, id: "1" }, 'POST /rooms/r {"id":"1"}'],
    [
      "ByPlace",
      { shelf: { case: "place", value: { kind: { case: "note", value: "n" } } } },
      'POST /places/n {"place":{}}',
    ],
    ["ByEdition", { edition: 0n }, "GET /editions/0"],
    [
      "ByTime",
      {
        published: create(TimestampSchema, { seconds: 1n, nanos: 5_000_000 }),
        lentFor: create(DurationSchema, { seconds: 1n }),
        motto: "m",
      },
      "GET /times/1970-01-01T00%3A00%3A01.005Z/1s/m",
    ],
    ["Anywhere", { id: "1" }, "GET /any/-/place/1"],
    ["Whatever", {}, "GET /whatever"],
    ["Head", { id: "1" }, "HEAD /head/1"],
    ["UpdateAuthor", { author: { name: "n", born: 5n }, id: "1" }, 'PATCH /books/n?id=1 {"born":"5"}'],
    ["SetSold", { id: "1", sold: 2n ** 62n }, "POST /set/sold/1 4611686018427387904"],
    ["SetSold", { id: "1" }, "POST /set/sold/1"],
    ["SetGenre", { genre: 1 }, "POST /set/genre 1"],
    ["SetPrice", { price: 1.5 }, "POST /set/price 1.5"],
    ["SetPrice", { price: -0 }, "POST /set/price -0"],
    ["Put", { id: "1", price: -0, extra: { a: -0 } }, 'PUT /books/1 {"price":-0,"extra":{"a":-0}}'],
    ["SetCover", { cover: new Uint8Array([251, 255]) }, 'POST /set/cover "+/8="'],
    ["SetEdition", { edition: 0n }, "POST /set/edition 0"],
    ["SetEdition", {}, "POST /set/edition null"],
    ["SetRatings", { ratings: [1n, -2n] }, "POST /set/ratings [1,-2]"],
    ["SetStock", { stock: { "5": 7n, 'a"6"': 8n } }, 'POST /set/stock {"5":7,"a\\"6\\"":8}'],
    ["SetGenres", { genres: [2, 0] }, "POST /set/genres [2,0]"],
    ["SetAuthors", { authors: [{ born: 1n }] }, 'POST /set/authors [{"born":"1"}]'],
    ["SetNote", { mark: { kind: { case: "note", value: "" } } }, 'POST /set/note ""'],
    ["SetPublished", {}, "POST /set/published"],
    [
      "ScanOf",
      { id: "1", scan: { contentType: "image/png", data: new Uint8Array([65, 66]) } },
      "POST /scan/1 AB",
    ],
  ])("%s %o", (method, fields, expected) => {
    expect(request(method, book(fields))).toBe(expected);
  });

  it("sends the content of an HttpBody with its type", () => {
    const content = create(HttpBodySchema, { contentType: "image/png", data: new Uint8Array([1, 2]) });
    const { body } = requestOf(methodOf("Scan"), content, generalCodec, types, 10);
    expect(body).toEqual({ contentType: "image/png", bytes: new Uint8Array([1, 2]) });
    const untyped = requestOf(methodOf("Scan"), create(HttpBodySchema), generalCodec, types, 10);
    expect(untyped.body).toEqual({ contentType: "application/octet-stream", bytes: new Uint8Array() });
  });
});

describe("a query", () => {
  const mask = (...paths: string[]) => create(FieldMaskSchema, { paths });
  it.each<[fields: Record<string, unknown>, query: string]>([
    [{ name: "a b", genre: 1, inPrint: true }, "name=a%20b&genre=NOVEL&in_print=true"],
    [
      { sold: 2n ** 62n, isbn: 5n, weight: 0.5, price: Number.NEGATIVE_INFINITY },
      "sold=4611686018427387904&isbn=5&weight=0.5&price=-Infinity",
    ],
    [{ cover: new Uint8Array([251, 255, 254, 1]) }, "cover=-__-AQ%3D%3D"],
    [{ edition: 0n, subtitle: "", mainGenre: 0 }, "edition=0&subtitle=&main_genre=GENRE_UNSPECIFIED"],
    [
      { tags: ["a", "", "b&c"], genres: [0, 2, 9] },
      "genres=GENRE_UNSPECIFIED&genres=POETRY&genres=9&tags=a&tags=&tags=b%26c",
    ],
    [
      { labels: { "k.e y": "v", "": "e", "a]": "x" } },
      "labels%5Bk.e%20y%5D=v&labels%5B%5D=e&labels%5Ba%5D%5D=x",
    ],
    [{ author: { name: "n", teacher: { penName: "" } } }, "author.name=n&author.teacher.pen_name="],
    [{ author: {} }, "author.name="],
    [{ author: { teacher: {} } }, "author.teacher.name="],
    [
      { published: create(TimestampSchema, { seconds: 0n, nanos: 1 }) },
      "published=1970-01-01T00%3A00%3A00.000000001Z",
    ],
    [
      { readings: [create(TimestampSchema), create(TimestampSchema, { seconds: 1n })] },
      "readings=1970-01-01T00%3A00%3A00Z&readings=1970-01-01T00%3A00%3A01Z",
    ],
    [{ lentFor: create(DurationSchema, { seconds: -1n, nanos: -500_000_000 }) }, "lent_for=-1.500s"],
    [
      { mask: mask("in_print", "mixedCase", "author.pen_name") },
      "mask=in_print%2CmixedCase%2Cauthor.pen_name",
    ],
    [{ extra: { a: [1, "x"] } }, "extra=%7B%22a%22%3A%5B1%2C%22x%22%5D%7D"],
    [{ anything: { kind: { case: "stringValue", value: "s" } } }, "anything=%22s%22"],
    [{ motto: "", copies: 0n, seal: new Uint8Array([255]) }, "motto=&copies=0&seal=_w%3D%3D"],
    [{ shelf: { case: "number", value: 0n } }, "number=0"],
    [{ shelf: { case: "wrappedRoom", value: { value: "r" } } }, "wrapped_room=r"],
    [{ mixedCase: "x" }, "mixedCase=x"],
  ])("of %o", (fields, query) => {
    expect(request("Search", book(fields))).toBe(`GET /search?${query}`);
  });
});

describe("the binding", () => {
  it.each<[fields: Record<string, unknown>, target: string]>([
    [{ id: "1", shelf: { case: "room", value: "r" } }, "/find/1/in/r"],
    [{ id: "1" }, "/find/1"],
    [{ id: "1", shelf: { case: "room", value: "a/b" } }, "/find/1?room=a%2Fb"],
    [{ pages: 5 }, "/find/pages/5"],
    [{ id: "..", pages: 5 }, "/find/pages/5?id=.."],
    [{ tags: ["x"] }, "/find/pages/0?tags=x"],
    // The last rule would be taken for this one, and `in` for a number.
    [{ id: "pages", shelf: { case: "room", value: "r" } }, "/find/pages/in/r"],
  ])("that fits first is used for %o", (fields, target) => {
    expect(request("Find", book(fields))).toBe(`GET ${target}`);
  });

  it("that none is names the fields", () => {
    const error = refusal("Get", book({ id: "1" }));
    expect(error.rawMessage).toBe("the request of Get cannot travel over REST: name is empty");
  });
});

describe("what cannot travel is refused before it is sent", () => {
  it.each<[method: string, fields: Record<string, unknown>, why: string]>([
    ["Put", {}, "id is empty"],
    ["Put", { id: "." }, 'id "." has a segment that every URL parser takes away'],
    ["Put", { id: ".." }, 'id ".." has a segment that every URL parser takes away'],
    ["Put", { id: "a/b" }, 'id "a/b" holds a "/", which gateways take for the end of the segment'],
    ["Put", { id: "\ud800" }, "holds half of a character"],
    ["Put", { id: `${"x".repeat(50)}/` }, `id "${"x".repeat(40)}…" holds`],
    ["Put", { id: "1", name: "\udc00" }, "a text holds half of a character"],
    ["Get", { name: "shelves/1" }, 'name "shelves/1" does not match shelves/*/books/*'],
    ["Get", { name: "shelves/../books/1" }, "has a segment that every URL parser takes away"],
    ["Get", { name: "shelves//books/1" }, "has an empty segment"],
    ["Get", { name: "shelves/1/books/2:read" }, "would reach GET /v1/{name=shelves/*/books/*}:read instead"],
    ["Open", { name: "/a" }, "has an empty segment"],
    ["Open", { name: "a/" }, "has an empty segment"],
    ["Lend", { name: "shelves" }, 'name "shelves" does not match shelves/**'],
    ["Delete", { id: "all" }, "/books/all would reach DELETE /books/all instead"],
    ["Delete", { id: "x:archive" }, "/books/x%3Aarchive would reach DELETE /books/{id}:archive instead"],
    ["Delete", { id: ":archive" }, "would reach DELETE /books/{id}:archive instead"],
    ["ByAuthor", {}, "author.name is not set"],
    ["ByTags", { tags: ["a,b"], ratings: [1n] }, "tags has a value with a comma"],
    ["ByTags", { tags: ["a"] }, "ratings is not set"],
    ["ByEdition", {}, "edition is not set"],
    ["ByRoom", { shelf: { case: "number", value: 5n } }, "room is not set"],
    ["SetRoom", {}, "room is the body, and is not set"],
    ["SetNote", {}, "mark.note is the body, and is not set"],
    ["SetPrice", { price: Number.NaN }, "price is the body, and JSON has no NaN"],
    ["Search", { authors: [author] }, "authors has no form in a query"],
    ["Search", { editors: { a: author } }, "editors[a] has no form in a query"],
    ["Search", { labels: { "a[b": "c" } }, 'the key "a[b" of labels has no form in a query'],
    ["Search", { labels: { "a\nb": "c" } }, 'the key "a\\nb" of labels has no form in a query'],
    ["Search", { attachment: anyPack(BookSchema, book()) }, "attachment has no form in a query"],
    ["Search", { nothing: {} }, "nothing has no form in a query"],
    ["Search", { list: {} }, "list has no form in a query"],
    ["Search", { mark: {} }, "mark has no form in a query"],
    ["Search", { mask: create(FieldMaskSchema) }, "mask has no form in a query"],
    ["Search", { mask: create(FieldMaskSchema, { paths: [""] }) }, "mask has no form in a query"],
    ["Search", { mask: create(FieldMaskSchema, { paths: ["a,b"] }) }, "mask has no form in a query"],
    ["Search", { name: "\ud800" }, "name has no form in a query"],
    ["Put", { id: "1", mask: create(FieldMaskSchema, { paths: ["mixedCase"] }) }, "irreversible"],
    ["Put", { id: "1", pages: "many" }, "library.Book.pages"],
  ])("%s %o", (method, fields, why) => {
    const error = refusal(method, book(fields));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(factsOf(error)).toMatchObject({ delivery: "not_sent", reason: "invalid_request" });
    expect(error.rawMessage).toContain(why);
  });

  it("says that gRPC can carry it, where that helps", () => {
    expect(refusal("Put", book({ id: "a/b" })).rawMessage).toContain("gRPC and gRPC-web can carry it");
  });

  it("an Any whose type is not in the registry", () => {
    const attachment = anyPack(BookSchema, book());
    const send = () =>
      requestOf(methodOf("Put"), book({ id: "1", attachment }), generalCodec, createRegistry(), 99);
    expect(send).toThrow(/library\.Book.*not in the type registry/);
  });

  it.each([
    ["Unannotated", "it has no google.api.http rule"],
    ["BadTemplate", '"/bad/{id" is not a path template'],
    ["BadField", "library.Book has no field isbn_13"],
    ["GetWithBody", "GET with a body"],
  ])("%s: %s", (method, why) => {
    const error = refusal(method, book({ id: "1" }));
    expect(error.code).toBe(Code.Unimplemented);
    expect(error.rawMessage).toContain(`library.Library.${method} cannot be called over REST`);
    expect(error.rawMessage).toContain(why);
    expect(factsOf(error)).toMatchObject({ delivery: "not_sent", reason: "not_supported" });
  });

  it("more than may be written, in the body or in the query, to the byte", () => {
    const message = book({ id: "1", name: "x".repeat(20) });
    const bytes = '{"name":"xxxxxxxxxxxxxxxxxxxx"}'.length;
    expect(request("Put", message, bytes)).toContain("PUT");
    const error = refusal("Put", message, bytes - 1);
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.rawMessage).toBe(
      `the request has ${bytes} bytes, more than ${bytes - 1}; writeMaxBytes sets the limit`,
    );
    expect(factsOf(error)).toMatchObject({ delivery: "not_sent", reason: "too_large" });
    expect(refusal("Search", message, 20).code).toBe(Code.ResourceExhausted);
  });
});
