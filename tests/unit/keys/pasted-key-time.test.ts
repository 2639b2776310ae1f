import { expect, it } from "vitest";
import { cleanPastedKey, readPastedKey } from "@/lib/keys/rules/pasted-key";
import { processorMs } from "../../support/elapsed";

const units = [
  "\n ",
  " ",
  "\n",
  '"',
  "`“",
  ";",
  "\\",
  " #",
  "name:a\n",
  "-e ",
  "--a ",
  "A=",
  "x",
  "{",
];
const frames = [
  ["", ""],
  ["a", "b"],
  ["export A=", "\u0001"],
  ["name: A\n", "x"],
] as const;

it.each(units)("a paste of %j over and over is read within a moment", (unit) => {
  for (const [before, after] of frames) {
    const text = `${before}${unit.repeat(19_000 / unit.length)}${after}`;
    const read = () => {
      readPastedKey(text);
      cleanPastedKey(text);
    };
    expect(processorMs(read), `milliseconds of the processor after ${before}`).toBeLessThan(400);
  }
});
