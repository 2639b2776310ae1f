import "server-only";
import type { RawExchange } from "@/lib/completions/schema";
import type { ProviderCall, Recorder } from "./provider";

/** The most characters of a body that are shown. */
const MAX_BODY_CHARACTERS = 64 * 1024;
/** At least as long as any part of a key that the redactor can't detect at a cut. */
const CUT_KEY = 16;

const REMOVED = "[removed]";
const secretHeader =
  /auth|cookie|key|token|secret|signature|credential|organi[sz]ation|project|account/i;
/** Rate limits, not secrets. */
const limitHeader = /ratelimit|rate-limit/i;

type Recording = Recorder & {
  /** The recording so far; undefined if nothing was sent. */
  exchange: (
    call: ProviderCall | null,
    redactKey: (text: string) => string,
  ) => RawExchange | undefined;
};

/** Records one exchange, up to 64 kB of each body, without keys and image data. */
export function startRecording(): Recording {
  let request: RawExchange["request"] | null = null;
  let answered: Omit<NonNullable<RawExchange["response"]>, "body"> | null = null;
  const chunks: Uint8Array[] = [];
  let recordedBytes = 0;
  let cut = false;
  return {
    sent: (method, url, headers, body) => {
      request = { method, url, headers, body };
    },
    answered: (status, headers) => {
      answered = { status, headers };
    },
    received: (bytes) => {
      const piece = bytes.subarray(0, MAX_BODY_CHARACTERS - recordedBytes);
      cut ||= piece.length < bytes.length;
      recordedBytes += piece.length;
      if (piece.length > 0) chunks.push(piece);
    },
    exchange: (call, redactKey) => {
      if (!request) return undefined;
      const { method, url, headers, body } = request;
      return {
        request: {
          method,
          url: redactKey(url),
          headers: redactHeaders(headers, redactKey),
          body: redactBody(withoutImages(body, call), redactKey),
        },
        response: answered && {
          status: answered.status,
          headers: redactHeaders(answered.headers, redactKey),
          body: redactBody(textOf(Buffer.concat(chunks), answered.headers), redactKey, cut),
        },
      };
    },
  };
}

function redactHeaders(
  headers: Record<string, string>,
  redactKey: (text: string) => string,
): Record<string, string> {
  const redacted = Object.entries(headers).map(([name, value]) => {
    const isSecret = secretHeader.test(name) && !limitHeader.test(name);
    return [name, isSecret ? REMOVED : redactKey(value)];
  });
  return Object.fromEntries(redacted);
}

function redactBody(text: string, redactKey: (text: string) => string, isCut = false): string {
  if (!isCut && text.length <= MAX_BODY_CHARACTERS) return redactKey(text);
  return `${redactKey(text.slice(0, MAX_BODY_CHARACTERS)).slice(0, -CUT_KEY)}… [cut off after 64 kB]`;
}

function textOf(body: Buffer, headers: Record<string, string>): string {
  const isFrames = (headers["content-type"] ?? "").includes("vnd.amazon.eventstream");
  return isFrames ? framesAsText(body) : body.toString("utf8");
}

/** Base64 of an image in a body. Shorter texts may be something else. */
const base64 = /[A-Za-z0-9+/=]+/g;
const minImageLength = 256;

/** In one pass, whatever the number of images. */
function withoutImages(body: string, call: ProviderCall | null): string {
  const images = new Set(
    call?.messages.flatMap(({ content }) =>
      typeof content === "string"
        ? []
        : content.flatMap((part) => (part.type === "image" ? part.data : [])),
    ),
  );
  if (images.size === 0) return body;
  return body.replace(base64, (text) => {
    if (text.length < minImageLength || !images.has(text)) return text;
    const size = `${Math.ceil((text.length * 3) / 4 / 1024)} kB`;
    return `${text.slice(0, 24)}… [${size} of image]`;
  });
}

const PRELUDE = 12;
const CHECKSUM = 4;
const STRING = 7;

/**
 * A Bedrock stream (AWS: "Event stream encoding") as text: one event per line, its name and its
 * JSON. Recordings stop at 64 kB, so this must read a truncated stream. The SDK's codec throws on
 * one, and importing it would load a part of the SDK for every provider.
 */
export function framesAsText(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at + PRELUDE <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const payload = at + PRELUDE + bytes.readUInt32BE(at + 4);
    const end = at + length - CHECKSUM;
    if (end > bytes.length - CHECKSUM || payload > end) break;
    const name = eventName(bytes.subarray(at + PRELUDE, payload));
    lines.push(`${name} ${bytes.toString("utf8", payload, end)}\n`);
    at += length;
  }
  return lines.join("");
}

/** The value of `:event-type` or `:exception-type`; AWS sends string headers only. */
function eventName(headers: Buffer): string {
  for (let at = 0; at < headers.length; ) {
    const nameEnd = at + 1 + headers.readUInt8(at);
    const name = headers.toString("utf8", at + 1, nameEnd);
    if (headers[nameEnd] !== STRING || nameEnd + 3 > headers.length) return "";
    const valueEnd = nameEnd + 3 + headers.readUInt16BE(nameEnd + 1);
    if (/^:(event|exception)-type$/.test(name)) {
      return headers.toString("utf8", nameEnd + 3, valueEnd);
    }
    at = valueEnd;
  }
  return "";
}
