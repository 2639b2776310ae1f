import "server-only";
import { formatBytes } from "@/lib/format";

/** Shorter base64 isn't replaced, because parsing it costs little. */
const minCharacters = 256 * 1024;

/** Members in which providers send images, audio and documents as base64. */
const mediaMembers = ['"data"', '"url"', '"b64_json"', '"bytes"'].map((name) => Buffer.from(name));
const base64Start = /^(data:[\w/+.-]*;base64,)?[A-Za-z0-9+/=_-]*$/;
const QUOTE = 0x22;

/**
 * Replaces long base64 in JSON with its length, which is all that an answer shows of it. This
 * avoids decoding, parsing and copying megabytes of an image.
 */
export function withoutMedia(json: Buffer): Buffer {
  if (json.length < minCharacters) return json;
  const parts: Buffer[] = [];
  let copied = 0;
  for (const [start, end] of mediaRanges(json)) {
    parts.push(json.subarray(copied, start), placeholder(end - start));
    copied = end;
  }
  return parts.length === 0 ? json : Buffer.concat([...parts, json.subarray(copied)]);
}

/** Start and end of long base64 strings, in order. */
function mediaRanges(json: Buffer): [start: number, end: number][] {
  const ranges = mediaMembers.flatMap((name) => {
    const result: [number, number][] = [];
    for (let at = json.indexOf(name); at !== -1; at = json.indexOf(name, at + name.length)) {
      const value = at + name.length;
      const opening = /^\s*:\s*"/.exec(json.toString("latin1", value, value + 16))?.[0];
      if (!opening) continue;
      const start = value + opening.length;
      const end = json.indexOf(QUOTE, start);
      if (end - start < minCharacters) continue;
      if (base64Start.test(json.toString("latin1", start, start + 1024))) result.push([start, end]);
    }
    return result;
  });
  return ranges.sort(([a], [b]) => a - b);
}

/** A placeholder that is valid base64, because SDKs may decode it. */
function placeholder(characters: number): Buffer {
  return Buffer.from(Buffer.from(`base64 of ${characters} characters`).toString("base64"));
}

/** Describes a file in an answer: "image, 1.6 MB". @param content base64, the bytes, or their count */
export function describeMedia(
  mediaType: string | undefined,
  content: string | Uint8Array | number,
): string {
  const [kind] = (mediaType ?? "").split("/");
  return `${kind || "file"}, ${formatBytes(typeof content === "number" ? content : sizeOf(content))}`;
}

function sizeOf(content: string | Uint8Array): number {
  const bytes = typeof content === "string" ? Buffer.from(content, "base64") : content;
  const characters = /^base64 of (\d+) characters$/.exec(
    bytes.length < 64 ? Buffer.from(bytes).toString("latin1") : "",
  )?.[1];
  return characters === undefined ? bytes.length : (Number(characters) * 3) / 4;
}
