/** The most models side by side. */
export const maxModels = 4;
/** Past runs stored per person; older ones are deleted. */
export const maxRuns = 50;
/** The most characters stored of a prompt, a system prompt, the tools and each answer. */
export const maxStoredCharacters = { prompt: 16_000, system: 16_000, tools: 16_000, answer: 8_000 };
/** Bytes of one image that the API accepts, before base64. */
export const maxImageBytes = 5 * 1024 * 1024;
export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
