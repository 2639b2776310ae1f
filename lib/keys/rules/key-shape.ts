import { formatProviderName } from "@/lib/format";
import { type ProviderId, providerIds, providers } from "@/lib/providers/schema";
import misnamed from "../misnamed-keys.json";

/** What a value can look like if it isn't a key of its provider. */
export const keyShapes = ["masked", "placeholder", ...providerIds] as const;
export type KeyShape = (typeof keyShapes)[number];

/**
 * Prefixes and lengths by which the providers' keys are recognised, as secret scanners do
 * (github.com/gitleaks/gitleaks, config/gitleaks.toml; docs.aws.amazon.com/bedrock, "API keys").
 */
const forms: readonly (readonly [ProviderId, RegExp])[] = [
  ["anthropic", /^sk-ant-/],
  ["openai", /^sk-(?:proj|svcacct|admin|None)-/],
  ["openai", /^sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}$|^sk-[A-Za-z0-9]{48}$/],
  ["deepseek", /^sk-[a-z0-9]{32}$/],
  ["google", /^AIza[\w-]{20,}$|^AQ\.[\w-]{20,}$/],
  ["bedrock", /^ABSK[A-Za-z0-9+/]{8,}=*$|^bedrock-api-key-/],
  ["xai", /^xai-/],
];

/** The provider whose keys have this format; null if the format is inconclusive. */
export function providerOfKey(value: string): ProviderId | null {
  return forms.find(([, pattern]) => pattern.test(value))?.[0] ?? null;
}

/** The provider whose key has this name, or a common variant of it. */
export function providerOfKeyName(name: string | null): ProviderId | null {
  const variants: Record<string, string | undefined> = misnamed;
  const upper = name?.toUpperCase() ?? "";
  const exact = (Object.hasOwn(variants, upper) && variants[upper]) || upper;
  return providers.find(({ secret_key_name }) => secret_key_name === exact)?.id ?? null;
}

/** What a value looks like instead of a key of this provider; null if it may be one. */
export function keyShape(id: ProviderId, value: string): KeyShape | null {
  if (isMasked(value)) return "masked";
  if (isPlaceholder(value)) return "placeholder";
  const provider = providerOfKey(value);
  return provider === id ? null : provider;
}

/** What a value looks like instead of a key of its provider, as a sentence. */
export function describeShape(shape: KeyShape): string {
  if (shape === "masked") return "This is a masked key, as screens show it.";
  if (shape === "placeholder") return "This is a placeholder, not a key.";
  return `This looks like a key of ${formatProviderName(shape)}.`;
}

/** Longer values are never placeholders. The limit also bounds the search for words. */
const maxLength = 120;
/** Keys that the provider simulator answers. */
const isSandboxKey = (value: string) => value.startsWith("sandbox-");

/** Whether the whole value is a key as screens show it: `sk-...abcd`, `****7101`, `…7101`, `•••`. */
export function isMasked(value: string): boolean {
  if (value.length > 256 || isSandboxKey(value)) return false;
  return masked.test(value) || maskedByX.test(value);
}

/** Keys contain none of these characters, so the parts beside them may have any length. */
const masked = /^[\w+/.-]*(?:[•●○◦∙·▪■★⋅＊…⋯]|\*{2}|\.{3})[•●○◦∙·▪■★⋅＊…⋯*.\w+/=-]*$/u;
const maskedByX = /^[\w-]{0,24}?x{4,}(?!x{4}$)[a-z0-9]{4}$/i;

/**
 * Whether the whole value is a placeholder of a deployment or a template: `your-api-key-here`,
 * `changeme`, `<key>`, `xxxx`, `${OPENAI_API_KEY}`.
 */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  if (text === "" || text.length > maxLength || isSandboxKey(text)) return false;
  if (isTemplate(text) || isFiller(text) || isKeyName(text)) return true;
  const letters = text.toLowerCase().replace(/[^a-z0-9]+/g, "");
  return isPlaceholderPhrase(letters);
}

const isKeyName = (text: string) =>
  providers.some(({ secret_key_name }) => secret_key_name === text);

/** A template in brackets, or a reference that was never resolved. */
function isTemplate(text: string): boolean {
  return (
    /^(?:<.*>|\[.*\]|\(.*\)|\{.*\}|\$\{.*\}|\$\(.*\)|%\w+%|__\w+__|@\w+@|@@\w+@@|#\{.*\}#?|!(?:Ref|Sub|GetAtt|ImportValue)\s.*)$/su.test(
      text,
    ) ||
    /^\$[A-Za-z_]\w*$/.test(text) ||
    /^(?:arn:aws|op:\/\/|vault:|secretref:|ssm:|@Microsoft\.KeyVault)/i.test(text)
  );
}

/** One character repeated after an optional prefix: `xxx`, `sk-XXXX-XXXX`; or `n/a`. */
function isFiller(text: string): boolean {
  if (/^n\/?a$/i.test(text)) return true;
  const body = text.replace(
    /^(?:sk|xai|AIza(?:Sy)?|AQ\.|ABSK|bedrock-api-key)(?:[-_](?:ant|proj|svcacct|api\d\d))*[-_]?/i,
    "",
  );
  const characters = new Set(body.toLowerCase().replace(/[\s_-]+/g, ""));
  const [only = ""] = characters;
  return characters.size === 1 && body.length >= 3 && /[x?]/.test(only);
}

/** Words that don't occur in keys by chance. One of them makes a phrase a placeholder. */
const placeholderWords =
  "add addme beadded beconfigured bedefined befilled beprovided bereplaced beset blank censored change changeit changeme dummy empty enter example fill fillin fillme fixme goes here hidden insert missing modifyme none not notused null overrideme overwriteme paste pending placeholder placeholdervalue put redacted removed replace replaceme replacement required sample setme tba tbd todo undefined unset unused updateme xxx your yours".split(
    " ",
  );
/** Words that may appear beside them. */
const fillerWords =
  "a absk actual ai aiza aizasy amazon an ant anthropic api api03 apikey aws azure bearer bedrock bedrockapikey claude configured console credential credentials deepseek default dev env environment fake for from gemini google gpt grok id in initial is it key keys later llm local me model my name new of on openai or own password please pls prod production proj real secret set should sk some staging string svcacct temp temporary test the this to token tokens update use used valid value via with xai you".split(
    " ",
  );

/**
 * Whether the letters consist only of these words and short numbers, and include a placeholder
 * word.
 */
function isPlaceholderPhrase(letters: string): boolean {
  // For each position that a sequence of words reaches: whether one of them is a placeholder word.
  const reached = new Map([[0, false]]);
  const reach = (at: number, isPlaceholder: boolean) =>
    reached.set(at, isPlaceholder || (reached.get(at) ?? false));
  for (let at = 0; at < letters.length; at += 1) {
    const hasPlaceholder = reached.get(at);
    if (hasPlaceholder === undefined) continue;
    for (const word of placeholderWords)
      if (letters.startsWith(word, at)) reach(at + word.length, true);
    for (const word of fillerWords)
      if (letters.startsWith(word, at)) reach(at + word.length, hasPlaceholder);
    const digits = /^\d{1,4}(?!\d)/.exec(letters.slice(at, at + 5))?.[0];
    if (digits && at > 0) reach(at + digits.length, hasPlaceholder);
  }
  return reached.get(letters.length) === true;
}
