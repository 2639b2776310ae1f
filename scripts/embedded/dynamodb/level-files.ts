import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

// https://github.com/google/leveldb/blob/main/doc/log_format.md
const blockBytes = 32 * 1024;
const headerBytes = 7;

/**
 * Throws if a file of LevelDB is missing or a log is damaged before its end: LevelDB would silently
 * drop damaged writes. An incomplete write at the end of a log is left by a killed process and was
 * never acknowledged.
 */
export async function checkLevelFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  const logs = names.filter((name) => name.endsWith(".log"));
  const isNew = !names.includes("CURRENT") && !names.some((name) => /\.(log|ldb)$/.test(name));
  if (isNew) return;
  if (!names.includes("CURRENT")) throw new Error("CURRENT is missing");
  // The first manifest exists until the first log does.
  if (logs.length === 0 && !names.includes("MANIFEST-000001"))
    throw new Error("its log file is missing");
  for (const name of logs) {
    const damagedAt = findDamage(await readFile(path.join(folder, name)));
    if (damagedAt !== undefined) throw new Error(`${name} is damaged at byte ${damagedAt}`);
  }
}

/** The offset of the first damaged record; an incomplete last record isn't damage. */
function findDamage(log: Buffer): number | undefined {
  let at = 0;
  while (at + headerBytes <= log.length) {
    const blockRemainder = blockBytes - (at % blockBytes);
    if (blockRemainder < headerBytes) {
      at += blockRemainder;
      continue;
    }
    const length = log.readUInt16LE(at + 4);
    const end = at + headerBytes + length;
    const isInBlock = headerBytes + length <= blockRemainder;
    if (isInBlock && end > log.length) return undefined;
    if (!isInBlock || !isIntact(log.subarray(at, end)))
      return isIncompleteEnd(log, at, end) ? undefined : at;
    at = end;
  }
  return undefined;
}

/** The last record, or zeros: a file that was extended but not yet written at a power failure. */
function isIncompleteEnd(log: Buffer, at: number, end: number): boolean {
  return end === log.length || log.subarray(at).every((byte) => byte === 0);
}

function isIntact(record: Buffer): boolean {
  // The checksum covers the type and the payload and is stored masked.
  const checksum = crc32c(record.subarray(6));
  const masked = (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
  return record.readUInt32LE(0) === masked;
}

// node:zlib's crc32 uses a different polynomial than LevelDB.
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
