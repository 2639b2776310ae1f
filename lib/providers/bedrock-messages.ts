import "server-only";
import type {
  ContentBlock,
  Message as ConverseMessage,
  Tool as ConverseTool,
  ToolChoice as ConverseToolChoice,
  ImageFormat,
  ToolInputSchema,
  ToolUseBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { ContentPart, Message, Tool, ToolChoice } from "@/lib/completions/schema";
import { argumentsObject, partsOf, toolSchema } from "@/lib/providers/answer";

type Document = NonNullable<ToolUseBlock["input"]>;

/** One message of ours in Converse's blocks. */
export function converseMessage({ role, content }: Message): ConverseMessage {
  return { role, content: partsOf(content).map(block) };
}

function block(part: ContentPart): ContentBlock {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image": {
      // Our media types are "image/" and one of Converse's formats.
      const format = part.media_type.slice("image/".length) as ImageFormat;
      return { image: { format, source: { bytes: Buffer.from(part.data, "base64") } } };
    }
    case "tool_call": {
      // The arguments came in as JSON, so they are a document in the SDK's sense.
      const input = argumentsObject(part.arguments) as Document;
      return { toolUse: { toolUseId: part.id, name: part.name, input } };
    }
    case "tool_result":
      return {
        toolResult: { toolUseId: part.tool_call_id, content: [{ text: part.content }] },
      };
  }
}

/** A tool as the Converse API takes it. */
export function converseTool(tool: Tool): ConverseTool {
  // JSON Schema came in as JSON, so it is a document in the SDK's sense.
  const json = toolSchema(tool) as Extract<ToolInputSchema, { json: unknown }>["json"];
  return {
    toolSpec: { name: tool.name, description: tool.description, inputSchema: { json } },
  };
}

/** Whether and which tool is to be called, as the Converse API takes it. */
export function toolChoice(choice: ToolChoice): ConverseToolChoice {
  if (typeof choice === "object") return { tool: { name: choice.name } };
  return choice === "required" ? { any: {} } : { auto: {} };
}
