/** Models side by side. */
export const mostModels = 4;
/** Past runs kept for each person; older ones go. */
export const maxRuns = 50;
/** Characters that a past run keeps of its prompt, its system prompt, its tools and each answer. */
export const maxStoredCharacters = { prompt: 16_000, system: 16_000, tools: 16_000, answer: 8_000 };
/** What the API takes of one image, in bytes before base64. */
export const mostImageBytes = 5 * 1024 * 1024;
export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
