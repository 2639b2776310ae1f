import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

// https://github.com/google/leveldb/blob/main/doc/log_format.md
const blockBytes = 32 * 1024;
const headerBytes = 7;

/**
 * Throws if LevelDB's files are not all there or a log is damaged before its end. LevelDB itself
 * would drop the damaged writes without a word, and delete the evidence. A write that a killed
 * process left unfinished at the very end is no damage: it was never acknowledged.
 */
export async function checkLevelFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  const logs = names.filter((name) => name.endsWith(".log"));
  const isNew = !names.includes("CURRENT") && !names.some((name) => /\.(log|ldb)$/.test(name));
  if (isNew) return;
  if (!names.includes("CURRENT")) throw new Error("CURRENT is missing");
  // The first manifest lasts until the first log is there.
  if (logs.length === 0 && !names.includes("MANIFEST-000001"))
    throw new Error("its log file is missing");
  for (const name of logs) {
    const damagedAt = firstDamage(await readFile(path.join(folder, name)));
    if (damagedAt !== undefined) throw new Error(`${name} is damaged at byte ${damagedAt}`);
  }
}

/** The offset of the first damaged record that is not the last thing in the log. */
function firstDamage(log: Buffer): number | undefined {
  let at = 0;
  while (at + headerBytes <= log.length) {
    const leftInBlock = blockBytes - (at % blockBytes);
    if (leftInBlock < headerBytes) {
      at += leftInBlock;
      continue;
    }
    const length = log.readUInt16LE(at + 4);
    const end = at + headerBytes + length;
    const fits = headerBytes + length <= leftInBlock;
    if (fits && end > log.length) return undefined;
    if (!fits || !isIntact(log.subarray(at, end)))
      return isUnfinishedEnd(log, at, end) ? undefined : at;
    at = end;
  }
  return undefined;
}

/** The last record, or a file that was lengthened but not yet filled when the power went. */
function isUnfinishedEnd(log: Buffer, at: number, end: number): boolean {
  return end === log.length || log.subarray(at).every((byte) => byte === 0);
}

function isIntact(record: Buffer): boolean {
  // The checksum covers the type and the payload, and is stored rotated and shifted.
  const checksum = crc32c(record.subarray(6));
  const masked = (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
  return record.readUInt32LE(0) === masked;
}

// Node's own crc32 uses another polynomial than LevelDB.
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

function crc32c(bytes: Buffer): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (table[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
