import "server-only";
import { answerLimits, answerTooLarge, JsonWeight } from "./answer-limits";
import { withoutMedia } from "./media";
import { TransportError } from "./provider";

/**
 * Splits a stream into complete events, in time linear in its bytes, whatever the size of its
 * pieces.
 */
export type EventSplitter = {
  /** @throws TransportError `too_large` or `malformed` */
  push: (piece: Uint8Array) => Buffer[];
  /** The events that the end of the stream completes. */
  end: () => Buffer[];
};

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits server-sent events (WHATWG HTML, "Server-sent events"), with LF, CR or CRLF. Each event is
 * returned in the same form: its name, if any, and one line of data. Comments, `id` and `retry` are
 * dropped.
 */
export function sseSplitter(): EventSplitter {
  const event = new GrowingBuffer();
  const weight = new JsonWeight();
  let name = "";
  let lineStart = 0;
  let isFirstLine = true;
  let afterCR = false;

  function endLine(): Buffer | null {
    weight.endLine();
    const line = event.from(lineStart);
    const start = isFirstLine && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    isFirstLine = false;
    if (line.length === start) return endEvent();
    const head = line.toString("latin1", start, start + 6);
    const value = (prefix: number) => start + prefix + (line[start + prefix] === SPACE ? 1 : 0);
    if (head.startsWith("data:")) appendData(value(5));
    else if (line.length === start + 4 && head === "data") appendData(start + 4);
    else event.truncate(lineStart);
    if (head === "event:") name = line.toString("utf8", value(6));
    return null;
  }

  /** The data is JSON, in which a line end is insignificant white space, so a space joins the lines. */
  function appendData(valueStart: number): void {
    event.remove(lineStart, valueStart);
    event.pushByte(SPACE);
    lineStart = event.length;
  }

  function endEvent(): Buffer | null {
    const data = withoutMedia(event.from(0).subarray(0, -1));
    if (data.length > answerLimits.eventBytes) throw answerTooLarge();
    const lines = name ? [`event: ${name}\ndata: `, data, "\n\n"] : ["data: ", data, "\n\n"];
    const complete = data.length > 0 ? Buffer.concat(lines.map((part) => Buffer.from(part))) : null;
    event.truncate(0);
    weight.reset();
    name = "";
    lineStart = 0;
    return complete;
  }

  return {
    push(piece) {
      const events: Buffer[] = [];
      let start = 0;
      for (let at = 0; at < piece.length; at += 1) {
        const byte = piece[at] as number; // `at` is within the piece.
        if (byte !== LF && byte !== CR) {
          afterCR = false;
          weight.add(byte);
          continue;
        }
        if (byte === LF && afterCR) {
          afterCR = false;
          start = at + 1;
          continue;
        }
        event.push(piece.subarray(start, at));
        start = at + 1;
        afterCR = byte === CR;
        const complete = endLine();
        if (complete) events.push(complete);
      }
      event.push(piece.subarray(start));
      return events;
    },
    end() {
      const isComplete = weight.isClosed;
      const last = [endLine(), endEvent()].filter((complete) => complete !== null);
      return isComplete ? last : [];
    },
  };
}

/** The bytes of the total length, the length of the headers, and the checksum of both. */
const PRELUDE = 12;
const CHECKSUM = 4;

/** Splits the messages of an AWS event stream ("Event stream encoding" of Amazon Transcribe). */
export function frameSplitter(): EventSplitter {
  const frame = new GrowingBuffer();
  const weight = new JsonWeight();
  let length = 0;
  let payloadStart = 0;

  function readPrelude(): void {
    const prelude = frame.from(0);
    length = prelude.readUInt32BE(0);
    payloadStart = PRELUDE + prelude.readUInt32BE(4);
    if (length < payloadStart + CHECKSUM) throw new TransportError({ kind: "malformed" });
    if (length > answerLimits.eventBytes) throw answerTooLarge();
  }

  /** Also counts the checksum after the payload, whose four bytes make no difference. */
  function countBytes(part: Uint8Array): void {
    for (let at = Math.max(0, payloadStart - frame.length); at < part.length; at += 1) {
      weight.add(part[at] as number); // `at` is within the part.
    }
  }

  return {
    push(piece) {
      const frames: Buffer[] = [];
      for (let at = 0; at < piece.length; ) {
        const target = length || PRELUDE;
        const part = piece.subarray(at, at + target - frame.length);
        at += part.length;
        if (length > 0) countBytes(part);
        frame.push(part);
        if (frame.length < target) continue;
        if (target === PRELUDE) {
          readPrelude();
          continue;
        }
        frames.push(Buffer.from(frame.from(0)));
        frame.truncate(0);
        weight.reset();
        length = 0;
      }
      return frames;
    },
    end: () => (frame.length > 0 ? [Buffer.from(frame.from(0))] : []),
  };
}

/** Bytes that arrive in pieces. Doubling the buffer keeps the total cost of copying linear. */
class GrowingBuffer {
  private bytes = Buffer.allocUnsafe(1024);
  length = 0;

  /** @throws TransportError `too_large` */
  push(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length > answerLimits.rawBytes) throw answerTooLarge();
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    this.bytes.set(piece, this.length);
    this.length = length;
  }

  pushByte(byte: number): void {
    this.push(Uint8Array.of(byte));
  }

  /** A view on the bytes from `start`; valid until the next change. */
  from(start: number): Buffer {
    return this.bytes.subarray(start, this.length);
  }

  /** Removes `count` bytes from `start`. */
  remove(start: number, count: number): void {
    this.bytes.copyWithin(start, start + count, this.length);
    this.length -= count;
  }

  truncate(length: number): void {
    this.length = length;
  }
}
