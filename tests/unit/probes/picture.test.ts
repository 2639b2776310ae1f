import { expect, test } from "vitest";
import { type Color, colors, createStripedImage, questionFor } from "@/lib/probes/question-service";
import { describeImage } from "@/scripts/simulator/image-facts";

const words = Object.keys(colors) as Color[]; // The keys of that very object.

test.each(words)("a program that reads PNG sees a %s stripe between two others", (colour) => {
  const [left = "red", right = "blue"] = words.filter((word) => word !== colour);
  const seen = describeImage("image/png", createStripedImage([left, colour, right]));
  expect(seen).toBe(`PNG, 240×240, from left to right ${left}, ${colour}, ${right}`);
});

function textOf({ messages }: ReturnType<typeof questionFor>["call"]) {
  const parts = messages[0]?.content;
  const found = typeof parts === "string" ? undefined : parts?.find(({ type }) => type === "text");
  return { text: found?.type === "text" ? found.text : "" };
}

test("pictures vary, neighbouring stripes differ, and the question doesn't reveal the answer", () => {
  const questions = Array.from({ length: 100 }, () => questionFor("vision"));
  expect(new Set(questions.map(({ stripes }) => stripes.join())).size).toBeGreaterThan(10);
  for (const { stripes, call } of questions) {
    expect(stripes).toHaveLength(3);
    expect(stripes[0]).not.toBe(stripes[1]);
    expect(stripes[1]).not.toBe(stripes[2]);
    const { text } = textOf(call);
    expect(text).not.toContain(stripes.join(", "));
  }
});
