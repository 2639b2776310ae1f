import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Colour = { l: number; c: number; h: number };
type Tokens = Map<string, Colour>;

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

function tokensOf(selector: string): Tokens {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("\n}", start));
  const found = block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
  return new Map(
    [...found].map(([, name = "", l, c, h]) => [
      name,
      { l: Number(l), c: Number(c), h: Number(h) },
    ]),
  );
}

/** Relative luminance of WCAG 2.2, by way of linear sRGB (CSS Color 4, section 10.7). */
function luminance({ l, c, h }: Colour): number {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const inGamut = (value: number) => Math.min(1, Math.max(0, value));
  const red = inGamut(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short);
  const green = inGamut(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short);
  const blue = inGamut(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(tokens: Tokens, front: string, back: string): number {
  const [one, other] = [front, back].map((name) => {
    const colour = tokens.get(name);
    if (!colour) throw new Error(`globals.css has no colour --${name}`);
    return luminance(colour);
  });
  if (one === undefined || other === undefined) throw new Error("Two colours are needed");
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const surfaces = ["bg", "panel", "sunken", "accent-wash"];
const tones = ["good", "warn", "bad"];
const textPairs: [string, string][] = [
  ...surfaces.flatMap((back) =>
    ["ink", "ink-2", "ink-3", "accent", ...tones].map((front): [string, string] => [front, back]),
  ),
  ...tones.flatMap((tone) =>
    ["ink", "ink-2", "ink-3", "accent", tone].map((front): [string, string] => [
      front,
      `${tone}-wash`,
    ]),
  ),
  ["accent-ink", "accent"],
  ["accent-ink", "accent-strong"],
  ["accent-ink", "bad"],
  ["accent-ink", "bad-strong"],
  ["panel", "ink"],
];

describe.each([
  ["light", tokensOf(":root")],
  ["dark", tokensOf(':root[data-theme="dark"]')],
])("in the %s theme", (_, tokens) => {
  it.each(textPairs)("--%s can be read on --%s (4.5:1)", (front, back) => {
    expect(contrast(tokens, front, back)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(surfaces)("the border of a field can be seen on --%s (3:1)", (back) => {
    expect(contrast(tokens, "field-line", back)).toBeGreaterThanOrEqual(3);
  });
});
