import "server-only";

const PRELUDE = 12;
const CHECKSUM = 4;
const STRING = 7;

/**
 * A Bedrock stream as text: one event a line, its name and its JSON (AWS: "Event stream encoding",
 * `application/vnd.amazon.eventstream`). A frame that is cut off, or no frame, ends the text.
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
