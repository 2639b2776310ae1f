/**
 * Limits of the work inside one JSONata function or match, which no timeout can interrupt. Step
 * Functions rejects data over 256 KB, so no working agent has an expression that needs more.
 */
const maxCharacters = 300_000;
const maxItems = 100_000;
/**
 * The maximum length of date and number pictures; useful ones have at most some dozens of
 * characters.
 */
const maxPicture = 200;
/** The most items that are sorted, or compared with each other. */
const maxSorted = 10_000;
const maxCompared = 2_000;
/** The most steps of one regular-expression search in the worst case. */
const maxSteps = 1e8;

/** The evaluation of an expression was stopped. */
export class LimitReached extends Error {}

/** @throws LimitReached for a text or list that is too long to process */
export function assertBounded(value: unknown): void {
  if (typeof value === "string" && value.length > maxCharacters) {
    throw new LimitReached(`makes a text of more than ${maxCharacters} characters`);
  }
  if (Array.isArray(value) && value.length > maxItems) {
    throw new LimitReached(`makes a list of more than ${maxItems} items`);
  }
}

/** @throws LimitReached for a value whose JSON would be too long, before it is serialized */
export function assertShort(value: unknown): void {
  let left = maxCharacters;
  const spend = (characters: number) => {
    left -= characters;
    if (left < 0) throw new LimitReached(`makes more than ${maxCharacters} characters of JSON`);
  };
  // Uses an explicit list instead of recursion, because a deep value would need a deep stack.
  const open = [value];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part === "string") spend(part.length);
    else if (Array.isArray(part)) {
      spend(part.length);
      open.push(...part);
    } else if (typeof part === "object" && part !== null) {
      for (const [name, member] of Object.entries(part)) {
        spend(name.length + 1);
        open.push(member);
      }
    }
  }
}

const lengthOf = (value: unknown) =>
  typeof value === "string" || Array.isArray(value) ? value.length : 0;

type Bound = { signature: string; exceeds: (...args: unknown[]) => boolean };

const hasLongPicture = (_: unknown, picture: unknown) => lengthOf(picture) > maxPicture;

/** JSONata functions whose work or result isn't proportional to their input. */
export const boundedFunctions: Record<string, Bound> = {
  distinct: { signature: "<x:x>", exceeds: (list) => lengthOf(list) > maxCompared },
  sort: { signature: "<af?:a>", exceeds: (list) => lengthOf(list) > maxSorted },
  pad: { signature: "<s-ns?:s>", exceeds: (_, width) => Math.abs(Number(width)) > maxCharacters },
  join: {
    signature: "<a<s>s?:s>",
    exceeds: (texts, separator) => {
      if (!Array.isArray(texts)) return false;
      const joined = texts.reduce((sum: number, text) => sum + lengthOf(text), 0);
      return joined + texts.length * lengthOf(separator) > maxCharacters;
    },
  },
  string: {
    signature: "<x-b?:s>",
    exceeds: (value) => {
      assertShort(value);
      return false;
    },
  },
  replace: {
    signature: "<s-(sf)(sf)n?:s>",
    exceeds: (text, pattern, replacement) =>
      (lengthOf(text) / Math.max(1, lengthOf(pattern))) * lengthOf(replacement) > maxCharacters,
  },
  formatNumber: { signature: "<n-so?:s>", exceeds: hasLongPicture },
  formatInteger: { signature: "<n-s:s>", exceeds: hasLongPicture },
  parseInteger: { signature: "<s-s:n>", exceeds: hasLongPicture },
  fromMillis: { signature: "<n-s?s?:s>", exceeds: hasLongPicture },
  toMillis: { signature: "<s-s?:n>", exceeds: hasLongPicture },
};

/** A regular expression whose search can't exceed the limit, whatever the text. */
export class BoundedRegExp extends RegExp {
  constructor(pattern: RegExp | string, flags?: string) {
    super(pattern, flags);
    if (/\)[*+{]/.test(this.source)) {
      throw new LimitReached("repeats a group in a regular expression");
    }
  }

  /** In the worst case, each repetition tries each length at each position. */
  override exec(text: string): RegExpExecArray | null {
    const repeats = this.source.match(/[*+?{]/g)?.length ?? 0;
    if (text.length > 1 && text.length ** (repeats + 1) > maxSteps) {
      throw new LimitReached(`searches ${text.length} characters by a regular expression`);
    }
    return super.exec(text);
  }
}
