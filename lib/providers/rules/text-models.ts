/** Lists include models that don't write text; their IDs show it. */
const nonTextPattern =
  /(?:^|-)(?:embed|embedding|whisper|tts|dall-e|image|imagine|moderation|transcribe|sora|realtime|audio)(?:-|$)/;

/** Whether a listed model writes text, judged by its ID. */
export function writesText(modelId: string): boolean {
  return !nonTextPattern.test(modelId);
}
