import { isJsonObject, stringOf } from "../json";
import { lambdaFailure } from "./failure";
import answers from "./sample-answers.json" with { type: "json" };

const tools: Record<string, unknown> = answers;

/**
 * The answer of a tool's Lambda function: text for the model. A function whose name contains
 * "failing" fails, and one whose name contains "structured" answers an object instead of text.
 */
export async function answerTool(functionName: string, payload: unknown): Promise<unknown> {
  const { id, name, input } = isJsonObject(payload) ? payload : {};
  if (/failing/i.test(functionName))
    throw lambdaFailure("Runtime.ExitError", `${functionName}: exit status 1`);
  const answer = tools[stringOf(name)] ?? {
    tool: functionName,
    received: input ?? payload ?? null,
  };
  return {
    type: "tool_result",
    tool_use_id: stringOf(id),
    name: stringOf(name),
    content: /structured/i.test(functionName) ? answer : JSON.stringify(answer),
  };
}

/** Approves every request for approval, except one that contains the word "reject". */
export async function approve(_activity: string, input: unknown): Promise<unknown> {
  const isRejected = /reject/i.test(JSON.stringify(input) ?? "");
  if (!isRejected) return { approved: true, reviewer: "sample" };
  return { approved: false, reviewer: "sample", reason: "Rejected by the sample reviewer." };
}
