import "server-only";
import { crc32, deflateSync } from "node:zlib";

/** Six colours that nobody confuses, by the word that a model is to answer with. */
export const colours = {
  red: [220, 20, 20],
  green: [20, 160, 40],
  blue: [20, 60, 220],
  yellow: [250, 220, 20],
  black: [0, 0, 0],
  white: [255, 255, 255],
} as const;
export type Colour = keyof typeof colours;

/** Side of the picture in pixels: small, but above the least that providers ask for good results. */
const side = 240;

/** A square PNG of vertical stripes of equal width, from left to right, base64. */
export function stripedPicture(stripes: readonly Colour[]): string {
  const row = Buffer.alloc(1 + side * 3); // PNG filter type 0 first, then RGB pixels.
  for (let x = 0; x < side; x += 1) {
    const colour = stripes[Math.floor((x * stripes.length) / side)] ?? "black";
    row.set(colours[colour], 1 + x * 3);
  }
  const pixels = Buffer.concat(Array.from({ length: side }, () => row));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits per channel, RGB, no interlacing.
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]).toString("base64");
}

/** Length, type, data, checksum (PNG specification, "Chunk layout"). */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
