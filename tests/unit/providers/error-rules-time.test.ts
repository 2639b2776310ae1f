import { expect, it } from "vitest";
import { classify } from "@/lib/providers/error-rules";
import { readRefusal } from "@/lib/providers/refusal";
import { processorMs } from "../../support/elapsed";

// `readRefusal` bounds what the rules read; their expressions look back from many beginnings.
const beginnings = [
  "key ",
  "token expired ",
  "limit: 1, requested ",
  "daily ",
  "limit ",
  "no credits of ",
  "max tokens ",
  "max_max_",
  "not supported ",
  "model name ",
  "too many tokens ",
  "country ",
  "route ",
  "unsupported ",
  "requests ",
];

it.each(beginnings)("a message of %j over and over is judged within a moment", (words) => {
  const message = words.repeat(200_000 / words.length);
  const body = JSON.stringify({ error: { message } });
  const classifyAll = () => {
    for (const status of [400, 401, 403, 404, 429, 500]) {
      classify(readRefusal("openai", { status, tag: null, body }));
    }
  };
  expect(processorMs(classifyAll) / 6, "milliseconds of the processor each").toBeLessThan(100);
});
