import "server-only";
import { randomInt } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { type CapabilityName, probeMaxOutputTokens } from "@/lib/capabilities/schema";
import type { ProviderCall } from "@/lib/providers/provider";

export const toolName = "report_number";

/** A probe's request, and what its answer must contain. */
export type Question = {
  call: Omit<ProviderCall, "model_id">;
  /** The image's colors from left to right; empty without an image. */
  stripes: readonly Color[];
};

/** Without a temperature, because reasoning models refuse it. */
const base = { max_tokens: probeMaxOutputTokens, stream: false };

/** The request for a capability, with a new number or image each time. */
export function questionFor(name: CapabilityName): Question {
  switch (name) {
    case "tools":
      return { call: toolQuestion(), stripes: [] };
    case "vision":
      return visionQuestion();
    case "streaming":
      return { call: streamQuestion(), stripes: [] };
  }
}

/** Not streamed, like the agents' calls; some models accept tools only without streaming. */
function toolQuestion(): Question["call"] {
  const number = randomInt(1000, 10_000);
  const prompt = `Call the tool ${toolName} with the number ${number}. Answer with the call alone.`;
  const properties = { number: { type: "integer", description: "The number to report" } };
  const parameters = { type: "object", properties, required: ["number"] };
  return {
    ...base,
    messages: [{ role: "user", content: prompt }],
    tools: [{ name: toolName, description: "Reports one number.", parameters }],
    tool_choice: { name: toolName },
  };
}

/** Three stripes in six colors: a blind guess is right 1 time in 146. */
function visionQuestion(): Question {
  const stripes = randomStripes();
  const words = Object.keys(colors).join(", ");
  const text = `The image has three vertical stripes of one colour each. Name the three colours from left to right. Answer with three words out of ${words}, and nothing else.`;
  const data = createStripedImage(stripes);
  return {
    stripes,
    call: {
      ...base,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", media_type: "image/png", data },
            { type: "text", text },
          ],
        },
      ],
    },
  };
}

/** Adjacent colors differ, and the order of the question never matches. */
function randomStripes(): Color[] {
  const words = Object.keys(colors) as Color[]; // The keys of that object.
  const stripes: Color[] = [];
  while (stripes.length < 3) {
    const left = words.filter((word) => word !== stripes.at(-1));
    stripes.push(left[randomInt(left.length)] ?? "red");
  }
  return words.join().includes(stripes.join()) ? randomStripes() : stripes;
}

/** Long enough for several chunks; some providers send dozens of tokens at a time. */
function streamQuestion(): Question["call"] {
  const prompt = "Count from 1 to 80. Write the numbers alone, separated by single spaces.";
  return { ...base, stream: true, messages: [{ role: "user", content: prompt }] };
}

/** Six distinct colors, keyed by the word expected in the answer. */
export const colors = {
  red: [220, 20, 20],
  green: [20, 160, 40],
  blue: [20, 60, 220],
  yellow: [250, 220, 20],
  black: [0, 0, 0],
  white: [255, 255, 255],
} as const;
export type Color = keyof typeof colors;

/** Image size in pixels; above the minimum that providers recommend. */
const side = 240;

/** A square PNG of vertical stripes of equal width, from left to right, base64. */
export function createStripedImage(stripes: readonly Color[]): string {
  const row = Buffer.alloc(1 + side * 3); // PNG filter type 0 first, then RGB pixels.
  for (let x = 0; x < side; x += 1) {
    const colour = stripes[Math.floor((x * stripes.length) / side)] ?? "black";
    row.set(colors[colour], 1 + x * 3);
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
