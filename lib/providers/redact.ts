import "server-only";

const PLACE = "[key removed]";
/** Shorter fragments of a key aren't removed. */
const MIN_FRAGMENT_LENGTH = 12;

/**
 * Returns a function that removes a key from a text: plain, JSON- or URL-encoded, in base64 at any
 * offset, and fragments of 12 or more characters. Also removes the signed query of a short-term
 * Bedrock key. Keys masked by the provider (`sk-abc***xyz`) stay.
 */
export const createKeyRedactor = (apiKey: string) => createRedactor([apiKey]);

/** As `createKeyRedactor`, for several keys in one pass. */
export function createRedactor(apiKeys: readonly string[]): (text: string) => string {
  const keys = apiKeys.filter((key) => key.length >= 4);
  if (keys.length === 0) return (text) => text;
  const signed = keys.flatMap(signedParts);
  const verbatim = keys.flatMap((key) => [
    key,
    JSON.stringify(key).slice(1, -1),
    key.replaceAll("/", "\\/"),
  ]);
  const pieces = [...verbatim, ...keys.flatMap(base64Forms), ...signed];
  const encoded = new RegExp(keys.map((key) => escaped(encodeURIComponent(key))).join("|"), "gi");
  const removePieces = pieceRemover(pieces);
  return (text) => {
    const rest = [...verbatim, ...signed].reduce(
      (left, form) => left.replaceAll(form, PLACE),
      text,
    );
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

/**
 * Base64 depends on the bytes before the key (as in `user:key`), so there are three forms, trimmed
 * to the key itself.
 */
function base64Forms(apiKey: string): string[] {
  const forms = [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(apiKey)]);
    const end = padded.length % 3 === 0 ? undefined : -1;
    return (["base64", "base64url"] as const).map((alphabet) =>
      padded
        .toString(alphabet)
        .replaceAll("=", "")
        .slice(offset === 0 ? 0 : offset + 1, end),
    );
  });
  return [...new Set(forms)].filter((form) => form.length >= MIN_FRAGMENT_LENGTH);
}

function pieceRemover(forms: string[]): (text: string) => string {
  let pieces: Set<string> | undefined;
  return (text) => {
    // Lazy: a long token has thousands of fragments, and most answers contain none.
    pieces ??= new Set(forms.flatMap(fragments));
    let out = "";
    let copied = 0;
    for (let at = 0; at + MIN_FRAGMENT_LENGTH <= text.length; ) {
      if (!pieces.has(text.slice(at, at + MIN_FRAGMENT_LENGTH))) {
        at += 1;
        continue;
      }
      out += text.slice(copied, at) + PLACE;
      at += Math.max(1, ...forms.map((form) => sharedLength(text, at, form)));
      copied = at;
    }
    out += text.slice(copied);
    return out;
  };
}

/** All fragments of the minimum length. */
function fragments(form: string): string[] {
  const count = Math.max(form.length - MIN_FRAGMENT_LENGTH + 1, 0);
  return Array.from({ length: count }, (_, at) => form.slice(at, at + MIN_FRAGMENT_LENGTH));
}

/** The length of a fragment of `form` that begins at `at` in `text`; 0 if below the minimum. */
function sharedLength(text: string, at: number, form: string): number {
  let length = MIN_FRAGMENT_LENGTH;
  if (!form.includes(text.slice(at, at + length))) return 0;
  while (at + length < text.length && form.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
