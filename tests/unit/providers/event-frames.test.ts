import { describe, expect, it } from "vitest";
import { framesAsText } from "@/lib/providers/recording";
import { converseEvent, converseException } from "@/tests/support/event-stream";

const first = Buffer.from(converseEvent("messageStart", { role: "assistant" }));
const second = Buffer.from(converseException("throttlingException", "Too many, über all"));

describe("a Bedrock stream as text", () => {
  it("has one event per line, with its name and JSON", () => {
    expect(framesAsText(Buffer.concat([first, second]))).toBe(
      'messageStart {"role":"assistant"}\nthrottlingException {"message":"Too many, über all"}\n',
    );
  });

  it("ends at a truncated frame", () => {
    const both = Buffer.concat([first, second]);
    for (let length = 0; length < both.length; length += 1) {
      const lines = framesAsText(both.subarray(0, length)).split("\n").length - 1;
      expect(lines).toBe(length < first.length ? 0 : 1);
    }
  });

  it("is empty for other bytes", () => {
    expect(framesAsText(Buffer.from("<html>This is some other program's page</html>"))).toBe("");
    expect(framesAsText(Buffer.alloc(64))).toBe("");
  });
});
