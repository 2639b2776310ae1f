import type { CompletionRequest } from "@/lib/completions/schema";
import { numberText } from "@/lib/numbers";
import type { PlaygroundInputs, PlaygroundSettings } from "@/lib/playground/schema";

/** The fields as typed. Numbers and tools are text. */
export type FormValues = {
  prompt: string;
  system: string;
  temperature: string;
  max_tokens: string;
  tools: string;
  stream: boolean;
};
export type FieldErrors = Partial<Record<keyof FormValues, string>>;

export type PromptImage = {
  name: string;
  type: string;
  /** Base64, without the prefix of a data URL. */
  data: string;
};

export const emptyValues: FormValues = {
  prompt: "",
  system: "",
  temperature: "",
  max_tokens: "",
  tools: "",
  stream: true,
};

/** The fields of a past run. */
export function valuesOf(inputs: PlaygroundInputs): FormValues {
  const { prompt, system, temperature, max_tokens, tools, stream } = inputs;
  return {
    prompt,
    system: system ?? "",
    temperature: temperature === undefined ? "" : numberText(temperature),
    max_tokens: max_tokens === undefined ? "" : numberText(max_tokens),
    tools: tools ? JSON.stringify(tools, null, 2) : "",
    stream,
  };
}

/** The completion request for one model. @param pk `provider#model_id` */
export function requestFor(
  pk: string,
  settings: PlaygroundSettings,
  image: PromptImage | null,
): CompletionRequest {
  const { prompt, ...rest } = settings;
  const split = pk.indexOf("#");
  const model = { provider: pk.slice(0, split), model_id: pk.slice(split + 1) };
  if (!image) return { ...model, ...rest, prompt, raw: true };
  // readImage accepts these types only.
  const media_type = image.type as "image/png";
  const content = [
    { type: "image" as const, media_type, data: image.data },
    { type: "text" as const, text: prompt },
  ];
  return { ...model, ...rest, messages: [{ role: "user", content }], raw: true };
}
