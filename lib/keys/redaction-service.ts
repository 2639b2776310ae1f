import "server-only";
import { createRedactor } from "@/lib/providers/redact";
import { removeKeyForms } from "./rules/key-forms";
import { readSecretOrFault } from "./secret-repository";

/** How long the stored keys are used without reading the secret again, in milliseconds. */
const cacheMs = 30_000;
/** Shorter values, such as names and dates, aren't keys. */
const minKeyLength = 16;

let cached: { at: number; redact: Promise<(text: string) => string> } | undefined;

/**
 * Returns a function that removes every value of the secret, and everything that looks like a key,
 * from a text. If the secret can't be read, it removes only what looks like a key.
 */
export function readRedactor(): Promise<(text: string) => string> {
  if (!cached || Date.now() - cached.at > cacheMs) cached = { at: Date.now(), redact: build() };
  return cached.redact;
}

async function build(): Promise<(text: string) => string> {
  const values = await readSecretOrFault()
    .then(({ secret }) => Object.entries(secret?.values ?? {}))
    .catch(() => []);
  const keys = values.flatMap(([name, value]) =>
    typeof value === "string" && value.length >= minKeyLength && !isNote(name) ? value : [],
  );
  const redact = createRedactor(keys);
  return (text) => removeKeyForms(redact(text));
}

/** Whether a name holds who wrote a key, or when. */
const isNote = (name: string) => /_(?:UPDATED_AT|PROVIDER|UPDATED_BY)$/.test(name);
