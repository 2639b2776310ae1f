import { inflateSync } from "node:zlib";

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const maxPixels = 1_000_000;
/** Samples per pixel by PNG's color type: gray, RGB, gray with alpha, RGB with alpha. */
const channelsByColorType: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 };

const namedColors: Record<string, [number, number, number]> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  grey: [128, 128, 128],
  red: [220, 30, 30],
  orange: [245, 140, 20],
  yellow: [240, 225, 40],
  green: [30, 160, 60],
  blue: [40, 80, 220],
  purple: [130, 50, 170],
  pink: [240, 120, 180],
  brown: [120, 75, 40],
};

/**
 * Describes an image without a model: `PNG, 16×16, mostly red`, with the colors from left to right
 * if its thirds differ, or only its type.
 */
export function describeImage(mediaType: string, base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const type = mediaType.replace(/^image\//, "").toUpperCase() || "IMAGE";
  if (!bytes.subarray(0, 8).equals(pngSignature) || bytes.length < 33) return type;
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  return [type, `${width}×${height}`, colorsOf(bytes, width, height)].filter(Boolean).join(", ");
}

/** The names of the average colors; null for images that it can't read. */
function colorsOf(png: Buffer, width: number, height: number): string | null {
  const channels = channelsByColorType[png.readUInt8(25)];
  const isPlain = png.readUInt8(24) === 8 && png.readUInt8(28) === 0;
  if (!channels || !isPlain || width * height > maxPixels) return null;
  try {
    const limit = (width * channels + 1) * height;
    const rows = unfiltered(
      inflateSync(imageData(png), { maxOutputLength: limit }),
      width,
      channels,
    );
    const thirds = [0, 1, 2].map((index) =>
      nearestName(average(third(rows, index, channels), channels)),
    );
    if (width >= 3 && new Set(thirds).size > 1) return `from left to right ${thirds.join(", ")}`;
    return `mostly ${nearestName(average(rows, channels))}`;
  } catch {
    return null; // The image data is damaged.
  }
}

function imageData(png: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      chunks.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return Buffer.concat(chunks);
}

/** Undoes PNG's row filters (www.w3.org/TR/png, section 9). */
function unfiltered(data: Buffer, width: number, channels: number): Buffer[] {
  const stride = width * channels;
  const rows: Buffer[] = [];
  for (let at = 0; at + stride < data.length; at += stride + 1) {
    const row = Buffer.from(data.subarray(at + 1, at + 1 + stride));
    const above = rows.at(-1) ?? Buffer.alloc(stride);
    const filter = data.readUInt8(at);
    for (let x = 0; x < stride; x += 1) {
      const left = x < channels ? 0 : (row[x - channels] ?? 0);
      const corner = x < channels ? 0 : (above[x - channels] ?? 0);
      row[x] = (row[x] ?? 0) + predicted(filter, left, above[x] ?? 0, corner);
    }
    rows.push(row);
  }
  return rows;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  return filter === 4 ? paeth(left, above, corner) : 0;
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [byLeft, byAbove, byCorner] = [left, above, corner].map((value) =>
    Math.abs(estimate - value),
  );
  if ((byLeft ?? 0) <= (byAbove ?? 0) && (byLeft ?? 0) <= (byCorner ?? 0)) return left;
  return (byAbove ?? 0) <= (byCorner ?? 0) ? above : corner;
}

/** One of the three vertical parts of an image. */
function third(rows: Buffer[], index: number, channels: number): Buffer[] {
  const pixels = (rows[0]?.length ?? 0) / channels;
  const edge = (part: number) => Math.round((pixels * part) / 3) * channels;
  return rows.map((row) => row.subarray(edge(index), edge(index + 1)));
}

function average(rows: Buffer[], channels: number): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let pixels = 0;
  for (const row of rows) {
    for (let x = 0; x < row.length; x += channels) {
      // Gray images have one sample for all three.
      for (const index of [0, 1, 2] as const)
        sums[index] += row[x + (channels < 3 ? 0 : index)] ?? 0;
      pixels += 1;
    }
  }
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}

function nearestName(color: [number, number, number]): string | null {
  const distance = (other: [number, number, number]) =>
    other.reduce((sum, value, index) => sum + (value - (color[index] ?? 0)) ** 2, 0);
  const sorted = Object.entries(namedColors).sort((a, b) => distance(a[1]) - distance(b[1]));
  return sorted[0]?.[0] ?? null;
}
