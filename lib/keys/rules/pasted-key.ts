import { providerOfKey } from "./key-shape";

/** A pasted text, stripped of everything that is certainly not part of the key. */
export type PastedKey = {
  key: string;
  /** The name that the key was assigned to, such as OPENAI_API_KEY. */
  name: string | null;
};

/** Longer texts are left unchanged, for the check of the length. */
const maxLength = 20_000;

/**
 * Strips assignments, headers, `Bearer`, quotes, invisible characters and line ends. A bare key
 * stays unchanged, and so does a text in which the key can't be identified.
 * @param preferredName the name whose value is taken from a text with several assignments
 */
export function readPastedKey(text: string, preferredName?: string): PastedKey {
  const visible = visibleText(text);
  if (visible.length > maxLength) return { key: visible, name: null };
  const entries = assignmentsIn(visible);
  const only = entries.find(({ name }) => name === preferredName) ?? single(entries);
  if (only) return withKeyInside(only);
  // It's unknown which of several keys is meant.
  if (entries.length > 1) return { key: visible.replaceAll("\n", " "), name: null };
  return withKeyInside(stripLine(joinLines(visible)));
}

/** The only complete key in a line of code, a command or a URL. */
function withKeyInside({ key, name }: PastedKey): PastedKey {
  if (key.startsWith("sandbox-")) return { key, name };
  if (isPlainToken(key) && providerOfKey(key)) return { key: withoutFullStop(key), name };
  const parts = key.match(keyInside)?.map(withoutFullStop);
  const keys = new Set(parts?.filter((part) => part.length >= 16 && providerOfKey(part)));
  const [certain] = keys;
  return keys.size === 1 && certain ? { key: certain, name } : { key, name };
}

/** The key alone, for schemas. */
export function cleanPastedKey(text: string): string {
  return readPastedKey(text).key;
}

/** Removes the full stop of a sentence. The dots of a masked key stay. */
const withoutFullStop = (key: string) => key.replace(/(?<=[\w=])\.$/, "");

const isPlainToken = (text: string) => /^\S*$/.test(text) && !/["'`(){}[\]<>\\]/.test(text);

function single(entries: PastedKey[]): PastedKey | null {
  const secrets = entries.filter(({ name }) => name !== null && secretName.test(name));
  const candidates = secrets.length > 0 ? secrets : entries;
  const [first] = candidates;
  return first && candidates.every(({ key }) => key === first.key) ? first : null;
}

/** Removes invisible characters; line ends become \n, and spaces become plain ones. */
function visibleText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, "\n")
    .replace(/[^\S\n]/gu, " ")
    .replace(/\p{Cf}|\p{Variation_Selector}|\u115F|\u1160|\u3164|(?!\n)\p{Cc}/gu, "")
    .trim();
}

/** The assignments of a .env file, a shell script, a JSON object or a YAML file. */
function assignmentsIn(text: string): PastedKey[] {
  const object = jsonObject(text);
  if (object) {
    return Object.entries(object).flatMap(([name, value]) =>
      isKeyName(name) && typeof value === "string" ? [{ ...stripLine(value), name }] : [],
    );
  }
  const entries: PastedKey[] = [];
  for (const line of joinNamedValues(text.split("\n"))) {
    const entry = stripLine(line);
    const last = entries.at(-1);
    if (entry.name !== null) entries.push(entry);
    else if (last && isRestOfKey(entry.key)) last.key += entry.key;
  }
  return entries;
}

/** Joins a name and a value that are on two lines, as in Kubernetes. */
function joinNamedValues(lines: string[]): string[] {
  const joined: string[] = [];
  for (const line of lines.map((text) => text.trim()).filter(Boolean)) {
    const name = /^(?:-\s*)?name:\s*(\S+)$/.exec(joined.at(-1) ?? "")?.[1];
    if (name !== undefined && line.startsWith("value:")) {
      joined[joined.length - 1] = `${name}:${line.slice("value:".length)}`;
    } else joined.push(line);
  }
  return joined;
}

/** Whether a line continues a wrapped key. */
const isRestOfKey = (line: string) => /^[\w+/=.-]{4,}$/.test(line) && !keyStart.test(line);

function jsonObject(text: string): object | null {
  if (!text.startsWith("{") || !text.includes('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

const keyInside = /(?<![\w+/.-])(?:sk-|xai-|AIza|AQ\.|ABSK|bedrock-api-key-)[\w+/.-]*={0,2}/g;
const keyStart = /^(?:sk-|xai-|AIza|AQ\.|ABSK|bedrock-api-key-|sandbox-)/;

/** Joins a key that was wrapped; lines that are separate keys stay separate. */
function joinLines(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const [, ...rest] = lines;
  const isWrapped = lines.every(isPlainToken) && !rest.some((line) => keyStart.test(line));
  return lines.join(isWrapped ? "" : " ");
}

const quoteSigns = new Set(`"'\`´“”„‟‘’‚‛«»‹›″′＂＇「」`);
const leadingQuotes = /^(?:\\?["'`´“”„‟‘’‚‛«»‹›″′＂＇「」])+/u;

/** Removes quotes at both ends, and the backslashes that escape them. */
function withoutQuotes(text: string): string {
  const inner = text.replace(leadingQuotes, "");
  let end = inner.length;
  while (end > 0 && quoteSigns.has(inner.charAt(end - 1))) {
    end -= 1;
    if (inner.charAt(end - 1) === "\\") end -= 1;
  }
  return inner.slice(0, end);
}

/** Doesn't use a pattern, which would try every position in the text. */
function withoutSeparators(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s,;\\]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function withoutComment(line: string): string {
  const at = line.search(/\s(?:#|\/\/)/);
  return at < 0 ? line : line.slice(0, at).trimEnd();
}

/** Strips one layer after another. */
function stripLine(line: string): PastedKey {
  let key = line.trim();
  let name: string | null = null;
  for (let layers = 0; layers < 8; layers += 1) {
    const assigned = assignment(key);
    name = assigned?.name ?? name;
    const value = assigned?.value ?? key;
    const bare = (name === null ? value : withoutComment(value))
      .replace(/^(?:-H|--header)[\s=]+/, "")
      .replace(/^(?:bearer|basic|token)(?:\s|%20)+/i, "");
    const inner = withoutQuotes(withoutSeparators(bare)).trim();
    const unwrapped = /^<([^<>\s]+)>$/.exec(inner)?.[1];
    const next = unwrapped && providerOfKey(unwrapped) ? unwrapped : inner;
    if (next === key) break;
    key = next;
  }
  return { key, name };
}

const declaration =
  /^(?:[-*]\s+)?(?:export|set|setx|setenv|env|declare|typeset|local|readonly|const|let|var|arg|-e|--env|--build-arg)\s+(?:-{1,2}\w+\s+)*/i;
const reference =
  /^["'`]?(?:\$?env:|\$\{?|process\.env(?:\.|\[)|import\.meta\.env\.|os\.environ\[|env\[)?["'`]?([A-Za-z][\w.-]*)["'`]?[\]})]*\s*(:=|=>|\?=|=|:|(?=\s))\s*(.*)$/isu;
/** An assignment at the end of a command, such as `heroku config:set NAME=value`. */
const lastWord = /\s([A-Z][A-Z0-9_]*)=("[^"]*"|'[^']*'|\S+)$/;

/** `NAME=value` in the syntax of shells, .env files, JSON, YAML, HTTP headers and code. */
function assignment(text: string): { name: string; value: string } | null {
  const declared = declaration.exec(text)?.[0] ?? "";
  const direct = reference.exec(text.slice(declared.length));
  // A name and a value with only a space between them need a declaration.
  const isAssignment = direct !== null && (direct[2] !== "" || declared !== "");
  const [, name = "", operator = "", value = ""] = isAssignment ? direct : lastWordOf(text);
  const isValue = /[\p{L}\p{N}•…*<$]/u.test(value);
  const isName = isKeyName(name) || (declared !== "" && operator !== "");
  if (name === "" || !isName || !isValue) return null;
  return { name, value };
}

function lastWordOf(text: string): string[] {
  const [whole = "", name = "", value = ""] = lastWord.exec(text) ?? [];
  return [whole, name, "=", value];
}

const secretName = /key|token|secret|auth|bearer|credential|passw/i;

/** Whether a key can be assigned to this name. Keys contain = only as padding, and no colon. */
function isKeyName(name: string): boolean {
  return secretName.test(name) || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
}
