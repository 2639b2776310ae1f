import { crc32 } from "node:zlib";

const STRING_HEADER = 7;

/**
 * One message of AWS's binary event stream: total length, header length, CRC of the prelude, headers,
 * payload, CRC of all of it (AWS: "Event stream encoding").
 */
export function eventStreamMessage(headers: Record<string, string>, payload: unknown): Buffer {
  const encoded = Buffer.concat(
    Object.entries(headers).map(([name, value]) => header(name, value)),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + encoded.length + body.length, 0);
  prelude.writeUInt32BE(encoded.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), encoded, body]);
  return Buffer.concat([message, checksum(message)]);
}

/** A Converse stream event, such as `contentBlockDelta`. */
export function converseEvent(type: string, payload: unknown): Buffer {
  return eventStreamMessage(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    payload,
  );
}

/** A modelled exception in the middle of a Converse stream, such as `throttlingException`. */
export function converseException(type: string, message: string): Buffer {
  return eventStreamMessage(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    { message },
  );
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING_HEADER]),
    length,
    Buffer.from(value),
  ]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
