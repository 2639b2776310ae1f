import { describe, expect, test } from "vitest";
import { colors } from "@/lib/probes/question-service";
import { judgeStreaming, judgeTools, judgeVision } from "@/lib/probes/rules/judge";

const nothing = { text: "", calls: [], pieces: 0, stop_reason: "end" };
const call = (name: string, args: unknown) => ({ id: "1", name, arguments: args });
const words = Object.keys(colors);
const stripes = ["red", "white", "blue"];

describe("tools", () => {
  const judge = (...calls: ReturnType<typeof call>[]) =>
    judgeTools({ ...nothing, calls }, "report_number");

  test("a call with a whole number proves them", () => {
    expect(judge(call("report_number", { number: 4172 }))).toEqual({
      verdict: "proved",
      detail: 'It called the tool with {"number":4172}.',
    });
  });

  test.each([
    ["another type", { number: "4172" }],
    ["no number", {}],
    ["arguments that are no JSON", '{"number": 41'],
    ["no arguments at all", undefined],
  ])("a call with %s proves nothing and says so", (_, args) => {
    const { verdict, detail } = judge(call("report_number", args));
    expect(verdict).toBe("not_known");
    expect(detail).toContain("arguments that do not fit");
  });

  test("a call of something else proves nothing", () => {
    expect(judge(call("search", { number: 1 }))).toMatchObject({
      verdict: "not_known",
      detail: expect.stringContaining('"search"'),
    });
  });

  test("an answer in text proves nothing and is shown, shortened", () => {
    const text = "I would call it. ".repeat(40);
    const judged = judgeTools({ ...nothing, text, pieces: 1 }, "report_number");
    expect(judged.verdict).toBe("not_known");
    expect(judged.detail).toMatch(/instead of a call: "I would call it.*…"/);
    expect(judged.detail.length).toBeLessThan(200);
  });

  test("output that was used up before the call proves nothing", () => {
    const judged = judgeTools({ ...nothing, stop_reason: "max_tokens" }, "report_number");
    expect(judged).toMatchObject({
      verdict: "not_known",
      detail: expect.stringContaining("used up its output tokens"),
    });
  });
});

describe("vision", () => {
  const judge = (text: string) => judgeVision({ ...nothing, text, pieces: 1 }, stripes, words);

  test.each([
    "red, white, blue",
    "Red White Blue.",
    "1. **Red**\n2. **White**\n3. **Blue**",
    "Out of red, green and blue I see: red, white, blue",
  ])("%j proves it", (text) => {
    expect(judge(text).verdict).toBe("proved");
  });

  test.each([
    "blue, white, red",
    "red and white",
    "I cannot see images.",
    "reddish, whiteboard, bluebird",
    "",
  ])("%j proves nothing", (text) => {
    expect(judge(text).verdict).toBe("not_known");
  });

  test("a wrong answer is shown beside the right one", () => {
    expect(judge("green, white, blue").detail).toBe(
      'It took the image, but answered "green, white, blue"; the stripes were red, white, blue.',
    );
  });
});

describe("streaming", () => {
  test("several pieces prove it, one or none does not", () => {
    const judge = (pieces: number) =>
      judgeStreaming({ ...nothing, text: pieces ? "1 2 3" : "", pieces }).verdict;
    expect([0, 1, 2, 30].map(judge)).toEqual(["not_known", "not_known", "proved", "proved"]);
  });

  test("a filter is named", () => {
    expect(judgeStreaming({ ...nothing, stop_reason: "content_filter" }).detail).toContain(
      "filter",
    );
  });
});
