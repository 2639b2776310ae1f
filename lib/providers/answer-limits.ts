import "server-only";
import { TransportError } from "./provider";

const MB = 1024 * 1024;

/**
 * Limits of one answer. Parsing is synchronous, so they keep the event loop free: no answer may block
 * it for more than 50 ms (`npm run bench:answers`).
 */
export const answerLimits = {
  /** Bytes of a stream: 128K output tokens, each in an event of 300 bytes, are 38 MB. */
  streamBytes: 128 * MB,
  /** Bytes of one event or of an answer that isn't streamed, including images. */
  rawBytes: 16 * MB,
  /** Bytes of one event or of an answer that isn't streamed, without images. */
  eventBytes: 2 * MB,
  wholeBytes: 4 * MB,
  /** Bytes of an error that are read; the rest is dropped. */
  errorBytes: MB / 4,
  /** Characters of all text and tool arguments. */
  characters: 4 * MB,
  /** Separators and brackets in one JSON document. Parsing time grows with them, not with bytes. */
  jsonTokens: 30_000,
  jsonDepth: 500,
} as const;

/** The error for an answer beyond the limits. */
export function answerTooLarge(): TransportError {
  return new TransportError({ kind: "too_large" });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Counts the separators, brackets and depth of JSON as its bytes arrive. */
export class JsonWeight {
  private tokens = 0;
  private depth = 0;
  private inString = false;
  private isEscaped = false;

  /** @throws TransportError `too_large` */
  add(byte: number): void {
    if (this.inString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.inString = false;
      return;
    }
    if (byte < QUOTE) return;
    // `[` and `{` differ in one bit, as do `]` and `}`.
    const bracket = byte | 0x20;
    if (byte === QUOTE) this.inString = true;
    else if (byte === COMMA || byte === COLON) this.count(0);
    else if (bracket === 0x7b) this.count(1);
    else if (bracket === 0x7d) this.depth -= 1;
  }

  /** Whether every bracket and string is closed. */
  get isClosed(): boolean {
    return this.depth === 0 && !this.inString;
  }

  /** JSON strings can't contain line ends, so a new line always starts outside a string. */
  endLine(): void {
    this.inString = false;
    this.isEscaped = false;
  }

  reset(): void {
    this.endLine();
    this.tokens = 0;
    this.depth = 0;
  }

  private count(levels: number): void {
    this.tokens += 1;
    this.depth += levels;
    const { jsonTokens, jsonDepth } = answerLimits;
    if (this.tokens > jsonTokens || this.depth > jsonDepth) throw answerTooLarge();
  }
}

/** Whether a text is small enough to be parsed as JSON without blocking the event loop. */
export function isParseable(text: string): boolean {
  const weight = new JsonWeight();
  try {
    for (let at = 0; at < text.length; at += 1) weight.add(text.charCodeAt(at));
    return text.length <= answerLimits.eventBytes;
  } catch {
    return false;
  }
}
