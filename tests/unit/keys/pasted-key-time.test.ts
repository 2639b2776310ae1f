import { expect, it } from "vitest";
import { cleanPastedKey, readPastedKey } from "@/lib/keys/rules/pasted-key";

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
    const begun = process.cpuUsage();
    readPastedKey(text);
    cleanPastedKey(text);
    const { user } = process.cpuUsage(begun);
    expect(user / 1000, `milliseconds of the processor after ${before}`).toBeLessThan(400);
  }
});
