import { Timestamp } from "./timestamp";

// RFC 8949, as far as AWS's RPC v2 CBOR uses it: no tags but that of times.
const maximumDepth = 64;
const breakByte = 0xff;

/** Writes JSON values and `Timestamp`s; members that are undefined are left out. */
export function encodeCbor(value: unknown): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, parts: Buffer[]): void {
  if (value instanceof Timestamp) parts.push(head(6, 1), float(value.seconds));
  else if (typeof value === "string") {
    const text = Buffer.from(value);
    parts.push(head(3, text.length), text);
  } else if (typeof value === "number") parts.push(number(value));
  else if (typeof value === "boolean") parts.push(Buffer.from([value ? 0xf5 : 0xf4]));
  else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(item, parts);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    parts.push(head(5, entries.length));
    for (const [key, member] of entries) {
      write(key, parts);
      write(member, parts);
    }
  } else parts.push(Buffer.from([0xf6]));
}

function number(value: number): Buffer {
  if (!Number.isSafeInteger(value)) return float(value);
  return value >= 0 ? head(0, value) : head(1, -1 - value);
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(0xfb, 0);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x1_0000_0000) {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt8(type | 26, 0);
    bytes.writeUInt32BE(argument, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(type | 27, 0);
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}

/** Reads one value; a tagged time is its number of seconds. Throws RangeError for anything else. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new RangeError("Something follows the value.");
  return value;
}

class Reader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  value(depth: number): unknown {
    if (depth > maximumDepth) throw new RangeError("The value is nested too deeply.");
    const initial = this.#byte();
    const [major, info] = [initial >> 5, initial & 0x1f];
    if (major === 7) return this.#simple(info);
    if (info === 31) return this.#indefinite(major, depth);
    const argument = this.#argument(info);
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major === 2) return this.#take(argument).toString("base64");
    if (major === 3) return this.#take(argument).toString("utf8");
    if (major === 6) return this.value(depth + 1);
    const count = Array.from({ length: this.#plausible(argument) });
    return major === 4
      ? count.map(() => this.value(depth + 1))
      : Object.fromEntries(count.map(() => this.#member(depth)));
  }

  #member(depth: number): [string, unknown] {
    const key = this.value(depth + 1);
    return [String(key), this.value(depth + 1)];
  }

  #indefinite(major: number, depth: number): unknown {
    const items: unknown[] = [];
    while (this.bytes[this.at] !== breakByte)
      items.push(major === 5 ? this.#member(depth) : this.value(depth + 1));
    this.at += 1;
    if (major === 4) return items;
    // A map's items are its members.
    if (major === 5) return Object.fromEntries(items as [string, unknown][]);
    return items.join("");
  }

  #simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(this.#take(2).readUInt16BE());
    if (info === 26) return this.#take(4).readFloatBE();
    if (info === 27) return this.#take(8).readDoubleBE();
    throw new RangeError("There is no such simple value.");
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#byte();
    if (info === 25) return this.#take(2).readUInt16BE();
    if (info === 26) return this.#take(4).readUInt32BE();
    if (info === 27) return Number(this.#take(8).readBigUInt64BE());
    throw new RangeError("There is no such length.");
  }

  /** Every item takes a byte at least: a larger count is a lie that would take all memory. */
  #plausible(count: number): number {
    if (count > this.bytes.length - this.at) throw new RangeError("The value is cut off.");
    return count;
  }

  #byte(): number {
    return this.#take(1).readUInt8();
  }

  #take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError("The value is cut off.");
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}
