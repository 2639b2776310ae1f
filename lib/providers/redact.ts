import "server-only";

const PLACE = "[key removed]";
/** A cut-off echo of this many characters of a key is taken out as well. */
const TELLTALE = 12;

/**
 * A function that takes a key out of a text: as it is, JSON- or URL-encoded, base64 at any offset,
 * and pieces of it from 12 characters on. What a provider masks itself (`sk-abc***xyz`) stays.
 */
export function keyRemover(apiKey: string): (text: string) => string {
  if (apiKey.length < 4) return (text) => text;
  const forms = [apiKey, JSON.stringify(apiKey).slice(1, -1), ...base64Forms(apiKey)];
  const encoded = new RegExp(escaped(encodeURIComponent(apiKey)), "gi");
  return (text) => {
    const whole = forms.reduce((rest, form) => rest.replaceAll(form, PLACE), text);
    return [apiKey, ...base64Forms(apiKey)].reduce(removePieces, whole.replace(encoded, PLACE));
  };
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
  return [...new Set(forms)].filter((form) => form.length >= TELLTALE);
}

function removePieces(text: string, form: string): string {
  if (form.length < TELLTALE) return text;
  let out = "";
  for (let at = 0; at < text.length; ) {
    const length = sharedLength(text, at, form);
    out += length > 0 ? PLACE : text[at];
    at += Math.max(length, 1);
  }
  return out;
}

/** How many characters of `text` from `at` on are a piece of `form`; 0 when fewer than are telling. */
function sharedLength(text: string, at: number, form: string): number {
  let length = TELLTALE;
  if (at + length > text.length || !form.includes(text.slice(at, at + length))) return 0;
  while (at + length < text.length && form.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
