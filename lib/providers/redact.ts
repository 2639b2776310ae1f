import "server-only";

const PLACE = "[key removed]";
/** A cut-off echo of this many characters of a key is taken out as well. */
const MIN_FRAGMENT_LENGTH = 12;

/**
 * A function that takes a key out of a text: as it is, JSON- or URL-encoded, base64 at any offset,
 * and pieces of it from 12 characters on; of a short-term Bedrock key also the signed query within.
 * What a provider masks itself (`sk-abc***xyz`) stays.
 */
export function createKeyRedactor(apiKey: string): (text: string) => string {
  if (apiKey.length < 4) return (text) => text;
  const signed = signedParts(apiKey);
  const whole = [apiKey, JSON.stringify(apiKey).slice(1, -1), apiKey.replaceAll("/", "\\/")];
  const pieces = [...whole, ...base64Forms(apiKey), ...signed];
  const encoded = new RegExp(escaped(encodeURIComponent(apiKey)), "gi");
  const removePieces = pieceRemover(pieces);
  return (text) => {
    const rest = [...whole, ...signed].reduce((left, form) => left.replaceAll(form, PLACE), text);
    return removePieces(rest.replace(encoded, PLACE));
  };
}

const SHORT_TERM_PREFIX = "bedrock-api-key-";

/** The secret parameters of the presigned query that a short-term Bedrock key encodes. */
function signedParts(apiKey: string): string[] {
  if (!apiKey.startsWith(SHORT_TERM_PREFIX)) return [];
  const decoded = Buffer.from(apiKey.slice(SHORT_TERM_PREFIX.length), "base64").toString("latin1");
  const values = decoded.matchAll(/X-Amz-(?:Credential|Signature|Security-Token)=([^&]+)/gi);
  return [...values]
    .flatMap(([, value = ""]) => [value, unencoded(value)])
    .filter((value) => value.length >= MIN_FRAGMENT_LENGTH);
}

function unencoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Base64 depends on how many bytes stand before the key (as in `user:key`): three cases, trimmed to what is only the key. */
function base64Forms(apiKey: string): string[] {
  const forms = [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(apiKey)]);
    const end = padded.length % 3 === 0 ? undefined : -1;
    return (["base64", "base64url"] as const).map((alphabet) =>
      padded
        .toString(alphabet)
        .replace(/=+$/, "")
        .slice(offset === 0 ? 0 : offset + 1, end),
    );
  });
  return [...new Set(forms)].filter((form) => form.length >= MIN_FRAGMENT_LENGTH);
}

function pieceRemover(forms: string[]): (text: string) => string {
  let telling: Set<string> | undefined;
  return (text) => {
    // Most calls have nothing to clean, and a long token has thousands of pieces.
    telling ??= new Set(forms.flatMap(fragments));
    let out = "";
    for (let at = 0; at < text.length; ) {
      const isPiece = telling.has(text.slice(at, at + MIN_FRAGMENT_LENGTH));
      const length = isPiece ? Math.max(...forms.map((form) => sharedLength(text, at, form))) : 0;
      out += isPiece ? PLACE : text[at];
      at += Math.max(length, 1);
    }
    return out;
  };
}

/** Every piece of the telling length. */
function fragments(form: string): string[] {
  const count = Math.max(form.length - MIN_FRAGMENT_LENGTH + 1, 0);
  return Array.from({ length: count }, (_, at) => form.slice(at, at + MIN_FRAGMENT_LENGTH));
}

/** How many characters of `text` from `at` on are a piece of `form`; 0 when fewer than are telling. */
function sharedLength(text: string, at: number, form: string): number {
  let length = MIN_FRAGMENT_LENGTH;
  if (!form.includes(text.slice(at, at + length))) return 0;
  while (at + length < text.length && form.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
