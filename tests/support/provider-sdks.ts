/**
 * Loads what the console otherwise loads at the first call of a provider. Here that takes seconds, and
 * holds up the provider too, which is in the same process: it closes connections that the call uses.
 */
export async function loadProviderSdks(): Promise<void> {
  await import("openai");
  await import("@anthropic-ai/sdk");
  await import("@google/genai");
  await import("@aws-sdk/client-bedrock-runtime");
}
