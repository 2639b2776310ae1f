import { describe, expect, it } from "vitest";
import { describeMedia, withoutMedia } from "@/lib/providers/media";

const long = Buffer.alloc(1_600_000, 7).toString("base64");

function parsed(value: unknown): unknown {
  return JSON.parse(withoutMedia(Buffer.from(JSON.stringify(value))).toString());
}

describe("the base64 of an answer", () => {
  it("is replaced by its size before it is parsed", () => {
    const answer = {
      parts: [{ inlineData: { mimeType: "image/png", data: long } }, { text: "Done" }],
    };
    const json = withoutMedia(Buffer.from(JSON.stringify(answer)));
    expect(json.length).toBeLessThan(200);
    const { parts } = JSON.parse(json.toString());
    expect(parts[1]).toEqual({ text: "Done" });
    expect(describeMedia("image/png", parts[0].inlineData.data)).toBe("image, 1.6 MB");
    expect(describeMedia("image/png", Buffer.from(parts[0].inlineData.data, "base64"))).toBe(
      "image, 1.6 MB",
    );
  });

  it("is replaced in every member", () => {
    const url = `data:image/png;base64,${long}`;
    const text = JSON.stringify(parsed([{ url }, { b64_json: long }, { bytes: long }]));
    expect(text.length).toBeLessThan(300);
  });

  it("stays if it is short or isn't base64", () => {
    const words = "a text with spaces ".repeat(20_000);
    const answer = { data: words, text: long, url: "https://example.com", other: { data: "AAAA" } };
    expect(parsed(answer)).toEqual(answer);
  });
});

it("a file is shown by its kind and size", () => {
  const short = Buffer.alloc(88_000).toString("base64");
  expect(describeMedia("audio/wav", short)).toBe("audio, 88 kB");
  expect(describeMedia(undefined, new Uint8Array(12))).toBe("file, 12 B");
});
