import type { CapabilityName } from "@/lib/capabilities/schema";
import type { CompletionFailure } from "@/lib/completions/schema";

type Rule = {
  patterns: RegExp[];
  /** Messages that use the same words for something else. */
  exceptions: RegExp;
};

const not = "(not support|n't support|unsupported|not enabled|not available|only supported by)";
const unsupported = (subject: string) =>
  new RegExp(`(${subject})[^.]{0,60}${not}|${not}[^.]{0,60}(${subject})`, "i");

/**
 * How providers say that a model lacks a capability. Sentences seen in issues: "This model doesn't
 * support tool use" (Bedrock), "tools is not supported in this model" (OpenAI), "does not support
 * Function Calling" (DeepSeek), "image_url is only supported by certain models" (OpenAI), "doesn't
 * support the image field" (Bedrock), "unknown variant `image_url`, expected `text`" (DeepSeek),
 * "Image input modality is not enabled for" (Google), "'stream' does not support true" (OpenAI). A
 * refusal of tools during reasoning counts, because agents don't switch reasoning off.
 */
const rules: Record<CapabilityName, Rule> = {
  tools: {
    patterns: [unsupported("\\btools?\\b|function[ -]?call|\\bfunctions\\b")],
    exceptions: /tool_?choice|stream|mime type|schema/i,
  },
  vision: {
    patterns: [
      unsupported("\\bimages?\\b|image_url|\\bvision\\b|multimodal"),
      /unknown variant [`'"]?image/i,
      /untagged enum ChatCompletionRequestContent|content must be a string/i,
    ],
    exceptions: /format|\bsize|dimension|pixels|resolution|media.?type|corrupt|too (large|small)/i,
  },
  streaming: {
    patterns: [unsupported("'?\\bstream(ing)?\\b'?|ConverseStream|streamGenerateContent")],
    exceptions: /organi[sz]ation must be verified|stream_options/i,
  },
};

/** Statuses that concern the request, as opposed to the key, a limit or the provider. */
const requestStatuses = new Set<number | null>([400, 404, 405, 422, 501, null]);

type Refused = Pick<CompletionFailure, "provider_status" | "provider_message">;

/** Whether the provider says that the model lacks the capability. */
export function isCapabilityRefusal(name: CapabilityName, failure: Refused): boolean {
  const { provider_status: status, provider_message: message } = failure;
  if (!message || !requestStatuses.has(status)) return false;
  const { patterns, exceptions } = rules[name];
  return !exceptions.test(message) && patterns.some((sentence) => sentence.test(message));
}

/**
 * Whether only the forced call was refused; some models accept tools but choose by themselves
 * ("doesn't support the toolConfig.toolChoice.any field", "does not support this tool_choice").
 */
export function isForcedCallRefusal({
  provider_status: status,
  provider_message,
}: Refused): boolean {
  return requestStatuses.has(status) && /tool_?choice/i.test(provider_message ?? "");
}
