/**
 * A member of an object, or an element of an array (without a key), with the position of its value
 * in the text.
 */
export type JsonMember = { key: string | null; from: number; to: number };

/** Deeper than any price catalog. */
const maxDepth = 32;
/** After this many characters the caller may let other work run. */
const stepCharacters = 100_000;

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma, colon] = [code('"'), code("\\"), code(","), code(":")];
const [openArray, closeArray, openObject, closeObject] = [..."[]{}"].map(code);
const whitespace = new Set([..." \n\r\t"].map(code));

/**
 * Yields the members of the container that begins at `start`, without parsing them, and null from
 * time to time, so that the caller may pause.
 * @throws SyntaxError if the text ends within the container, or is nested too deeply
 */
export function* jsonMembers(text: string, start: number): Generator<JsonMember | null, number> {
  const isObject = text.charCodeAt(start) === openObject;
  let [depth, isInText] = [0, false];
  let [from, nameEnd] = [start + 1, -1];
  for (let at = start; at < text.length; at += 1) {
    if (at % stepCharacters === 0) yield null;
    const unit = text.charCodeAt(at);
    if (isInText) {
      if (unit === backslash) at += 1;
      else if (unit === quote) isInText = false;
      continue;
    }
    if (unit === quote) isInText = true;
    else if (unit === openArray || unit === openObject) {
      depth += 1;
      if (depth > maxDepth) throw new SyntaxError("nested too deep");
    } else if (unit === closeArray || unit === closeObject) {
      depth -= 1;
      if (depth > 0) continue;
      const last = memberOf(text, from, nameEnd, at, isObject);
      if (last) yield last;
      return at + 1;
    } else if (depth === 1 && unit === colon && nameEnd < 0) nameEnd = at;
    else if (depth === 1 && unit === comma) {
      const member = memberOf(text, from, nameEnd, at, isObject);
      if (!member) throw new SyntaxError("an empty member");
      yield member;
      [from, nameEnd] = [at + 1, -1];
    }
  }
  throw new SyntaxError("it ends in the middle");
}

function memberOf(
  text: string,
  from: number,
  nameEnd: number,
  to: number,
  isObject: boolean,
): JsonMember | null {
  const first = skipSpace(text, from);
  if (first >= to) return null;
  if (!isObject) return { key: null, from: first, to };
  if (nameEnd < 0) throw new SyntaxError("a member without a value");
  const key: unknown = JSON.parse(text.slice(first, nameEnd));
  if (typeof key !== "string") throw new SyntaxError("a member without a name");
  return { key, from: skipSpace(text, nameEnd + 1), to };
}

/** The next position that isn't white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && whitespace.has(text.charCodeAt(at))) at += 1;
  return at;
}
