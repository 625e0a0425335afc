import { equals, type Message, toJson } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import { generalCodec } from "../../src/transport/rest/codec.js";
import { restTransport } from "../../src/transport/rest/transport.js";
import { arbitraryBook } from "./arbitrary.js";
import { gateway } from "./gateway.js";
import { BookSchema, types, unaryMethodOf } from "./library.js";

/** Each method with the fields that its path or body cannot do without, and how often it has to get through. */
const METHODS: [name: string, ...certain: string[]][] = [
  ["Search"],
  ["Put", "id"],
  ["Get", "name"],
  ["Read", "name"],
  ["Open", "name"],
  ["Lend", "name"],
  ["Delete", "id"],
  ["Archive", "id"],
  ["ByAuthor", "author"],
  ["ByNumbers", "pages", "sold", "isbn", "price", "in_print", "genre", "cover"],
  ["ByTags", "tags", "ratings"],
  ["ByRoom", "room"],
  ["ByPlace", "place"],
  ["ByEdition", "edition"],
  ["ByTime", "published", "lent_for", "motto"],
  ["Anywhere", "id"],
  ["Find", "id"],
  ["Find", "id", "room"],
  ["UpdateAuthor", "author"],
  ["SetSold", "id", "sold"],
  ["SetGenre", "genre"],
  ["SetPrice", "price"],
  ["SetCover", "cover"],
  ["SetEdition", "edition"],
  ["SetRatings", "ratings"],
  ["SetStock", "stock"],
  ["SetGenres", "genres"],
  ["SetAuthors", "authors"],
  ["SetNote", "mark"],
  ["SetRoom", "room"],
  ["SetPublished", "published"],
  ["Head", "id"],
  ["Whatever"],
];

describe("whatever a message holds, it arrives as it is or is refused", () => {
  it.each(METHODS)("%s %s %s", async (name, ...certain) => {
    const method = unaryMethodOf(name);
    let arrived = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryBook(...certain), async (message) => {
        const { http, received } = gateway();
        const transport = restTransport({ baseUrl: "http://127.0.0.1" }, { http }, generalCodec);
        try {
          await transport.unary(method, undefined, undefined, undefined, message);
        } catch (error) {
          if (!(error instanceof ConnectError)) throw error;
          expect(factsOf(error).delivery, error.message).toBe("not_sent");
          expect(received).toEqual([]);
          return;
        }
        arrived++;
        expect(received.map((call) => call.method)).toEqual([name]);
        const [call] = received;
        expect(
          call && equals(BookSchema, call.message, message),
          `${show(call?.message)} for ${show(message)}`,
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(arrived).toBeGreaterThan(5);
  });
});

function show(message: Message | undefined): string {
  return message === undefined ? "nothing" : JSON.stringify(toJson(BookSchema, message, { registry: types }));
}
