import { AppError } from "@/lib/errors";

/**
 * `values` counts the members, elements and containers of the entire text, `members` those of one
 * object.
 */
export type JsonLimits = { depth: number; values: number; members: number };

/** Limits of a 1 MB body: deeper than any tool's schema, and more than any list that a screen sends. */
const bodyLimits: JsonLimits = { depth: 100, values: 50_000, members: 1_000 };

/**
 * The value of a JSON text. A lone surrogate (half a character) is rejected like invalid JSON,
 * because DynamoDB wouldn't return it unchanged.
 * @throws SyntaxError, AppError `too_large` before anything is parsed
 */
export function parseJsonText(text: string, limits: JsonLimits = bodyLimits): unknown {
  assertWithin(text, limits);
  if (!/\\ud[89a-f]/i.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "string" || !/\p{Surrogate}/u.test(value)) return value;
    throw new SyntaxError("A text ends in half a character.");
  });
}

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code("\\"), code(",")];
const [openArray, closeArray, openObject, closeObject] = [..."[]{}"].map(code);

/** One pass over the text, before anything is built that would then be rejected. */
function assertWithin(text: string, limits: JsonLimits): void {
  // The members so far of each open container; always 0 for an array.
  const open: { isObject: boolean; members: number }[] = [];
  let [values, isInText] = [1, false];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isInText) {
      if (unit === backslash) at += 1;
      else if (unit === quote) isInText = false;
    } else if (unit === quote) isInText = true;
    else if (unit === comma) {
      values += 1;
      const within = open.at(-1);
      if (within?.isObject) within.members += 1;
      if (within && within.members >= limits.members) {
        throw refusal(`The JSON has an object of more than ${limits.members} members.`);
      }
    } else if (unit === openArray || unit === openObject) {
      open.push({ isObject: unit === openObject, members: 0 });
      values += 1;
      if (open.length > limits.depth) {
        throw refusal(`The JSON is nested more than ${limits.depth} deep.`);
      }
    } else if (unit === closeArray || unit === closeObject) open.pop();
    if (values > limits.values) throw refusal(`The JSON holds more than ${limits.values} values.`);
  }
}

const refusal = (message: string) => new AppError("too_large", message);
