/** Lists include models that write no text; their IDs say so. */
const nonTextPattern =
  /(?:^|-)(?:embed|embedding|whisper|tts|dall-e|image|imagine|moderation|transcribe|sora|realtime|audio)(?:-|$)/;

/** Whether a listed model writes text, judged by its ID. */
export function writesText(modelId: string): boolean {
  return !nonTextPattern.test(modelId);
}
