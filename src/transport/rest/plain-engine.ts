import { encodeStrings } from "../plain-message.js";
import type { Engine } from "./exchange.js";
import { dropPathFields, jsonBody } from "./json-body.js";
import { parseJson } from "./parse-json.js";
import { plainFromJson, plainToJson } from "./plain-json.js";

/** For unary methods with `body: "*"` and messages of the plainest kind; fails on others. */
export const plainEngine: Engine = {
  textOf: (_field, value) => (typeof value === "string" ? value : undefined),
  queryOf: () => "",
  bodyOf: (binding, desc, message) => jsonBody(dropPathFields(plainToJson(desc, message), binding)),
  parse: (text) => parseJson(text, false),
  fromJson: (desc, _responseBody, json) => plainFromJson(desc, json),
  bytesOfAnyJson: (desc, json) => encodeStrings(desc, plainFromJson(desc, json)),
};
