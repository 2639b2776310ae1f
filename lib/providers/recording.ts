import "server-only";
import { Transform } from "node:stream";
import type { RawExchange } from "@/lib/completions/schema";
import { framesAsText } from "@/lib/providers/event-frames";
import type { ProviderCall, Recorder } from "@/lib/providers/provider";

/** Characters of a body that are shown. */
const MOST = 64 * 1024;
/** What a cut can leave of a key is shorter than this, or `keyRemover` finds it. */
const CUT_KEY = 16;

const REMOVED = "[removed]";
const secretHeader =
  /auth|cookie|key|token|secret|signature|credential|organi[sz]ation|project|account/i;
/** Numbers of tokens, which help. */
const limitHeader = /ratelimit|rate-limit/i;

type Recording = Recorder & {
  /** What was taken down so far; undefined when nothing was sent. */
  exchange: (
    call: ProviderCall | null,
    removeKey: (text: string) => string,
  ) => RawExchange | undefined;
};

/** Takes one exchange down, up to 64 kB of each body, and shows it without keys and image data. */
export function startRecording(): Recording {
  let request: RawExchange["request"] | null = null;
  let answered: Omit<NonNullable<RawExchange["response"]>, "body"> | null = null;
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let cut = false;
  return {
    sent: (method, url, headers, body) => {
      request = { method, url, headers, body };
    },
    answered: (status, headers) => {
      answered = { status, headers };
    },
    received: (bytes) => {
      const piece = bytes.subarray(0, MOST - kept);
      cut ||= piece.length < bytes.length;
      kept += piece.length;
      if (piece.length > 0) chunks.push(piece);
    },
    exchange: (call, removeKey) => {
      if (!request) return undefined;
      const { method, url, headers, body } = request;
      return {
        request: {
          method,
          url: removeKey(url),
          headers: shownHeaders(headers, removeKey),
          body: shownBody(withoutImages(body, call), removeKey),
        },
        response: answered && {
          status: answered.status,
          headers: shownHeaders(answered.headers, removeKey),
          body: shownBody(textOf(Buffer.concat(chunks), answered.headers), removeKey, cut),
        },
      };
    },
  };
}

/** The same stream, taken down as it flows. */
export function tap(recorder: Recorder): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      recorder.received(chunk);
      done(null, chunk);
    },
  });
}

function shownHeaders(
  headers: Record<string, string>,
  removeKey: (text: string) => string,
): Record<string, string> {
  const shown = Object.entries(headers).map(([name, value]) => {
    const isSecret = secretHeader.test(name) && !limitHeader.test(name);
    return [name, isSecret ? REMOVED : removeKey(value)];
  });
  return Object.fromEntries(shown);
}

function shownBody(text: string, removeKey: (text: string) => string, isCut = false): string {
  if (!isCut && text.length <= MOST) return removeKey(text);
  return `${removeKey(text.slice(0, MOST)).slice(0, -CUT_KEY)}… [cut off after 64 kB]`;
}

function textOf(body: Buffer, headers: Record<string, string>): string {
  const isFrames = (headers["content-type"] ?? "").includes("vnd.amazon.eventstream");
  return isFrames ? framesAsText(body) : body.toString("utf8");
}

function withoutImages(body: string, call: ProviderCall | null): string {
  const parts = call?.messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content,
  );
  return (parts ?? []).reduce((rest, part) => {
    if (part.type !== "image") return rest;
    const size = `${Math.ceil((part.data.length * 3) / 4 / 1024)} kB`;
    return rest.replaceAll(part.data, `${part.data.slice(0, 24)}… [${size} of image]`);
  }, body);
}
