import "server-only";
import { randomInt } from "node:crypto";
import type { ProviderCall } from "@/lib/providers/provider";
import { type Colour, colours, stripedPicture } from "./picture";
import { type CapabilityName, probeOutputLimit } from "./schema";

export const toolName = "report_number";

/** What to ask, and what the answer has to hold. */
export type Question = {
  call: Omit<ProviderCall, "model_id">;
  /** The colours of the picture from left to right; empty without a picture. */
  stripes: readonly Colour[];
};

/** Without a temperature: reasoning models refuse one. */
const base = { max_tokens: probeOutputLimit, stream: false };

/** What to ask for a capability: a new number or picture each time. */
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

/** Not streamed, as agents ask: some models take tools only that way. */
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

/** Three stripes out of six colours: who does not see them is right once in 146 times. */
function visionQuestion(): Question {
  const stripes = randomStripes();
  const words = Object.keys(colours).join(", ");
  const text = `The image has three vertical stripes of one colour each. Name the three colours from left to right. Answer with three words out of ${words}, and nothing else.`;
  const data = stripedPicture(stripes);
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

/** Neighbours differ, and who only repeats the question's words is never right. */
function randomStripes(): Colour[] {
  const words = Object.keys(colours) as Colour[]; // The keys of that very object.
  const stripes: Colour[] = [];
  while (stripes.length < 3) {
    const left = words.filter((word) => word !== stripes.at(-1));
    stripes.push(left[randomInt(left.length)] ?? "red");
  }
  return words.join().includes(stripes.join()) ? randomStripes() : stripes;
}

/** Long enough for several pieces: some providers send dozens of tokens at a time. */
function streamQuestion(): Question["call"] {
  const prompt = "Count from 1 to 80. Write the numbers alone, separated by single spaces.";
  return { ...base, stream: true, messages: [{ role: "user", content: prompt }] };
}
